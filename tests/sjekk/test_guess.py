"""What a file is read as is guessed from what it says of itself."""

import pytest

from tests.skolefil import content, elev, fag, kurs, persons, tof
from vigo_pipeline.engine.register import Register
from vigo_pipeline.sjekk.guess import Lesemaate, Valg, guess
from vigo_pipeline.sjekk.innsendt import from_bytes
from vigo_pipeline.sjekk.kjennetegn import of_file


def read_as(register: Register, *linjer: str, valg: Valg | None = None) -> Lesemaate:
    [fil] = from_bytes({"fil.txt": content(*linjer)}).filer
    return guess(register, of_file(fil), valg or Valg())


def school(fildato: str, *, fagstatus: str = "E", **felt: str) -> list[str]:
    """Return the lines of a school with three pupils."""
    elever = [(elev(p), kurs(p, **felt), fag(p, fagstatus=fagstatus)) for p in persons(3)]
    return [tof(skolenr="03018", fildato=fildato), *(x for egne in elever for x in egne)]


@pytest.mark.parametrize(
    ("linjer", "ventet"),
    [
        (school("20251020"), ("oktober", "1-levering")),
        (school("20251112"), ("oktober", "endelig")),
        (school("20260131"), ("februar", "februar")),
        (school("20260622"), ("juni", "1-levering")),
        (school("20251020", fagstatus="P"), ("privatist", "hoest")),
        (school("20251128", avbruddsdato="20251120"), ("loepende", "november")),
    ],
)
def test_the_day_and_what_is_in_it_tell_the_round(
    register: Register, linjer: list[str], ventet: tuple[str, str]
) -> None:
    som = read_as(register, *linjer)
    assert (som.innsamling.stamme, som.partisjon.runde) == ventet
    assert (som.partisjon.skoleaar, som.avgiver) == ("2025-2026", "03")


def test_what_somebody_says_goes_before_what_the_file_says(register: Register) -> None:
    valg = Valg(samling="juni", runde="endelig", skoleaar="2024-2025", avgiver="11")
    som = read_as(register, *school("20251020"), valg=valg)
    assert som.noekkel == ("juni", "2024-2025", "endelig", "11")
    assert "du sier juni" in som.fordi


def test_a_private_schools_file_is_from_waade(register: Register) -> None:
    linjer = [tof(skolenr="00228", fylkesnr="99", fildato="20251020"), *school("20251020")[1:]]
    assert read_as(register, *linjer).avgiver == "waade"


@pytest.mark.parametrize(("skolenr", "avgiver"), [("03018", "03"), ("00228", "waade")])
def test_a_file_without_a_start_row_is_of_the_schools_on_its_lines(
    register: Register, skolenr: str, avgiver: str
) -> None:
    som = read_as(register, *(x.replace("03018", skolenr) for x in school("20251020")[1:]))
    assert (som.innsamling.stamme, som.avgiver) == ("oktober", avgiver)


def test_what_says_nothing_is_read_as_something(register: Register) -> None:
    som = read_as(register, "ingenting")
    assert som.innsamling.stamme == "oktober"
    assert "sier ikke noe" in som.fordi
    assert "kan ikke vites" in som.sagt
    assert "--samling" in som.sagt
    sagt = read_as(register, "ingenting", valg=Valg(samling="juni"))
    assert sagt.sagt.startswith("Lest som ")
