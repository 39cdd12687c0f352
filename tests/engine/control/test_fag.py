"""Contracts are held against bedrifter, offices, the other fylker and the schools."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.skolefil import AAR, OMRAADE, content, elev, fag, kurs, line, persons, tof
from vigo_pipeline.contract import kodeverk
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
    return Pipeline(register, oppsett.model_copy(update={"avgivere": ("03",)}))


def load(
    base: Pipeline, samling: str, *linjer: str, avgiver: str = "03", aar: str = "2025-2026"
) -> None:
    innsamling = base.register.innsamlinger[samling]
    partisjon = Partisjon(aar, "endelig" if aar != "2025-2026" else RUNDE.get(samling, "oktober"))
    mappe = folder(innsamling, partisjon, avgiver, base.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    (mappe / "fil.txt").write_bytes(
        content(tof(fylkesnr=avgiver, fildato=f"{aar[:4]}1020"), *linjer)
    )
    # Whoever reports nothing costs as much as who does.
    hvem = tuple(sorted({*base.oppsett.avgivere, avgiver}))
    base.oppsett = base.oppsett.model_copy(update={"avgivere": hvem})
    receive_round(base, innsamling, partisjon)
    load_round(base, innsamling, partisjon)


def contract(fnr: str = EN, fylke: str = "03", **felt: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": fylke, "kontraktsnr": f"K-{fylke}", "fnr": fnr}
    faste |= {"kontraktstype": "L", "programomraadekode": LAEREFAG, "orgnr_bedrift": BEDRIFT}
    faste |= {"laeretid_fra": "20240815", "laeretid_til": "20260814", "hjemstedsfylke": fylke}
    return line("$LK", **faste | felt)


def proeve_line(fnr: str, fylke: str, **felt: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": fylke, "fnr": fnr, "programomraadekode": LAEREFAG}
    faste |= {"provenr": "1", "kontraktsnr": "K-1", "provekandidattype": "L"}
    return line("$AP", **faste | {"hjemstedsfylke": fylke} | felt)


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


# When the læretid began and the elevkurs ended, for somebody who has been a pupil since 18 August.
ELEV_OG_LAERLING = {
    "an apprentice since September whose elevkurs goes on": ("20250901", "", {"KONT-014"}),
    "an apprentice since September who has left the school": ("20250901", "20250930", set()),
    "a pupil of TAF, YSK or a vekslingsmodell, under contract before": ("20240815", "", set()),
    "a contract of the day the skoleår began": ("20250818", "", set()),
}


@pytest.mark.parametrize("hvem", ELEV_OG_LAERLING)
def test_an_apprentice_is_a_pupil_only_where_both_are_meant(hvem: str, base: Pipeline) -> None:
    fra, slutt, brutt = ELEV_OG_LAERLING[hvem]
    load(base, "oktober", elev(EN), kurs(EN, avbruddsdato=slutt), fag(EN))
    load(base, "kontrakt", contract(laeretid_fra=fra))
    assert found(base) == brutt


@pytest.fixture
def uten_egne() -> Iterator[None]:
    yield
    kodeverk.lay_over({})


@pytest.mark.usefixtures("uten_egne")
def test_where_vigo_has_a_samlekode_a_contract_beside_the_elevkurs_is_right(base: Pipeline) -> None:
    load(base, "oktober", elev(EN), kurs(EN), fag(EN))
    load(base, "kontrakt", contract(laeretid_fra="20250901"))
    hode = "kode;navn;samlekode_taf;gyldig_fra;gyldig_til;merke;kilde"
    kodeverk.lay_over({"samlekoder_taf": f"{hode}\n{OMRAADE};TAF;1;;;SYNTETISK;prøve\n".encode()})
    assert found(base) == set()


NYTT_FAG = {"programomraadekode": "RMKOK3----", "laeretid_fra": "20250815"}
PROEVE = {"provedato": "20250610", "provestatus": "BE", "brevtype": "F"}
# Of a contract in another lærefag than the prøve, that of another fylke.
REKVALIFISERING = {
    "a fagbrev, and the contract is not rekvalifisering": ({}, {}, {"REKV-005"}),
    "a fagbrev, and the contract is rekvalifisering": ({}, {"rekvalifisering": "J"}, set()),
    "a prøve that was not passed": ({"provestatus": "IB"}, {}, set()),
    "a praksisbrev, which is a lower goal": ({"brevtype": "B"}, {}, set()),
    "a kompetansebevis whose brevtype is blank": (
        *({"brevtype": "", "provekandidattype": "K"}, {}, set()),
    ),
    "a fagbrev after the læretid began": ({"provedato": "20250915"}, {}, set()),
    "a contract from before the law of 2024": ({}, {"laeretid_fra": "20240731"}, set()),
    "a contract that has ended": ({}, {"kontrakt_avsluttet": "20250930"}, set()),
    "the same lærefag once more": ({}, {"programomraadekode": LAEREFAG}, set()),
}


@pytest.mark.parametrize("hvem", REKVALIFISERING)
def test_a_second_fag_is_rekvalifisering(hvem: str, base: Pipeline) -> None:
    proeve, felt, brutt = REKVALIFISERING[hvem]
    load(
        base, "kontrakt", proeve_line(EN, "11", **PROEVE | proeve), contract(TO, "11"), avgiver="11"
    )
    load(base, "kontrakt", contract(**{"rekvalifisering": "N"} | NYTT_FAG | felt))
    assert found(base) == brutt


# The bedrift, and its contracts of last year and of this; another bedrift has one in both.
I_TO_AAR = {
    "no apprentice in two years": ({}, {}, {}, {"LBED-004"}),
    "one this year": ({}, {}, {"orgnr_bedrift": BEDRIFT}, set()),
    "one last year": ({}, {"orgnr_bedrift": BEDRIFT}, {}, set()),
    "one in another lærefag only": (
        *({}, {"orgnr_bedrift": BEDRIFT, "programomraadekode": "RMKOK3----"}, {}, {"LBED-004"}),
    ),
    "approved a year ago": ({"godkjent_fra": "20241015"}, {}, {}, set()),
    "an approval that has ended": ({"godkjent_til": "20250815"}, {}, {}, set()),
}


@pytest.mark.parametrize("hvilken", I_TO_AAR)
def test_an_approval_lapses_after_two_years_without_apprentices(
    hvilken: str, base: Pipeline
) -> None:
    bedrift, foer, naa, brutt = I_TO_AAR[hvilken]
    annen = {"orgnr_bedrift": ANNEN}
    load(base, "kontrakt", contract(skoleaar="20242025", **annen | foer), aar="2024-2025")
    load(base, "laerebedrift", company(**bedrift), company(ANNEN))
    load(base, "kontrakt", contract(**annen | naa))
    assert found(base) & {"LBED-004"} == brutt


def test_without_last_years_contracts_nobody_knows(base: Pipeline) -> None:
    load(base, "laerebedrift", company(), company(ANNEN))
    load(base, "kontrakt", contract(orgnr_bedrift=ANNEN))
    assert "LBED-004" not in found(base)
