"""Roots and consequences: what a person should begin with."""

from collections.abc import Iterable
from dataclasses import replace

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.reports.kontrollrapport.cause import gravity, roots
from vigo_pipeline.reports.kontrollrapport.finding import FIL, Funn

EN, TO = "en", "to"


def regel(id_: str, **felt: object) -> Regel:
    alt = {"tittel": "t", "galt": "g", "alvor": "FEIL", "eier": "skole", "rett": "r", "kilde": "k"}
    return Regel(id=id_, **alt, bryter={"rader": "false"}, **felt)  # type: ignore[arg-type]


REGLER = {
    r.id: r
    for r in (
        regel("FAG-002"),
        regel("STAT-003", foelger_av=("FAG-002",)),
        regel("TELL-001", foelger_av=("STAT-003",)),
        regel("FIL-003"),
        regel("FIL-016", foelger_av=("FIL-003",)),
        regel("MOT-002", foelger_av_filfeil=True),
    )
}


def roots_of(funn: Iterable[Funn]) -> list[tuple[str, str, str]]:
    return [(f.regel, f.fnr or f.fil, r) for f, r in roots(funn, REGLER).items()]


def test_what_the_same_person_breaks_too_is_the_root() -> None:
    fag = Funn("ssbelev", "03", "FAG-002", "ADVARSEL", fnr=EN)
    egen = Funn("ssbelev", "03", "STAT-003", "FEIL", fnr=EN)
    annen = Funn("ssbelev", "03", "STAT-003", "FEIL", fnr=TO)
    assert roots_of([fag, egen, annen]) == [("STAT-003", EN, "FAG-002")]


def test_a_number_without_its_first_digit_is_of_the_same_person() -> None:
    kort = Funn(FIL, "03", "FAG-002", "FEIL", fnr="4910884293")
    egen = Funn(FIL, "03", "STAT-003", "FEIL", fnr="04910884293")
    assert roots_of([kort, egen]) == [("STAT-003", "04910884293", "FAG-002")]


def test_a_root_is_as_grave_as_the_gravest_that_follows_from_it() -> None:
    fag = Funn("ssbelev", "03", "FAG-002", "INFO", fnr=EN)
    midt = Funn("ssbelev", "03", "STAT-003", "ADVARSEL", fnr=EN)
    sist = Funn("ssbelev", "03", "TELL-001", "FEIL", fnr=EN)
    annen = replace(fag, fnr=TO)
    mild = replace(midt, fnr=TO)
    funn = [annen, sist, fag, mild, midt]
    alvor = gravity(funn, roots(funn, REGLER), REGLER)
    assert alvor == {fag: "FEIL", midt: "FEIL", annen: "ADVARSEL"}


def test_a_rejected_file_is_as_grave_as_what_follows_for_its_avgiver() -> None:
    avvist = Funn(FIL, "03", "FIL-003", "FEIL", fil="a.txt")
    staar = [Funn("ssbelev", fylke, "MOT-002", "FATAL") for fylke in ("03", "18")]
    funn = [avvist, *staar]
    assert gravity(funn, roots(funn, REGLER), REGLER) == {avvist: "FATAL"}


def test_what_the_same_file_breaks_too_is_the_root_of_what_is_of_no_person() -> None:
    ukjent = Funn(FIL, "03", "FIL-003", "FATAL", fil="a.txt")
    felt = Funn(FIL, "03", "FIL-016", "FEIL", fil="a.txt")
    annen = Funn(FIL, "18", "FIL-016", "FEIL", fil="a.txt")
    assert roots_of([ukjent, felt, annen]) == [("FIL-016", "a.txt", "FIL-003")]


def test_a_rejected_file_follows_from_what_had_it_rejected_and_from_no_warning() -> None:
    avvist = Funn(FIL, "03", "FIL-003", "FATAL", fil="a.txt")
    advart = Funn(FIL, "18", "FIL-016", "ADVARSEL", fil="b.txt")
    staar = [Funn("ssbelev", fylke, "MOT-002", "FEIL") for fylke in ("03", "18")]
    assert roots_of([avvist, advart, *staar]) == [("MOT-002", "", "FIL-003")]
