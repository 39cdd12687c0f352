"""Contracts are held against bedrifter, offices, the other fylker and the schools."""

from pathlib import Path

import pytest

from tests.skolefil import AAR, content, elev, fag, kurs, line, persons, tof
from vigo_pipeline.engine.control.control import control
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

EN, TO = persons(2)
BEDRIFT, ANNEN, KONTOR, ANNET_KONTOR = "310000019", "310000027", "319000011", "319000038"
LAEREFAG = "HSHEA3----"
RUNDE = {"kontrakt": "1-levering", "oktober": "1-levering"}


@pytest.fixture
def base(database: str, tmp_path: Path, register: Register) -> Pipeline:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database)
    return Pipeline(register, oppsett.model_copy(update={"avgivere": ("03", "11")}))


def load(base: Pipeline, samling: str, *linjer: str, avgiver: str = "03") -> None:
    innsamling = base.register.innsamlinger[samling]
    partisjon = Partisjon("2025-2026", RUNDE.get(samling, "oktober"))
    mappe = folder(innsamling, partisjon, avgiver, base.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    (mappe / "fil.txt").write_bytes(content(tof(fylkesnr=avgiver), *linjer))
    receive_round(base, innsamling, partisjon)
    load_round(base, innsamling, partisjon)


def contract(fnr: str = EN, fylke: str = "03", **felt: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": fylke, "kontraktsnr": f"K-{fylke}", "fnr": fnr}
    faste |= {"kontraktstype": "L", "programomraadekode": LAEREFAG, "orgnr_bedrift": BEDRIFT}
    faste |= {"laeretid_fra": "20240815", "laeretid_til": "20260814", "hjemstedsfylke": fylke}
    return line("$LK", **faste | felt)


def company(orgnr: str = BEDRIFT, **felt: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": "03", "orgnr_bedrift": orgnr}
    return line(
        "$LB", **faste | {"programomraadekode": LAEREFAG, "godkjent_fra": "20150101"} | felt
    )


def office(orgnr: str = KONTOR) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": "03", "orgnr_opplaeringskontor": orgnr}
    return line("$OK", **faste, godkjent_fra="20150101")


def found(base: Pipeline) -> set[str]:
    svar = control(
        base, base.register.innsamlinger["kontrakt"], Partisjon("2025-2026", "1-levering")
    )
    base.engine.dispose()
    return set(svar.antall["regel"].to_pylist())


def test_a_list_that_has_not_come_says_nothing(base: Pipeline) -> None:
    load(base, "kontrakt", contract(orgnr_opplaeringskontor=KONTOR))
    assert found(base) == set()


@pytest.mark.parametrize(
    ("bedrift", "felt", "brutt"),
    [
        ({}, {}, set()),
        ({}, {"programomraadekode": "HSHEA3MF--"}, set()),
        ({}, {"programomraadekode": "RMKOK3----"}, {"LBED-001"}),
        ({}, {"orgnr_bedrift": ANNEN}, {"LBED-001"}),
        ({}, {"orgnr_bedrift": ANNEN, "kontrakt_avsluttet": "20250930"}, set()),
        ({"godkjent_til": "20250930"}, {}, {"LBED-001"}),
        ({"godkjent_til": "20251001"}, {}, set()),
        ({"nedlagt_dato": "20251001", "godkjent_til": "20251001"}, {}, {"LBED-002"}),
        ({"nedlagt_dato": "20251002", "godkjent_til": "20251002"}, {}, set()),
    ],
)
def test_the_bedrift_is_approved_and_open(
    bedrift: dict[str, str], felt: dict[str, str], brutt: set[str], base: Pipeline
) -> None:
    load(base, "laerebedrift", company(**bedrift))
    load(base, "kontrakt", contract(**felt))
    assert found(base) == brutt


@pytest.mark.parametrize(("kontor", "brutt"), [(KONTOR, set()), (ANNET_KONTOR, {"OKON-003"})])
def test_the_office_is_in_the_register(kontor: str, brutt: set[str], base: Pipeline) -> None:
    load(base, "opplaeringskontor", office())
    load(base, "kontrakt", contract(orgnr_opplaeringskontor=kontor))
    assert found(base) == brutt


@pytest.mark.parametrize(("hvem", "brutt"), [(EN, {"KONT-009"}), (TO, set())])
def test_a_person_runs_in_one_fylke(hvem: str, brutt: set[str], base: Pipeline) -> None:
    load(base, "kontrakt", contract())
    load(base, "kontrakt", contract(hvem, "11"), avgiver="11")
    assert found(base) == brutt


@pytest.mark.parametrize(("slutt", "brutt"), [("", {"KONT-014"}), ("20250930", set())])
def test_an_apprentice_is_not_a_pupil(slutt: str, brutt: set[str], base: Pipeline) -> None:
    load(base, "oktober", elev(EN), kurs(EN, avbruddsdato=slutt), fag(EN))
    load(base, "kontrakt", contract())
    assert found(base) == brutt
