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

I_FILA = {
    "a private school has a number without fylke": (3, "skolenr=00227", "SKOLE-001 SKOLE-006"),
    "a private school in Oslo has a number that starts with 24": (3, "skolenr=24100", "SKOLE-006"),
    "a fictitious number fails the checksums by design": (2, "fnr=42059199202", "PERS-001"),
    "a programområdekode without dashes": (3, "programomraadekode=STUSP1", "PROG-001 NOK-002"),
    "the digit for trinn is not the level": (3, "programomraadekode=ELAVI4----", "PROG-001"),
    "a variant that only VIGO knows": (3, "programomraadekode=STUSP1QQ--", "PROG-001"),
    "a blank eksamensform for a practical exam": (4, "karakter_annen=4,termin=V", "KAR-008"),
    "fullførtkode is blank before year end": (3, "fullfoertkode=", "FULL-001"),
    "an adult starts on any day": (3, "voksen=J,startdato=20250301", "DATO-007"),
    "an adult's fag starts on any day": (
        4,
        "fagstatus=V,fag_startdato=20250301",
        "DATO-005 DATO-007",
    ),
    "free text for Waade is not ours": (3, "fritekst=Årstimetall=800", "FIL-004 FIL-006"),
    "an open end of 9999-12-31 is blank": (3, "avbruddsdato=99991231", "DATO-007 DATO-006"),
}
I_LEVERANSEN = {
    "kursprosent 0 is legal for meropplæring alone": (
        1,
        "kursprosent=0.00,antall_fag=0,fagstatuser=B",
    ),
    "elevstatus A in autumn cannot be tested on IV and FAM05": (1, "elevstatus=A,fagstatuser=A"),
    "schools share an organisasjonsnummer": (2, "skolenr=15037,organisasjonsnummer=974576503"),
    "a school abroad has no real organisasjonsnummer": (1, "organisasjonsnummer=U90099017"),
    "a change of programme leaves one that has ended": (
        2,
        "fnr=01810850066,programomraadekode=STREA2----,avbruddsdato=2025-10-10,elevstatus=S",
    ),
    "a main school and some fag at another": (
        2,
        "fnr=01810850066,skolenr=03005,kursprosent=0.00,fagstatuser=B",
    ),
}


@pytest.mark.parametrize("felle", I_FILA)
def test_a_trap_in_the_file_raises_no_alarm(felle: str, tmp_path: Path) -> None:
    linje, felt, regler = I_FILA[felle]
    funnet = {regel for regel, _ in innlesing.found(tmp_path, linje, felt)}
    assert not funnet & set(regler.split())


@pytest.mark.parametrize("felle", I_LEVERANSEN)
def test_a_trap_in_the_delivery_raises_no_alarm(felle: str) -> None:
    rad, felt = I_LEVERANSEN[felle]
    # Changing who a row is about takes its fag away from it, and that is told as such.
    funnet = {regel for regel, _ in leveranser.found("ssbelev", "ssbelev", rad, felt)}
    assert funnet <= {"FAG-002"}


def test_an_elevkurs_without_fag_is_told_as_such_and_as_nothing_else() -> None:
    funnet = leveranser.found("ssbelev", "ssbelevfag", 1, "fnr=08910878612")
    assert funnet == {("FAG-002", 1)}


def test_a_fictitious_number_is_told_as_such_and_as_nothing_else(tmp_path: Path) -> None:
    funnet = {r for r, linje in innlesing.found(tmp_path, 2, "fnr=42059199202") if linje == 2}
    assert funnet == {"PERS-002"}


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
