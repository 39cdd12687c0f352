"""Small synthetic rounds, made once, and a way to read them by the contract."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering

AAR = Skoleaar(2025)
Rad = dict[str, str]


@dataclass(frozen=True)
class Runde:
    """What was made, and its lines by table; each row has ``avgiver`` and ``fil`` too."""

    oppsummering: Oppsummering
    tabeller: dict[str, list[Rad]]


def read(mappe: Path) -> dict[str, list[Rad]]:
    """Return every line under a round's folder, by table."""
    poster = {p.kode: p for p in grensesnitt().post}
    ut: dict[str, list[Rad]] = {p.tabell: [] for p in poster.values()}
    for sti in sorted(mappe.glob("*/*.txt")):
        for linje in sti.read_bytes().decode("iso-8859-1").removesuffix("\r\n").split("\r\n"):
            felt = linje.split(";")
            post = poster[felt[0]]
            assert len(felt) == post.antall_felt, f"{sti.name}: {post.kode} har feil antall felt"
            rad = {k.variabel or "": felt[k.nr - 1] for k in post.i_bruk}
            ut[post.tabell].append(rad | {"avgiver": sti.parent.name, "fil": sti.name})
    return ut


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Runde]:
    """Return a function that makes a round in a folder of its own and reads it."""

    def run(runde: str = "1-levering", *, andel: float = 0.01, **valg: object) -> Runde:
        omfang = Omfang(andel=andel, **valg.pop("omfang", {}))  # type: ignore[arg-type]
        mal = tmp_path_factory.mktemp("syntetisk")
        valg.setdefault("seed", 1)
        made = generate(mal, skoleaar=AAR, runde=runde, omfang=omfang, **valg)  # type: ignore[arg-type]
        return Runde(made, {} if valg.get("feil") else read(made.mappe))

    return run


@pytest.fixture(scope="session")
def ren(make: Callable[..., Runde]) -> Runde:
    """A clean first round of a hundredth of the nation."""
    return make()


@pytest.fixture(scope="session")
def endelig(make: Callable[..., Runde]) -> Runde:
    """The final round of the same pupils."""
    return make("endelig")
