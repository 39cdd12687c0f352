"""Contracts are held against bedrifter, offices, the other fylker and the schools."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import pytest

from tests.engine.control.conftest import hand_in
from tests.skolefil import AAR, OMRAADE, elev, fag, kurs, line, persons
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.control.control import contradictions
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.syntetisk.laeresteder import organisation_numbers

ALLE = persons(12)
EN, TO, TRE, *_ = ALLE
# Of the range that synthetic organisations have.
BEDRIFTER = [f"{nr:09d}" for nr in organisation_numbers(np.arange(1_000_001, 1_000_020))]
BEDRIFT, ANNEN, *EGNE = BEDRIFTER
KONTOR, ANNET_KONTOR = "319000011", "319000038"
LAEREFAG = "HSHEA3----"
Felt = dict[str, str]
SLUTT = {"kontrakt_avsluttet": "20250930", "avslutningskode": "AF"}
RUNDE = {"kontrakt": "1-levering", "oktober": "1-levering"}


def load(
    base: Pipeline, samling: str, *linjer: str, avgiver: str = "03", aar: str = "2025-2026"
) -> None:
    partisjon = Partisjon(aar, "endelig" if aar != "2025-2026" else RUNDE.get(samling, "oktober"))
    lest = hand_in(base, samling, partisjon, *linjer, avgiver=avgiver, fildato=f"{aar[:4]}1020")
    # A file that is rejected breaks no rule here, and would prove nothing.
    galt = [r for m in lest for r in m.funn.to_pylist() if r["alvor"] == "FEIL"]
    assert [(r["linje"], r["regel"]) for r in galt] == []


def contract(fnr: str = EN, fylke: str = "03", **felt: str) -> str:
    faste = {"skoleaar": AAR, "avgiverfylke": fylke, "fnr": fnr}
    faste |= {"kontraktsnr": f"K-{fylke}-{ALLE.index(fnr)}"}
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


def found(base: Pipeline, av: str = "fnr") -> dict[str, set[str]]:
    """Return the rules that are broken, by person or by another key."""
    treff, _ = contradictions(
        base, base.register.innsamlinger["kontrakt"], Partisjon("2025-2026", "1-levering")
    )
    base.engine.dispose()
    ut: dict[str, set[str]] = {}
    for rad in treff.to_pylist():
        ut.setdefault(rad[av], set()).add(rad["regel"])
    return ut


def by_case(funnet: Mapping[str, set[str]], hvem: Iterable[str]) -> list[set[str]]:
    """Return what is broken of each, in their order; nothing is broken of anybody else."""
    alle = list(hvem)
    assert not funnet.keys() - set(alle)
    return [funnet.get(en, set()) for en in alle]


def test_a_list_that_has_not_come_says_nothing(base: Pipeline) -> None:
    load(base, "kontrakt", contract(orgnr_opplaeringskontor=KONTOR))
    assert found(base) == {}


# The bedrift, the contract with it, and the rules that it breaks.
APNE: list[tuple[Felt, Felt, set[str]]] = [
    ({}, {}, set()),
    ({}, {"programomraadekode": "HSHEA3MF--"}, set()),
    ({}, {"programomraadekode": "RMKOK3----"}, {"LBED-001"}),
    ({}, {"orgnr_bedrift": ANNEN}, {"LBED-001"}),
    ({}, {"orgnr_bedrift": ANNEN, **SLUTT}, set()),
    ({"godkjent_til": "20250930"}, {}, {"LBED-001"}),
    ({"godkjent_til": "20251001"}, {}, set()),
    ({"nedlagt_dato": "20251001", "godkjent_til": "20251001"}, {}, {"LBED-002"}),
    ({"nedlagt_dato": "20251002", "godkjent_til": "20251002"}, {}, set()),
]


def test_the_bedrift_is_approved_and_open(base: Pipeline) -> None:
    hver = list(zip(ALLE, EGNE, APNE, strict=False))
    load(base, "laerebedrift", *(company(orgnr, **bedrift) for _, orgnr, (bedrift, *_) in hver))
    load(
        base,
        "kontrakt",
        *(contract(fnr, **{"orgnr_bedrift": orgnr} | felt) for fnr, orgnr, (_, felt, _) in hver),
    )
    assert by_case(found(base), [fnr for fnr, *_ in hver]) == [brutt for *_, brutt in APNE]


def test_the_office_is_in_the_register(base: Pipeline) -> None:
    load(base, "opplaeringskontor", office())
    load(
        base,
        "kontrakt",
        contract(EN, orgnr_opplaeringskontor=KONTOR),
        contract(TO, orgnr_opplaeringskontor=ANNET_KONTOR),
    )
    assert found(base) == {TO: {"OKON-003"}}


def test_a_person_runs_in_one_fylke(base: Pipeline) -> None:
    load(base, "kontrakt", contract(EN), contract(TO))
    load(base, "kontrakt", contract(EN, "11"), contract(TRE, "11"), avgiver="11")
    assert found(base) == {EN: {"KONT-009"}}


# When the læretid began and the elevkurs ended, for somebody who has been a pupil since 18 August.
ELEV_OG_LAERLING = {
    "an apprentice since September whose elevkurs goes on": ("20250901", "", {"KONT-014"}),
    "an apprentice since September who has left the school": ("20250901", "20250930", set()),
    "a pupil of TAF, YSK or a vekslingsmodell, under contract before": ("20240815", "", set()),
    "a contract of the day the skoleår began": ("20250818", "", set()),
}


def test_an_apprentice_is_a_pupil_only_where_both_are_meant(base: Pipeline) -> None:
    hver = dict(zip(ALLE, ELEV_OG_LAERLING.values(), strict=False))
    skole = [
        linje
        for fnr, (_, slutt, _) in hver.items()
        for linje in (elev(fnr), kurs(fnr, avbruddsdato=slutt), fag(fnr))
    ]
    load(base, "oktober", *skole)
    load(base, "kontrakt", *(contract(fnr, laeretid_fra=fra) for fnr, (fra, *_) in hver.items()))
    funnet = by_case(found(base), hver)
    assert dict(zip(ELEV_OG_LAERLING, funnet, strict=True)) == {
        hvem: brutt for hvem, (*_, brutt) in ELEV_OG_LAERLING.items()
    }


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
    assert found(base) == {}


NYTT_FAG = {"programomraadekode": "RMKOK3----", "laeretid_fra": "20250815"}
PROEVE = {"provedato": "20250610", "provestatus": "BE", "brevtype": "F"}
# Of a contract in another lærefag than the prøve, that of another fylke.
REKVALIFISERING = {
    "a fagbrev, and the contract is not rekvalifisering": ({}, {}, {"REKV-005"}),
    "a fagbrev, and the contract is rekvalifisering": ({}, {"rekvalifisering": "J"}, set()),
    "a prøve that was not passed": ({"provestatus": "IB"}, {}, set()),
    "a praksisbrev, which is a lower goal": (
        {"brevtype": "B", "provekandidattype": "B"},
        {},
        set(),
    ),
    "a kompetansebevis whose brevtype is blank": (
        *({"brevtype": "", "provekandidattype": "K"}, {}, set()),
    ),
    "a fagbrev after the læretid began": ({"provedato": "20250915"}, {}, set()),
    "a contract from before the law of 2024": ({}, {"laeretid_fra": "20240731"}, set()),
    "a contract that has ended": ({}, SLUTT, set()),
    "the same lærefag once more": ({}, {"programomraadekode": LAEREFAG}, set()),
}


def test_a_second_fag_is_rekvalifisering(base: Pipeline) -> None:
    *noen, annen = ALLE
    hver = dict(zip(noen, REKVALIFISERING.values(), strict=False))
    prover = [
        proeve_line(fnr, "11", **PROEVE | {"kontraktsnr": f"K-{nr}"} | proeve)
        for nr, (fnr, (proeve, *_)) in enumerate(hver.items())
    ]
    load(base, "kontrakt", *prover, contract(annen, "11"), avgiver="11")
    nye = (
        contract(fnr, **{"rekvalifisering": "N"} | NYTT_FAG | felt)
        for fnr, (_, felt, _) in hver.items()
    )
    load(base, "kontrakt", *nye)
    funnet = by_case(found(base), hver)
    assert dict(zip(REKVALIFISERING, funnet, strict=True)) == {
        hvem: brutt for hvem, (*_, brutt) in REKVALIFISERING.items()
    }


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


def test_an_approval_lapses_after_two_years_without_apprentices(base: Pipeline) -> None:
    hver = dict(zip(EGNE, I_TO_AAR.values(), strict=False))
    # Whoever has no contract with one of these has one with another.
    ett = {"orgnr_bedrift": ANNEN}
    foer = [
        contract(fnr, skoleaar="20242025", **ett | _with(orgnr, foer))
        for fnr, (orgnr, (_, foer, *_)) in zip(ALLE, hver.items(), strict=False)
    ]
    load(base, "kontrakt", *foer, aar="2024-2025")
    egne = (company(orgnr, **bedrift) for orgnr, (bedrift, *_) in hver.items())
    load(base, "laerebedrift", *egne, company(ANNEN))
    naa = [
        contract(fnr, **ett | _with(orgnr, naa))
        for fnr, (orgnr, (*_, naa, _)) in zip(ALLE, hver.items(), strict=False)
    ]
    load(base, "kontrakt", *naa)
    funnet = found(base, "orgnr_bedrift")
    assert {
        hvem: funnet.get(orgnr, set()) & {"LBED-004"}
        for hvem, orgnr in zip(I_TO_AAR, hver, strict=True)
    } == {hvem: brutt for hvem, (*_, brutt) in I_TO_AAR.items()}


def _with(orgnr: str, felt: Felt) -> Felt:
    """Return a contract with this bedrift where it is with one of these."""
    return felt | ({"orgnr_bedrift": orgnr} if "orgnr_bedrift" in felt else {})


def test_without_last_years_contracts_nobody_knows(base: Pipeline) -> None:
    load(base, "laerebedrift", company(), company(ANNEN))
    load(base, "kontrakt", contract(orgnr_bedrift=ANNEN))
    assert "LBED-004" not in set().union(*found(base).values())
