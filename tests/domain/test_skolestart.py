"""First school days as they are set: for all, for a fylke, for a school, each for its skoleår."""

from datetime import date
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart, UgyldigSkoledag
from vigo_pipeline.engine import duck

SATT = "2025-08-18, 03=2025-08-20,03018=2025-08-21,2026-08-17,46=2026-08-19"


def first_day(satt: str | None, start: int, hvem: str) -> date:
    """Return the first day of a school or a fylke, as rules and queries are told."""
    with duck.connect() as con:
        duck.set_skolestart(con, "innlesing", Skolestart.parse(satt, Skoleaar(start)))
        [(dag,)] = con.execute("select foerste_skoledag($hvem)", {"hvem": hvem}).fetchall()
    return cast(date, dag)


@pytest.mark.parametrize(
    ("start", "hvem", "dag"),
    [
        (2025, "03018", date(2025, 8, 21)),
        (2025, "03005", date(2025, 8, 20)),
        (2025, "03", date(2025, 8, 20)),
        (2025, "46012", date(2025, 8, 18)),
        (2026, "03018", date(2026, 8, 17)),
        (2026, "46012", date(2026, 8, 19)),
        # Nothing is set for it: the assumed day.
        (2024, "03018", date(2024, 8, 16)),
    ],
)
def test_a_day_is_the_schools_or_its_fylkes_or_everybodys(start: int, hvem: str, dag: date) -> None:
    assert first_day(SATT, start, hvem) == dag


def test_when_nothing_is_set_it_is_the_assumed_day() -> None:
    assert first_day(None, 2025, "03018") == date(2025, 8, 18)


@pytest.mark.parametrize(
    "satt", ["20.08.2025", "2025-01-20", "", "2025-08-32", "3=2025-08-20", "Oslo=2025-08-20"]
)
def test_what_is_no_first_school_day_is_refused(satt: str) -> None:
    with pytest.raises(UgyldigSkoledag, match=f"«{satt}»"):
        Skolestart.parse(f"2025-08-18,{satt}", Skoleaar(2025))


@given(st.text(max_size=30))
def test_any_text_is_days_or_refused(satt: str) -> None:
    try:
        start = Skolestart.parse(satt, Skoleaar(2025))
    except UgyldigSkoledag:
        return
    assert Skoleaar.of(start.alle) == Skoleaar(2025)
