"""Rights to opplæring, day by day, as the law of the day has it."""

from datetime import date

import pytest

from vigo_pipeline.domain.rett import (
    Grunnlag,
    Kompetanse,
    Kompetansetype,
    Slag,
    rights,
)
from vigo_pipeline.domain.retthistorie import history, last_day_in_ot, oldest_in_ot, youngest_in_ot

GRUNNSKOLE = date(2020, 6, 19)
FAGBREV = Kompetanse(date(2025, 6, 20), Kompetansetype.YRKE)
STUDIE = Kompetanse(date(2025, 8, 20), Kompetansetype.STUDIE)


def kinds(g: Grunnlag, dag: date) -> set[Slag]:
    return {r.slag for r in rights(g, dag)}


@pytest.mark.parametrize(
    ("dag", "har"),
    [
        (date(2020, 6, 18), False),
        (date(2020, 6, 19), True),
        (date(2029, 7, 31), True),
        (date(2029, 8, 1), False),
    ],
)
def test_ungdomsrett_lasts_from_grunnskolen_to_the_skoleaar_of_24(dag: date, har: bool) -> None:
    assert (Slag.UNGDOMSRETT in kinds(Grunnlag(2004, GRUNNSKOLE), dag)) is har


@pytest.mark.parametrize("type_", list(Kompetansetype))
def test_either_competence_ends_ungdomsretten_the_day_it_is_reached(type_: Kompetansetype) -> None:
    g = Grunnlag(2006, GRUNNSKOLE, (Kompetanse(date(2025, 6, 20), type_),))
    assert Slag.UNGDOMSRETT in kinds(g, date(2025, 6, 19))
    assert Slag.UNGDOMSRETT not in kinds(g, date(2025, 6, 20))


def test_whoever_has_not_finished_grunnskolen_has_no_right() -> None:
    assert rights(Grunnlag(2006, None), date(2025, 9, 1)) == ()
    assert history(Grunnlag(2006, None), date(2025, 9, 1)) == ()


def test_from_19_both_rights_stand_open_and_after_24_only_voksenretten() -> None:
    g = Grunnlag(2006, GRUNNSKOLE)
    assert kinds(g, date(2025, 7, 31)) == {Slag.UNGDOMSRETT}
    assert kinds(g, date(2025, 8, 1)) == {Slag.UNGDOMSRETT, Slag.VOKSENRETT}
    assert kinds(g, date(2031, 8, 1)) == {Slag.VOKSENRETT}


def test_voksenrett_came_at_25_under_the_old_law() -> None:
    g = Grunnlag(2000, date(2016, 6, 17))
    assert kinds(g, date(2024, 7, 31)) == {Slag.UNGDOMSRETT}
    assert Slag.VOKSENRETT in kinds(g, date(2024, 8, 1))


def test_a_fagbrev_gives_paabygging_and_one_rekvalifisering() -> None:
    g = Grunnlag(2006, GRUNNSKOLE, (FAGBREV,))
    assert kinds(g, date(2025, 9, 1)) == {Slag.PAABYGGING, Slag.REKVALIFISERING}
    [paabygging, _] = rights(g, date(2031, 9, 1))
    assert (paabygging.til, paabygging.paragraf) == (None, "opplæringslova § 18-7")


def test_two_sluttkompetanser_give_no_more() -> None:
    assert kinds(Grunnlag(2006, GRUNNSKOLE, (FAGBREV, STUDIE)), date(2025, 9, 1)) == set()


def test_rekvalifisering_is_of_the_new_law_alone() -> None:
    tidlig = Kompetanse(date(2023, 6, 20), Kompetansetype.STUDIE)
    g = Grunnlag(2004, GRUNNSKOLE, (tidlig,))
    assert kinds(g, date(2024, 7, 31)) == set()
    assert kinds(g, date(2024, 8, 1)) == {Slag.REKVALIFISERING}


def test_every_right_names_its_paragraph() -> None:
    for dag in (date(2024, 7, 31), date(2025, 9, 1)):
        for g in (Grunnlag(2000, GRUNNSKOLE), Grunnlag(2006, GRUNNSKOLE, (FAGBREV,))):
            assert all("§" in r.paragraf for r in rights(g, dag))


def test_ot_and_ungdomsrett_end_on_different_days() -> None:
    g = Grunnlag(2000, date(2016, 6, 17))
    assert last_day_in_ot(2000) == date(2024, 12, 31)
    assert oldest_in_ot(date(2025, 1, 1)) > 2000
    assert Slag.UNGDOMSRETT in kinds(g, date(2025, 7, 31))


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
