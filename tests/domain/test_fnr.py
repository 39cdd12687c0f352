"""Kinds of number, from the definition of the check digits; every number here is synthetic."""

from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.fnr import FnrSlag, FnrTillegg, classify

W1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
W2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
FIKTIVE = ("42059199202", "55049199119")


def complete(ni: str, rest: int = 0) -> str | None:
    """Add both check digits, the first with this remainder; None when one would be 10."""
    k1 = (rest - sum(w * int(c) for w, c in zip(W1, ni, strict=True))) % 11
    k2 = -sum(w * int(c) for w, c in zip(W2, f"{ni}{k1}"[:10], strict=True)) % 11
    return None if 10 in (k1, k2) else f"{ni}{k1}{k2}"


def first(seks: str, individ: range, rest: int = 0) -> str:
    return next(f for i in individ if (f := complete(f"{seks}{i:03}", rest)))


def kind(fnr: str | None) -> dict[str, object]:
    return classify(pa.array([fnr], pa.string())).to_pylist()[0]


CASES = [
    ("018108", range(500, 999), "ordinaert", date(2008, 1, 1), "tenor"),
    ("018199", range(499), "ordinaert", date(1999, 1, 1), "tenor"),
    ("018141", range(900, 999), "ordinaert", date(1941, 1, 1), "tenor"),
    ("018190", range(500, 749), "ordinaert", date(1890, 1, 1), "tenor"),
    ("014108", range(500, 999), "ordinaert", date(2008, 1, 1), "hnummer_eller_nav"),
    ("016608", range(500, 999), "ordinaert", date(2008, 1, 1), "pluss65"),
    ("418108", range(500, 899), "dnummer", date(2008, 1, 1), "tenor"),
    ("414108", range(500, 899), "dnummer", date(2008, 1, 1), "hnummer_eller_nav"),
    ("416608", range(500, 899), "dnummer", date(2008, 1, 1), "pluss65"),
    ("298209", range(500, 899), "ugyldig", None, ""),
    ("318408", range(500, 999), "ugyldig", None, ""),
    ("018039", range(500, 999), "ugyldig", None, ""),
    ("819999", range(499), "fh", None, ""),
]


@pytest.mark.parametrize(("seks", "individ", "slag", "foedt", "tillegg"), CASES)
def test_each_kind_is_told_by_date_and_check_digits(seks, individ, slag, foedt, tillegg) -> None:
    svar = kind(first(seks, individ))
    assert (svar["slag"], svar["foedselsdato"], svar["tillegg"]) == (slag, foedt, tillegg)
    assert svar["syntetisk"] is (tillegg != "")


@pytest.mark.parametrize("fnr", FIKTIVE, ids=["girl", "boy"])
def test_vigos_own_examples_are_fiktive(fnr: str) -> None:
    svar = kind(fnr)
    assert (svar["slag"], svar["syntetisk"], svar["tillegg"]) == ("fiktivt", False, "")


def test_a_day_plus_40_with_right_check_digits_is_a_d_number_even_with_99() -> None:
    assert kind(first("418108", range(990, 1000)))["slag"] == "dnummer"


@pytest.mark.parametrize("rest", [1, 2, 3])
def test_2032_numbers_are_accepted_without_a_birth_date(rest: int) -> None:
    svar = kind(first("018108", range(1000), rest))
    assert (svar["slag"], svar["foedselsdato"]) == ("ordinaert", None)


@pytest.mark.parametrize("rest", [4, 5, 10])
def test_other_remainders_are_invalid(rest: int) -> None:
    assert kind(first("018108", range(1000), rest))["slag"] == "ugyldig"


def test_a_number_that_no_century_fits_may_be_from_2032() -> None:
    svar = kind(first("018145", range(500, 899)))
    assert (svar["slag"], svar["foedselsdato"]) == ("ordinaert", None)


def test_somebody_born_in_the_future_passes() -> None:
    assert kind(first("018139", range(500, 999)))["foedselsdato"] == date(2039, 1, 1)


def test_chance_in_an_fh_number_does_not_make_it_synthetic() -> None:
    svar = kind(first("818108", range(999)))
    assert (svar["slag"], svar["syntetisk"]) == ("fh", False)


# Fullwidth digits are digits to Python, and none to us.
GARBAGE = ["", "1", "æ1810012345", "\uff11" * 11, " 0181001234", "x" * 11, None]


@pytest.mark.parametrize("tekst", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_invalid(tekst: str | None) -> None:
    assert kind(tekst)["slag"] == "ugyldig"


@given(st.lists(st.none() | st.text() | st.from_regex(r"\A\d{11}\Z")))
def test_any_text_gets_an_answer(tekster: list[str | None]) -> None:
    svar = classify(pa.array(tekster, pa.string()))
    assert svar["fnr"].to_pylist() == tekster
    assert set(svar["slag"].to_pylist()) <= set(FnrSlag)
    assert set(svar["tillegg"].to_pylist()) <= set(FnrTillegg)


@pytest.mark.slow
@given(st.lists(st.from_regex(r"\A[0-9]{11}\Z")))
def test_chunks_and_dictionaries_make_no_difference(tekster: list[str]) -> None:
    hel = pa.array(tekster, pa.string())
    delt = pa.chunked_array([hel[:1], hel[1:]])
    assert classify(hel).equals(classify(delt).combine_chunks())
    assert classify(hel).equals(classify(hel.dictionary_encode()))


def test_numbers_of_many_persons_are_classified_as_one_by_one() -> None:
    mange = [first(f"{d:02}8108", range(500 + d, 999)) for d in range(1, 32)]
    samlet = classify(pa.array(mange)).to_pylist()
    assert samlet == [kind(f) for f in mange]
    assert np.unique(mange).size == len(mange)
