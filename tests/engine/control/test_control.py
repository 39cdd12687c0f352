"""A collection is held against those before it: who breaks a rule, and who does not."""

import pytest
import sqlalchemy as sa

from tests.engine.control.conftest import hand_in
from tests.skolefil import OMRAADE, SKOLE, elev, fag, kurs, line, persons
from vigo_pipeline.engine.control.control import Motsigelser, control
from vigo_pipeline.engine.csv_file import rows
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon

AAR = "2025-2026"
EN, TO, TRE, FIRE, *FLERE = persons(12)
# A file of a month is made in it, or it is taken for one of another.
FILDATO = {"august": "20250829", "november": "20251110"}
HOVEDRUNDE = {"oktober": "1-levering", "juni": "1-levering", "ajourhold": "september"}


def run(base: Pipeline, samling: str, *linjer: str, avgiver: str = "03", runde: str = "") -> None:
    partisjon = Partisjon(AAR, runde or HOVEDRUNDE.get(samling, samling))
    fildato = FILDATO.get(partisjon.runde, "20251020")
    hand_in(base, samling, partisjon, *linjer, avgiver=avgiver, fildato=fildato)


def asked(base: Pipeline, samling: str, runde: str = "") -> Motsigelser:
    partisjon = Partisjon(AAR, runde or HOVEDRUNDE.get(samling, samling))
    svar = control(base, base.register.innsamlinger[samling], partisjon)
    base.engine.dispose()
    return svar


def found(svar: Motsigelser) -> dict[str, int]:
    return {r["regel"]: r["antall"] for r in svar.antall.to_pylist()}


def who(base: Pipeline, samling: str, runde: str = "") -> dict[str, set[str]]:
    """Return the persons that each rule is broken by, as the list of the avgiver names them."""
    asked(base, samling, runde)
    partisjon = Partisjon(AAR, runde or HOVEDRUNDE.get(samling, samling))
    mappe = findings.folder(base.oppsett, samling, partisjon) / "03"
    brutt: dict[str, set[str]] = {}
    with (mappe / "sentralbase.csv").open(encoding="utf-8-sig", newline="") as fil:
        for rad in rows(fil):
            brutt.setdefault(rad["regel"], set()).add(rad["fnr"])
    return brutt


def pupil(fnr: str, fagkode: str = "NOR1260", **felt: str) -> list[str]:
    i_faget = {n: felt.pop(n) for n in list(felt) if n.startswith(("karakter", "fag", "termin"))}
    return [elev(fnr), kurs(fnr, **felt), fag(fnr, fagkode=fagkode, **i_faget)]


def intake(fnr: str, **felt: str) -> str:
    faste = {"skoleaar": "20252026", "skolenr": SKOLE, "programomraadekode": OMRAADE}
    return line("$IN", **{"fnr": fnr, "inntaksstatus": "I"} | faste | felt)


def test_clean_collections_contradict_nothing(base: Pipeline) -> None:
    run(base, "ajourhold", elev(EN), kurs(EN), intake(EN))
    run(base, "oktober", *pupil(EN))
    run(base, "februar", *pupil(EN, karakter_termin1="4"))
    run(base, "juni", *pupil(EN, karakter_termin1="4", karakter_standpunkt="5"))
    for samling in ("ajourhold", "februar", "juni"):
        svar = asked(base, samling)
        assert svar.regler
        assert found(svar) == {}


class TestAjourhold:
    def test_who_is_missing_and_who_is_extra_per_school(self, base: Pipeline) -> None:
        borte = intake(FIRE, ajourholdskode="N", ajourholdsdato="20250818")
        run(
            base,
            "ajourhold",
            elev(EN),
            kurs(EN),
            elev(TO),
            kurs(TO),
            intake(EN),
            intake(TRE),
            borte,
        )
        svar = asked(base, "ajourhold")
        assert found(svar) == {"AVST-001": 1, "AVST-002": 1}
        assert svar.rapporter["avstemming"].to_pylist() == [
            {
                "avgiver": "03",
                "skolenr": SKOLE,
                "soekere": 3,
                "inntatte": 3,
                "falt_fra": 1,
                "tatt_inn_av_skolen": 0,
                "elever": 2,
                "mangler": 1,
                "ekstra": 1,
            }
        ]

    def test_the_lists_name_them_in_the_restricted_folder(self, base: Pipeline) -> None:
        run(base, "ajourhold", elev(EN), kurs(EN), elev(TO), kurs(TO), intake(EN), intake(TRE))
        assert who(base, "ajourhold") == {"AVST-001": {TRE}, "AVST-002": {TO}}
        mappe = findings.folder(base.oppsett, "ajourhold", Partisjon(AAR, "september")) / "03"
        assert (mappe / "avstemming.csv").exists()

    def test_only_those_with_a_place_are_missed(self, base: Pipeline) -> None:
        savnes: list[dict[str, str]] = [{}, {"inntaksstatus": "V", "ajourholdskode": "I"}]
        ikke: list[dict[str, str]] = [
            {"ajourholdskode": "N"},
            {"ajourholdskode": "S"},
            {"inntaksstatus": "V"},
        ]
        soekere = [intake(f, **felt) for f, felt in zip(FLERE, savnes + ikke, strict=False)]
        run(base, "ajourhold", elev(EN), kurs(EN), intake(EN), *soekere)
        assert who(base, "ajourhold") == {"AVST-001": {*FLERE[: len(savnes)]}}


@pytest.mark.parametrize("samling", ["februar", "juni"])
class TestAgainstOctober:
    def test_who_is_new_started_after_october(self, base: Pipeline, samling: str) -> None:
        for_sent: list[dict[str, str]] = [
            {},
            {"startdato": "20251001"},
            {"avbruddsdato": "20251001"},
        ]
        kan_vaere_nye: list[dict[str, str]] = [
            {"startdato": "20251002"},
            {"voksen": "J"},
            {"avbruddsdato": "20250930"},
        ]
        run(base, "oktober", *pupil(EN))
        nye = [
            linje
            for f, felt in zip(FLERE, for_sent + kan_vaere_nye, strict=False)
            for linje in pupil(f, **felt)
        ]
        run(base, samling, *pupil(EN), *nye)
        assert who(base, samling) == {"MOTS-001": {*FLERE[: len(for_sent)]}}

    def test_who_left_is_still_reported(self, base: Pipeline, samling: str) -> None:
        run(base, "oktober", *pupil(EN), *pupil(TO), *pupil(TRE))
        run(base, samling, *pupil(EN), *pupil(TO, avbruddsdato="20251110"))
        assert found(asked(base, samling)) == {"MOTS-002": 1}

    def test_an_avgiver_without_an_october_is_not_asked(self, base: Pipeline, samling: str) -> None:
        run(base, samling, *pupil(EN))
        assert found(asked(base, samling)) == {}


def test_june_does_not_contradict_february(base: Pipeline) -> None:
    stryk, termin = {"avbruddsdato": "20260115"}, {"karakter_termin1": "5"}
    standpunkt = {"karakter_standpunkt": "4"}
    av_begge: list[tuple[dict[str, str], dict[str, str], str]] = [
        (stryk, standpunkt, "MOTS-003"),
        ({"karakter_termin1": "4"}, termin, "MOTS-004"),
        ({}, standpunkt, ""),
        (stryk | standpunkt, standpunkt, ""),
        ({}, termin, ""),
    ]
    for nr, samling in enumerate(("februar", "juni")):
        linjer = [pupil(f, **hos[nr]) for f, hos in zip(FLERE, av_begge, strict=False)]  # type: ignore[arg-type]
        if nr == 0:
            run(base, "oktober", *(x for f in FLERE[: len(linjer)] for x in pupil(f)))
        run(base, samling, *(x for pupils in linjer for x in pupils))
    assert who(base, "juni") == {"MOTS-003": {FLERE[0]}, "MOTS-004": {FLERE[1]}}


def test_a_privatist_is_not_a_pupil_in_the_fag(base: Pipeline) -> None:
    i_faget: list[dict[str, str]] = [{}]
    ikke: list[dict[str, str]] = [
        {"fagkode": "ENG1007"},
        {"fagstatus": "G"},
        {"fagstatus": "S", "fag_avbruddsdato": "20251110"},
    ]
    alle = list(zip(FLERE, i_faget + ikke, strict=False))
    elever = [pupil(f, **{"fagkode": "NOR1260"} | felt) for f, felt in alle]
    run(base, "februar", *(x for linjer in elever for x in linjer))
    privatister = [
        [elev(f), kurs(f, "34130", startdato=""), fag(f, "34130", fagstatus="P")] for f, _ in alle
    ]
    run(base, "privatist", *(x for linjer in privatister for x in linjer), runde="vaar")
    assert who(base, "privatist", "vaar") == {"MOTS-005": {FLERE[0]}}


@pytest.mark.parametrize(("termin", "brutt"), [("V", {"MOTS-006": 2}), ("H", {})])
def test_a_privatist_sits_in_one_fylke_a_term(
    base: Pipeline, termin: str, brutt: dict[str, int]
) -> None:
    for avgiver, skole, naar in (("03", "34130", "V"), ("11", "11018", termin)):
        linjer = [elev(EN), kurs(EN, skole, startdato="")]
        rad = fag(EN, skole, fagstatus="P", termin=naar)
        run(base, "privatist", *linjer, rad, avgiver=avgiver, runde="vaar")
    svar = asked(base, "privatist", "vaar")
    per_regel: dict[str, int] = {}
    for rad in svar.antall.to_pylist():
        per_regel[rad["regel"]] = per_regel.get(rad["regel"], 0) + rad["antall"]
    assert per_regel == brutt


def test_a_starter_before_october_was_there_in_october(base: Pipeline) -> None:
    run(base, "oktober", *pupil(EN))
    run(base, "loepende", *pupil(TO), *pupil(TRE, startdato="20251103"), runde="november")
    assert found(asked(base, "loepende", "november")) == {"MOTS-001": 1}


def test_before_the_first_october_there_is_nothing_to_contradict(base: Pipeline) -> None:
    # Sluttere og startere in August are due before October, whatever has been loaded since.
    run(base, "loepende", *pupil(EN, startdato="20250818"), runde="august")
    run(base, "oktober", *pupil(TO))
    assert found(asked(base, "loepende", "august")) == {}


def test_the_findings_are_the_same_each_time(base: Pipeline) -> None:
    run(base, "oktober", *pupil(EN), *pupil(TO))
    run(base, "februar", *pupil(TRE))
    assert asked(base, "februar").antall == asked(base, "februar").antall
    with base.engine.connect() as con:
        assert con.execute(sa.text("select count(*) from ledger.innlesing")).scalar_one() == 2
    base.engine.dispose()
