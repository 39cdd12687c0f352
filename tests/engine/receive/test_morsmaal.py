"""The list of morsmål is empty until somebody brings it in; from then on the rule has its say."""

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.kodeverk.take_in import import_export
from vigo_pipeline.engine.receive.receive import receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.syntetisk.feil.oenske import plantable
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

RUNDE = Partisjon("2025-2026", "1-levering")
REGEL = "PERS-007"


@pytest.fixture
def morsmaal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Bring two codes into a copy of the code lists, as ``vigo-maintain kodeverk`` does."""
    mappe = Path(shutil.copytree(kodeverk.MAPPE, tmp_path / "kodeverk"))
    monkeypatch.setattr(kodeverk, "MAPPE", mappe)
    eksport = tmp_path / "morsmaal.json"
    koder = [{"code": "NOB", "name": "Bokmål"}, {"code": "NNO", "name": "Nynorsk"}]
    eksport.write_text(json.dumps(koder), "utf-8")
    import_export(eksport, "morsmaal", "vigo", per=date(2025, 8, 1))
    yield
    monkeypatch.undo()
    for lest in (kodeverk.load, kodeverk.valid, kodeverk.version):
        lest.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("morsmaal")
def test_an_unknown_morsmaal_is_found_where_it_is_and_nothing_else(tmp_path: Path) -> None:
    laget = generate(
        tmp_path,
        skoleaar=Skoleaar.parse(RUNDE.skoleaar),
        runde=RUNDE.runde,
        seed=3,
        omfang=Omfang(andel=0.01, avgivere=("03",)),
        feil={REGEL: 4},
    )
    register = Register.installed()
    mottak = receive(
        register.innsamlinger["oktober"],
        register.regler("innrapportering", "oktober", RUNDE.skoleaar),
        RUNDE,
        "03",
        Innstillinger(hjem=tmp_path, inn=tmp_path),
    )
    assert laget.fasit is not None
    with laget.fasit.open(encoding="utf-8", newline="") as fil:
        svar = list(csv.DictReader(fil, delimiter=";"))
    fasit = {(r["regel"], r["fil"], int(r["linje"])) for r in svar}
    funn = {(f["regel"], f["fil"], f["linje"]) for f in mottak.funn.to_pylist()}
    assert len(fasit) == 4
    assert funn == fasit


def test_the_rule_is_planted_only_where_there_are_codes(request: pytest.FixtureRequest) -> None:
    assert REGEL not in plantable()
    request.getfixturevalue("morsmaal")
    assert REGEL in plantable()
