"""Of whom a finding is: what stood in the file that was read, whatever lies in the folder now."""

from pathlib import Path

import pytest

from tests.skolefil import ANNEN_SKOLE, SKOLE, Skole, persons
from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import Mottak, artefact, folder, receive
from vigo_pipeline.engine.receive.whom import HVEM
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.finding import FIL, Funn
from vigo_pipeline.reports.kontrollrapport.gather import gather

pytestmark = pytest.mark.slow

RUNDE = Partisjon("2025-2026", "1-levering")
EN, TO = persons(2)
REGEL = Regel(
    id="PERS-005",
    tittel="t",
    galt="g",
    alvor="ADVARSEL",
    eier="skole",
    rett="r",
    kilde="k",
    kolonne="elevnavn",
    bryter={"elev": "elevnavn = upper(elevnavn)"},
)


@pytest.fixture
def pipeline(tmp_path: Path, register: Register) -> Pipeline:
    return Pipeline(register, Innstillinger(hjem=tmp_path, inn=tmp_path, avgivere=("03",)))


def take(pipeline: Pipeline, **filer: bytes) -> Mottak:
    oktober = pipeline.register.innsamlinger["oktober"]
    mappe = folder(oktober, RUNDE, "03", pipeline.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    for navn, innhold in filer.items():
        (mappe / f"{navn}.txt").write_bytes(innhold)
    return receive(oktober, (REGEL,), RUNDE, "03", pipeline.oppsett)


def found(pipeline: Pipeline) -> list[Funn]:
    return [f for f in gather(pipeline, "oktober", RUNDE) if f.trinn == FIL]


def of(fnr: str, navn: str, skolenr: str = SKOLE) -> bytes:
    return Skole({fnr: {"elevnavn": navn}}, skolenr).to_bytes()


def test_a_file_that_was_replaced_since_does_not_give_its_person_to_a_finding(
    pipeline: Pipeline,
) -> None:
    mottak = take(pipeline, skole=of(EN, "BERG KARI"))
    inn = folder(pipeline.register.innsamlinger["oktober"], RUNDE, "03", pipeline.oppsett)
    (inn / "skole.txt").write_bytes(of(TO, "ÅS OLA"))
    [funn] = found(pipeline)
    assert (funn.fnr, funn.navn, funn.skolenr) == (EN, "BERG KARI", SKOLE)
    (inn / "skole.txt").unlink()
    assert found(pipeline) == [funn]
    # What goes to Dagster has no person.
    assert {"fnr", "navn"}.isdisjoint(mottak.funn.column_names)


def test_files_whose_masked_names_are_the_same_are_not_mixed(pipeline: Pipeline) -> None:
    like = {f"liste_{EN}": of(EN, "BERG KARI"), f"liste_{TO}": of(TO, "ÅS OLA", ANNEN_SKOLE)}
    mottak = take(pipeline, **like)
    assert len({*mottak.funn["fil"].to_pylist()}) == 2
    assert {(f.fnr, f.navn, f.skolenr) for f in found(pipeline)} == {
        (EN, "BERG KARI", SKOLE),
        (TO, "ÅS OLA", ANNEN_SKOLE),
    }
    assert {f.fil for f in found(pipeline)} == {*mottak.funn["fil"].to_pylist()}


def test_a_line_of_another_school_is_told_to_the_school_that_sent_it(pipeline: Pipeline) -> None:
    # Else it is in no report of who must send the file anew, and no file of the other closes it.
    egen, fremmed = of(EN, "BERG KARI"), of(TO, "ÅS OLA", ANNEN_SKOLE)
    take(pipeline, skole=egen.split(b"\n", 1)[0] + b"\n" + fremmed.split(b"\n", 1)[1])
    assert [(f.fnr, f.skolenr) for f in found(pipeline)] == [(TO, SKOLE)]


def test_a_round_that_an_earlier_version_read_is_told_without_persons(pipeline: Pipeline) -> None:
    take(pipeline, skole=of(EN, "BERG KARI"))
    oktober = pipeline.register.innsamlinger["oktober"]
    (artefact(oktober, RUNDE, "03", pipeline.oppsett) / HVEM).unlink()
    [funn] = found(pipeline)
    assert (funn.regel, funn.fil, funn.fnr, funn.navn) == ("PERS-005", "skole.txt", "", "")


def test_a_finding_says_where_on_the_line_and_how_many_more_there_are(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(grensesnitt().fil.__dict__, "maks_like_funn", 1)
    take(pipeline, skole=of(EN, "BERG KARI") + of(TO, "ÅS OLA").split(b"\n", 1)[1])
    [funn] = found(pipeline)
    assert funn.merknad == "og 1 til av samme slag"
