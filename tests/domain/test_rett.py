"""Ungdomsretten and the target group of OT, as the law of the day has them."""

from datetime import date

import pytest

from vigo_pipeline.domain.rett import Grunnlag, Kompetanse, Kompetansetype, last_day_of_ungdomsrett
from vigo_pipeline.domain.retthistorie import history, last_day_in_ot, oldest_in_ot, youngest_in_ot

GRUNNSKOLE = date(2020, 6, 19)
FAGBREV = Kompetanse(date(2025, 6, 20), Kompetansetype.YRKE)
STUDIE = Kompetanse(date(2025, 8, 20), Kompetansetype.STUDIE)


def test_whoever_has_not_finished_grunnskolen_has_no_right() -> None:
    assert history(Grunnlag(2006, None), date(2025, 9, 1)) == ()


def test_ot_and_ungdomsrett_end_on_different_days() -> None:
    assert last_day_in_ot(2000) == date(2024, 12, 31)
    assert oldest_in_ot(date(2025, 1, 1)) > 2000
    assert last_day_of_ungdomsrett(2000) == date(2025, 7, 31)


PRAKSISKANDIDAT = Kompetanse(date(2025, 6, 20), Kompetansetype.YRKE, fellesfag=False)
I_2022 = Kompetanse(date(2022, 6, 20), Kompetansetype.YRKE, fellesfag=False)


@pytest.mark.parametrize(
    ("hvem", "venter"),
    [
        (Grunnlag(2006, GRUNNSKOLE, (FAGBREV,)), "Har rett til påbygging. 5-7"),
        (Grunnlag(1990, GRUNNSKOLE, (FAGBREV,)), "Har rett til påbygging. 18-7"),
        (
            Grunnlag(2004, GRUNNSKOLE, (I_2022, FAGBREV)),
            "Har rett til påbygging. 5-7",
        ),
        (
            Grunnlag(1990, GRUNNSKOLE, (PRAKSISKANDIDAT,)),
            "Har rett til generell studiekompetanse som voksen, og ikke til påbygging. "
            "18-7 andre ledd",
        ),
        (Grunnlag(2006, GRUNNSKOLE, (FAGBREV, STUDIE)), "Oppnådde studiekompetanse. 5-1"),
        (
            Grunnlag(2007, GRUNNSKOLE, venter_paa_svar=True),
            "Har ikke rett som voksen så lenge søknaden om opphold ikke er avgjort. 18-10",
        ),
    ],
    ids=[
        "fagbrev at 19",
        "fagbrev at 35",
        "praksiskandidat, then lærling",
        "praksiskandidat",
        "both competences",
        "awaits a residence permit",
    ],
)
def test_what_right_is_left_at_the_end(hvem: Grunnlag, venter: str) -> None:
    siste = history(hvem, date(2025, 9, 1))[-1]
    assert f"{siste.tekst} {siste.paragraf.removeprefix('opplæringslova § ')}" == venter


def test_who_awaits_a_residence_permit_has_ungdomsrett_to_the_skoleaar_of_18() -> None:
    steg = history(Grunnlag(2007, GRUNNSKOLE, venter_paa_svar=True), date(2025, 9, 1))
    assert [s.dag for s in steg if s.paragraf == "opplæringslova § 5-9"] == [date(2026, 7, 31)]
    assert not [s for s in steg if s.paragraf == "opplæringslova § 18-3"]


@pytest.mark.parametrize(
    ("foedt", "dag", "med"),
    [
        (2003, date(2024, 7, 31), True),
        (2002, date(2024, 7, 31), False),
        (2002, date(2024, 8, 1), True),
        (2010, date(2025, 9, 1), True),
        (2011, date(2025, 9, 1), False),
    ],
)
def test_the_age_range_of_ot_follows_the_law_of_the_day(foedt: int, dag: date, med: bool) -> None:
    assert (oldest_in_ot(dag) <= foedt <= youngest_in_ot(dag)) is med


def test_the_history_ends_with_the_competence() -> None:
    steg = history(Grunnlag(2006, GRUNNSKOLE, (FAGBREV, STUDIE)), date(2026, 1, 1))
    assert [s.tekst for s in steg][-2:] == [
        "Oppnådde yrkeskompetanse. Ungdomsretten er slutt.",
        "Oppnådde studiekompetanse.",
    ]
    assert all("§" in s.paragraf for s in steg)


def test_what_happens_later_is_no_part_of_the_history() -> None:
    steg = history(Grunnlag(2006, GRUNNSKOLE, (FAGBREV,)), date(2025, 1, 1))
    assert not [s for s in steg if "yrkeskompetanse." in s.tekst and s.dag == FAGBREV.dag]
