"""The school year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.skoleaar import Skoleaar, UgyldigSkoleaar


@given(st.integers(1000, 9998))
def test_text_becomes_a_skoleaar_and_text_again(start: int) -> None:
    aar = Skoleaar(start)
    assert Skoleaar.parse(str(aar)) == aar
    assert aar.compact == str(aar).replace("-", "")


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_lies_in_its_skoleaar(dag: date) -> None:
    aar = Skoleaar.of(dag)
    assert aar.start_dato <= dag <= aar.slutt_dato
    assert aar.previous.next == aar
    assert aar.previous < aar < aar.next


@given(st.text() | st.from_regex(r"\A\d{4}-?\d{4}\Z"))
def test_other_text_is_refused_with_a_way_out(tekst: str) -> None:
    try:
        assert str(Skoleaar.parse(tekst)) == tekst
    except UgyldigSkoleaar as feil:
        assert "2025" in str(feil)


@pytest.mark.parametrize("tekst", ["2025-2027", "2025-26", "20252026", "0000-0001", "2025-2026\n"])
def test_a_skoleaar_is_two_years_in_a_row(tekst: str) -> None:
    with pytest.raises(UgyldigSkoleaar):
        Skoleaar.parse(tekst)


def test_a_skoleaar_knows_its_dates() -> None:
    aar = Skoleaar(2025)
    assert aar.telledato == date(2025, 10, 1)
    assert aar.foerste_skoledag == date(2025, 8, 18)


@given(st.integers(1900, 2100))
def test_the_assumed_first_school_day_is_the_first_weekday_after_15_august(start: int) -> None:
    dag = Skoleaar(start).foerste_skoledag
    assert dag.isoweekday() <= 5
    assert date(start, 8, 16) <= dag <= date(start, 8, 18)
    assert dag.day == 16 or date(start, 8, 16).isoweekday() >= 6


def test_the_skoleaar_turns_on_1_august() -> None:
    assert Skoleaar.of(date(2025, 7, 31)) == Skoleaar(2024)
    assert Skoleaar.of(date(2025, 8, 1)) == Skoleaar(2025)


def test_skoleaar_sort_by_time() -> None:
    aar = [Skoleaar(2026), Skoleaar(2024), Skoleaar(2025)]
    assert [str(a) for a in sorted(aar)] == ["2024-2025", "2025-2026", "2026-2027"]
