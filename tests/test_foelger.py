"""Whatever happened to a round, brought up step by step is as everything made from the beginning.

``FOELGER=200 pytest tests/test_foelger.py --hypothesis-profile=search`` tries more, and others.
"""

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import Copier
from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.engine.database.round_lock import RoundBusy
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.judge.waivers import give, in_force, withdraw
from vigo_pipeline.engine.ledger.closings import RoundClosed, close, is_closed, open_for_correction
from vigo_pipeline.engine.made_of import OPPHAV
from vigo_pipeline.engine.pipeline import AVLEDET, Pipeline
from vigo_pipeline.engine.store import Partisjon, sha256
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.run import run_flow

pytestmark = pytest.mark.slow

FOELGER = int(os.environ.get("FOELGER", "3"))
I_DAG, TIL = date(2026, 7, 1), date(2026, 8, 31)
MANGLER = "MOT-002"
SOEPPEL = b"ikke en eksport\r\n"


@dataclass
class Hus:
    """An installation in which things happen, and the rounds that have begun."""

    pipeline: Pipeline
    runder: list[Partisjon] = field(default_factory=lambda: [FOERSTE])

    def files(self, runde: Partisjon) -> list[Path]:
        return sorted(runde.under(self.pipeline.oppsett.inn / "inn").glob("*/*.txt"))

    def one(self, n: int, runde: Partisjon = FOERSTE) -> Path | None:
        alle = [f for f in self.files(runde) if b"$EK" in f.read_bytes()]
        return alle[n % len(alle)] if alle else None

    def deliveries(self) -> Iterator[str]:
        return (lev.stamme for lev in self.pipeline.register.flyt("oktober")[1])

    def run(self) -> list[str]:
        """Run the rounds that have begun; return what each came to, or why not."""
        return [self._run(runde) for runde in self.runder]

    def _run(self, runde: Partisjon) -> str:
        try:
            return str(run_flow(self.pipeline, "oktober", runde).exit_code)
        except (RoundClosed, RoundBusy) as feil:
            return type(feil).__name__


def corrected(hus: Hus, n: int, runde: Partisjon = FOERSTE) -> None:
    if fil := hus.one(n, runde):
        linjer = fil.read_bytes().split(b"\r\n")
        nr = [i for i, x in enumerate(linjer) if x.startswith(b"$EK")][n % 3 :][:1]
        for i in nr:
            felt = linjer[i].split(b";")
            felt[6] = b"202509%02d" % (1 + n % 20)
            linjer[i] = b";".join(felt)
        fil.write_bytes(b"\r\n".join(linjer))


def somebody_left_out(hus: Hus, n: int) -> None:
    """A file without the fag of one pupil: they are gone, as silence says."""
    if fil := hus.one(n):
        linjer = fil.read_bytes().split(b"\r\n")
        fag = [x for x in linjer if x.startswith(b"$KL")]
        fil.write_bytes(b"\r\n".join(x for x in linjer if x not in fag[n % 5 :][:1]))


def renamed(hus: Hus, n: int) -> None:
    if fil := hus.one(n):
        fil.rename(fil.with_name(f"ny{n}_{fil.name}"))


def duplicated(hus: Hus, n: int) -> None:
    if fil := hus.one(n):
        fil.with_name(f"kopi_{fil.name}").write_bytes(fil.read_bytes())


def taken_away(hus: Hus, n: int) -> None:
    if fil := hus.one(n):
        fil.unlink()


def rejected(hus: Hus, n: int) -> None:
    if fil := hus.one(n):
        fil.with_name(f"soeppel{n % 2}.txt").write_bytes(SOEPPEL)


def emptied(hus: Hus, n: int) -> None:
    if fil := hus.one(n):
        fil.with_name("tom.txt").write_bytes(b"")


def put_right(hus: Hus, _: int) -> None:
    for fil in hus.files(FOERSTE):
        if fil.name.startswith(("soeppel", "tom", "kopi_")):
            fil.unlink()


def next_round(hus: Hus, n: int) -> None:
    """The last round begins; from then on a file of the first one is late."""
    if ENDELIG not in hus.runder:
        hus.runder.append(ENDELIG)
    else:
        corrected(hus, n, ENDELIG)


def closed(hus: Hus, _: int) -> None:
    vannmerke = hus.pipeline.vannmerke("oktober", FOERSTE)
    close(hus.pipeline.engine, "oktober", FOERSTE, hvem="Kari", vannmerke=vannmerke, grunn="Sendt.")


def _is_closed(hus: Hus) -> bool:
    with hus.pipeline.engine.connect() as con:
        return is_closed(con, "oktober", FOERSTE)


def opened(hus: Hus, _: int) -> None:
    if _is_closed(hus):
        hva = {"hvem": "Kari", "grunn": "En skole var glemt."}
        open_for_correction(hus.pipeline.engine, "oktober", FOERSTE, **hva)


def let_through(hus: Hus, _: int) -> None:
    """Give the waivers that it takes for files that stand rejected."""
    for stamme in hus.deliveries():
        leveranse = hus.pipeline.register.leveranse(stamme)
        siste = last_verdict(hus.pipeline, leveranse, FOERSTE)
        brudd = siste["resultat"]["brudd"] if siste else []
        gitt = {u.fylke for u in in_force(hus.pipeline, leveranse, FOERSTE)}
        for b in (b for b in brudd if (b["regel"], b["alvor"]) == (MANGLER, "FEIL")):
            for fylke in b["per_fylke"].keys() - gitt:
                felt = {"regel": MANGLER, "fylke": fylke, "maks_antall": b["per_fylke"][fylke]}
                felt |= {"gjelder_til": TIL, "hvem": "Kari", "grunn": "Kommer ikke."}
                give(hus.pipeline, leveranse, FOERSTE, **felt)


def withdrawn(hus: Hus, _: int) -> None:
    for stamme in hus.deliveries():
        for u in in_force(hus.pipeline, hus.pipeline.register.leveranse(stamme), FOERSTE):
            withdraw(hus.pipeline, u.nr, hvem="Kari")


def another_setting(hus: Hus, n: int) -> None:
    """One of the settings that decide bytes, there or back."""
    valg = ("tom", "antatt")
    naa = {"ukjente_kolonner": valg[n % 2]}
    hus.pipeline = replace(hus.pipeline, oppsett=hus.pipeline.oppsett.model_copy(update=naa))


def forged(hus: Hus, n: int) -> None:
    """Somebody changes what a step wrote, and what the step says that it wrote, together."""
    if _is_closed(hus):
        # What lies in a closed round is not made again while something new lies beside it.
        return
    hjem = hus.pipeline.oppsett.hjem
    alle = sorted((hjem / "artefakter").rglob(OPPHAV))
    # What is published stands in the ledger.
    opphav = [sti for sti in alle if "publisert" not in sti.parts]
    sti = opphav[n * 7 % len(opphav)]
    sagt = json.loads(sti.read_text("utf-8"))
    egne = [os.path.relpath(f, hjem) for f in sti.parent.iterdir() if f != sti and f.is_file()]
    navn = sorted([*sagt["utenfor"], *egne])
    if navn:
        fil = hjem / navn[n % len(navn)]
        fil.write_bytes(fil.read_bytes()[n % 3 :] + b" ")
        sagt["utenfor"][navn[n % len(navn)]] = sha256(fil)
    sti.write_text(json.dumps(sagt, indent=1, sort_keys=True, ensure_ascii=False), "utf-8")


def two_at_once(hus: Hus, n: int) -> None:
    """Two start the same round: it is run by one of them, or by one after the other."""
    corrected(hus, n)
    to = [Hus(replace(hus.pipeline), [FOERSTE]) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        svar = [hva for [hva] in pool.map(Hus.run, to)]
    for ett in to:
        ett.pipeline.engine.dispose()
    assert {*svar} - {RoundBusy.__name__}, svar


HENDELSER: tuple[Callable[[Hus, int], None], ...] = (
    *(corrected, somebody_left_out, renamed, duplicated, taken_away, rejected, emptied, put_right),
    *(next_round, closed, opened, let_through, withdrawn, another_setting),
    *(forged, two_at_once),
)


def state(hus: Hus) -> dict[str, object]:
    """Return what a run leaves: the Sentralbase, rows, verdicts, and what is published."""
    ut: dict[str, object] = {}
    for runde in hus.runder:
        kilde = hus.pipeline.artefacts("sentralbase", "oktober", runde)
        if kilde.skrevet is None:
            # It is not begun: something new lies in a round that is closed.
            ut[f"{runde}"] = None
            continue
        for fil in sorted(n for n in kilde.skrevet.filer if n.endswith((".arrow", ".parquet"))):
            ut[f"{runde} {fil}"] = sorted(kilde.table(fil).to_pylist(), key=str)
        for stamme in hus.deliveries():
            leveranse = hus.pipeline.register.leveranse(stamme)
            dom = last_verdict(hus.pipeline, leveranse, runde)
            assert dom is not None
            ut[f"{runde} {stamme}"] = (
                hus.pipeline.artefacts("leveranser", stamme, runde).demand(AVLEDET),
                (dom["rader_sha256"], dom["regelsett"], dom["bestaatt"]),
                {k: v for k, v in dom["resultat"].items() if k != "filer"},
                [u.digest() for u in hus.pipeline.published(stamme, runde)],
            )
    return ut


HENDER = st.tuples(st.sampled_from(HENDELSER), st.integers(0, 19))


# What happens before a run, of each run: a day may bring more than one thing.
@given(st.lists(st.lists(HENDER, min_size=1, max_size=3), min_size=2, max_size=4))
@settings(
    max_examples=FOELGER,
    deadline=None,
    # To shrink would be to run them all over again.
    phases=[Phase.generate],
    suppress_health_check=[*HealthCheck],
)
def test_step_by_step_is_as_from_the_beginning(
    copy_delivered: Copier,
    tmp_path_factory: pytest.TempPathFactory,
    foelge: list[list[tuple[Callable[[Hus, int], None], int]]],
) -> None:
    with copy_delivered(tmp_path_factory.mktemp("foelge")) as pipeline:
        hus = Hus(replace(pipeline, i_dag=lambda: I_DAG))
        sagt = hus.run()
        for dag in foelge:
            for hendelse, n in dag:
                hendelse(hus, n)
            sagt = hus.run()
        foer = state(hus)
        hus.pipeline = replace(hus.pipeline, alt=True)
        assert hus.run() == sagt
        assert state(hus) == foer
        assert verify_all(hus.pipeline, Utvalg()).feil == []
