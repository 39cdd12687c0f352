"""The generator's numbers are what they say, and nobody's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.fnr import FnrSlag, ForFaaNumre, classify, make_synthetic

SLAG = (FnrSlag.ORDINAERT, FnrSlag.DNUMMER, FnrSlag.FIKTIVT)
START = np.datetime64("1940-01-01")
DAGER = 36_500


@pytest.mark.parametrize("slag", SLAG)
@given(personer=st.sets(st.tuples(st.integers(0, DAGER), st.integers(0, 80)), min_size=1))
def test_numbers_are_tenor_of_the_kind_and_date_and_distinct(slag, personer) -> None:
    dag, loepenr = np.array(sorted(personer)).T
    datoer = START + dag
    svar = classify(make_synthetic(datoer, loepenr, slag))
    assert set(svar["slag"].to_pylist()) == {slag}
    assert set(svar["tillegg"].to_pylist()) == {"tenor"}
    assert all(svar["syntetisk"].to_pylist())
    assert svar["foedselsdato"].to_pylist() == datoer.tolist()
    assert len(set(svar["fnr"].to_pylist())) == len(personer)


def test_the_order_of_the_dates_does_not_matter() -> None:
    datoer = START + np.arange(3000)
    loepenr = np.arange(3000) % 7
    frem = make_synthetic(datoer, loepenr).to_pylist()
    assert make_synthetic(datoer[::-1], loepenr[::-1]).to_pylist() == frem[::-1]


def test_a_day_has_400_numbers_and_says_when_they_are_used_up() -> None:
    en = np.full(400, np.datetime64("2008-02-29"))
    assert len(set(make_synthetic(en, np.arange(400)).to_pylist())) == 400
    with pytest.raises(ForFaaNumre):
        make_synthetic(en[:1], np.array([500]))


@pytest.mark.parametrize(("dato", "nr"), [("2008-01-01", -1), ("2045-01-01", 0), ("NaT", 0)])
def test_what_cannot_be_made_is_refused(dato: str, nr: int) -> None:
    with pytest.raises(ForFaaNumre):
        make_synthetic(np.array([dato], "datetime64[D]"), np.array([nr]))


def test_only_three_kinds_can_be_made() -> None:
    with pytest.raises(ValueError, match="fh"):
        make_synthetic(np.array([START]), np.array([0]), FnrSlag.FH)


def test_nobody_is_nobody() -> None:
    assert len(make_synthetic(np.array([], "datetime64[D]"), np.array([], int))) == 0
