"""What looks wrong and is not: the false alarms that users of such controls have met."""

from datetime import date
from pathlib import Path

import pytest

from tests.engine.rules import test_innlesing as innlesing
from tests.engine.rules import test_leveranser as leveranser
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon

pytestmark = pytest.mark.slow

PERSON, SKOLE, OMRAADE = "01810850066", "03018", "STUSP1----"
# What stands in the base file, what stands there instead, and every rule that may be found.
I_HELE_FILA = {
    "a private school has a number without fylke": (SKOLE, "00227", ""),
    "a private school in Oslo has a number that starts with 24": (SKOLE, "24100", ""),
    "an exam office of another fylke lies in Oslo": (SKOLE, "32130", ""),
    "a school on Svalbard": (SKOLE, "21010", ""),
    "a fictitious number fails the checksums by design": (PERSON, "42059199202", "PERS-002"),
    "a D-number": (PERSON, "42810950018", ""),
    "a number of the kind that comes in 2032": (PERSON, "02810950024", ""),
    "a person who by the number is born in 2030": (PERSON, "10813050035", ""),
    "a programområdekode without dashes": (OMRAADE, "STUSP1", ""),
    "an apprentice's trade in school": (OMRAADE, "ELAVI4----", ""),
    "the digit for trinn is not the level": (OMRAADE, "PBPBY4----", ""),
    "outside the tilbudsstruktur, whose list is unknown": (OMRAADE, "AOLOV1----", ""),
    "a variant that only VIGO knows": (OMRAADE, "STUSP1QQ--", "PROG-004"),
}
I_EN_LINJE = {
    "fullførtkode is blank before year end": (3, "fullfoertkode=", ""),
    "fravær is blank in autumn": (3, "fravaer_dager=,fravaer_timer=", ""),
    "a blank eksamensform for a practical exam": (4, "karakter_annen=4,termin=V", ""),
    "an adult starts on any day": (3, "voksen=J,startdato=20250301", ""),
    "a fag with fagstatus V starts on any day": (4, "fagstatus=V,fag_startdato=20250301", ""),
    "free text for Waade is not ours": (3, "fritekst=Årstimetall=800", ""),
    "an open end of 9999-12-31 is blank": (3, "avbruddsdato=99991231", ""),
    "an open end of a fag, too": (4, "fag_avbruddsdato=99991231", ""),
    "fagstatus A before anyone knows of IV": (4, "fagstatus=A", ""),
}
SAMME = f"fnr={PERSON},ssbelevfag.fnr={PERSON}"
GAMMEL = f"{SAMME},programomraadekode=STREA2----,ssbelevfag.programomraadekode=STREA2----"
ANNEN = f"{SAMME},skolenr=03005,ssbelevfag.skolenr=03005"
I_LEVERANSEN = {
    "kursprosent 0 is legal for meropplæring alone": (
        *(1, "kursprosent=0.00,antall_fag=0,fagstatuser=B", ""),
    ),
    "kursprosent 0 with fag that count shuts no gate": (1, "kursprosent=0.00", "BER-105"),
    "elevstatus A in autumn cannot be tested on IV and FAM05": (
        *(1, "elevstatus=A,fagstatuser=A,ssbelevfag.fagstatus=A", ""),
    ),
    "schools share an organisasjonsnummer": (
        *(2, "skolenr=15037,organisasjonsnummer=974576503,ssbelevfag.skolenr=15037", ""),
    ),
    "a school abroad has no real organisasjonsnummer": (1, "organisasjonsnummer=U90099017", ""),
    "an exam office has none": (1, "organisasjonsnummer=", ""),
    "a change of programme leaves one that has ended": (
        *(2, f"{GAMMEL},avbruddsdato=2025-10-01,elevstatus=S,fagstatuser=S", ""),
    ),
    "a main school and some fag at another": (2, f"{ANNEN},kursprosent=15.00", ""),
    "an adult with courses at two schools": (
        *(2, f"{ANNEN},voksen=J,elevstatus=V,rettstype=U", ""),
    ),
    "an adult starts on any day": (1, "voksen=J,elevstatus=V,startdato=2025-03-01", ""),
    "outside the tilbudsstruktur, whose list is unknown": (
        *(1, "programomraadekode=AOLOV1----,ssbelevfag.programomraadekode=AOLOV1----", "PROG-005"),
    ),
    "a private school has a number without fylke": (
        *(1, "skolenr=00227,ssbelevfag.skolenr=00227", ""),
    ),
    "a number of the kind that comes in 2032": (
        *(1, "fnr=02810950024,ssbelevfag.fnr=02810950024", ""),
    ),
}
# Old years are delivered again: school, programområde, avgiver, and every rule that may be found.
GAMLE_AAR = {
    "Viken in its own year, by a number that the list lacks": (
        *("2022-2023", "30018", OMRAADE, "30", "SKOLE-008"),
    ),
    "a school of Viken, sent by Akershus": ("2023-2024", "30000", OMRAADE, "32", ""),
    "a school of Akershus, sent by Viken": ("2023-2024", "32001", OMRAADE, "30", ""),
    "an expired utdanningsprogram": ("2020-2021", SKOLE, "DHAKT2----", "03", ""),
}


def replaced(*par: tuple[str, str]) -> str:
    """Return the base file with texts replaced in every line."""
    tekst = innlesing.base_file()
    for gammel, ny in par:
        assert gammel in tekst
        tekst = tekst.replace(gammel, ny)
    return tekst


@pytest.mark.parametrize("felle", I_HELE_FILA)
def test_a_trap_in_the_whole_file_raises_no_alarm(felle: str, tmp_path: Path) -> None:
    gammel, ny, regler = I_HELE_FILA[felle]
    funnet = {regel for regel, _ in innlesing.found_in(tmp_path, replaced((gammel, ny)))}
    assert funnet == set(regler.split())


@pytest.mark.parametrize("felle", I_EN_LINJE)
def test_a_trap_in_the_file_raises_no_alarm(felle: str, tmp_path: Path) -> None:
    linje, felt, regler = I_EN_LINJE[felle]
    funnet = {regel for regel, _ in innlesing.found(tmp_path, linje, felt)}
    assert funnet == set(regler.split())


def test_every_fag_of_an_adult_starts_on_any_day(tmp_path: Path) -> None:
    tekst = innlesing.changed(3, "voksen=J").replace("20250818", "20250301")
    assert innlesing.found_in(tmp_path, tekst) == set()


@pytest.mark.parametrize("felle", I_LEVERANSEN)
def test_a_trap_in_the_delivery_raises_no_alarm(felle: str) -> None:
    rad, felt, regler = I_LEVERANSEN[felle]
    funnet = {regel for regel, _ in leveranser.found("ssbelev", "ssbelev", rad, felt)}
    assert funnet == set(regler.split())


def test_an_elevkurs_without_fag_is_told_as_such_and_as_nothing_else() -> None:
    funnet = leveranser.found("ssbelev", "ssbelevfag", 1, "fnr=08910878612")
    assert funnet == {("FAG-002", 1)}


@pytest.mark.parametrize("felle", GAMLE_AAR)
def test_an_old_year_is_judged_by_its_own_codes(felle: str, tmp_path: Path) -> None:
    aar, skole, omraade, avgiver, regler = GAMLE_AAR[felle]
    tekst = replaced(
        *((SKOLE, skole), (OMRAADE, omraade), (";03;", f";{avgiver};")),
        *((innlesing.RUNDE.skoleaar.replace("-", ""), aar.replace("-", "")), ("2025", aar[:4])),
    )
    funnet = innlesing.found_in(tmp_path, tekst, avgiver, Partisjon(aar, "1-levering"))
    assert {regel for regel, _ in funnet} == set(regler.split())


def test_old_fylker_report_in_their_own_years(tmp_path: Path) -> None:
    pipeline = Pipeline(Register.installed(), Innstillinger(hjem=tmp_path, inn=tmp_path))
    oktober = pipeline.register.innsamlinger["oktober"]
    gamle = {"30", "38", "54"}
    assert gamle <= set(pipeline.avgivere(oktober, Skoleaar.parse("2022-2023")))
    nye = set(pipeline.avgivere(oktober, Skoleaar.parse("2025-2026")))
    assert not gamle & nye
    assert len(nye) == 16


def test_old_codes_are_valid_in_old_years_and_not_today() -> None:
    gamle = kodeverk.valid("utdanningsprogram", date(2018, 8, 1), date(2019, 7, 31))
    nye = kodeverk.valid("utdanningsprogram", date(2025, 8, 1), date(2026, 7, 31))
    assert {"DH", "MK"} <= set(gamle["kode"].to_pylist())
    assert not {"DH", "MK"} & set(nye["kode"].to_pylist())


@pytest.mark.parametrize(
    "felt", ["fagstatus=S", "fagstatus=F", "karakter_skriftlig=IM,fagmerknad=FAM29"]
)
def test_a_privatist_has_no_dates_whatever_the_fagstatus(felt: str, tmp_path: Path) -> None:
    assert innlesing.found(tmp_path, 4, felt, samling="privatist") == set()


def test_a_realkompetansevurdering_may_be_older_than_the_application(tmp_path: Path) -> None:
    assert innlesing.found(tmp_path, 5, "vurdert_dato=20240301", samling="voksen") == set()


def test_one_letter_decides_on_several_rights(tmp_path: Path) -> None:
    fil = innlesing.base_file("voksen").splitlines()
    tekst = "".join(f"{x}\n" for x in [*fil, fil[3].replace(";V;J", ";P;N")])
    assert innlesing.found_in(tmp_path, tekst, samling="voksen") == set()
