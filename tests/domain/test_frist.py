"""Deadlines: public dates, derived dates and working days."""

from calendar import isleap
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.contract.aarshjul import aarshjul, runder, skoleaar
from vigo_pipeline.domain.arbeidsdag import is_workday, next_workday, previous_workday
from vigo_pipeline.domain.frist import UtenFrist, due_between, frist, frister
from vigo_pipeline.domain.skoleaar import Skoleaar

HOST_2023 = Skoleaar(2023)
PUBLIC = {
    "ssbresultat.endelig": (date(2023, 9, 22), date(2023, 9, 25)),
    "ssbelev.1-levering": (date(2023, 10, 24), date(2023, 10, 25)),
    "ssbelev.endelig": (date(2023, 11, 7), date(2023, 11, 8)),
}
DAGER = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@pytest.mark.parametrize("id_", PUBLIC)
def test_public_dates_are_facts(id_: str) -> None:
    svar = frist(aarshjul().finn(id_), HOST_2023)
    assert (svar.dato, svar.til_mottaker) == PUBLIC[id_]
    assert not svar.antatt
    # The page prints no year.
    assert svar.merke == "D"
    assert "novari.no" in svar.kilde


@pytest.mark.parametrize("id_", PUBLIC)
def test_the_rules_give_the_public_dates(id_: str) -> None:
    hendelse = aarshjul().finn(id_).model_copy(update={"dato": {}})
    svar = frist(hendelse, HOST_2023)
    assert svar.dato == PUBLIC[id_][0]
    assert (svar.antatt, svar.merke) == (True, "A")


@pytest.mark.parametrize("aar", skoleaar())
def test_derived_deadlines_are_working_days_in_order_and_in_the_skoleaar(aar: str) -> None:
    skole = Skoleaar.parse(aar)
    alle = frister(skole)
    assert [f.dato for f in alle] == sorted(f.dato for f in alle)
    assert not [f.hendelse.id for f in alle if f.antatt and not is_workday(f.dato)]
    assert all(skole.start_dato <= f.dato <= skole.slutt_dato for f in alle)
    assert all(is_workday(f.til_mottaker) and f.til_mottaker > f.dato for f in alle)


@pytest.mark.parametrize("aar", skoleaar())
def test_ssbelev_is_due_on_tuesdays_two_weeks_apart(aar: str) -> None:
    skole = Skoleaar.parse(aar)
    foerste, endelig = (
        frist(aarshjul().finn(f"ssbelev.{r}"), skole).dato for r in runder("oktober")
    )
    assert foerste.isoweekday() == 2
    assert endelig - foerste == timedelta(weeks=2)
    # The week is full: its Sunday is in October, and the next one is not.
    assert (foerste + timedelta(days=5)).month == 10
    assert (foerste + timedelta(days=12)).month == 11


def test_fixed_days_stay_on_a_day_off() -> None:
    svar = frist(aarshjul().finn("telledato"), HOST_2023)
    assert svar.dato == HOST_2023.telledato
    assert (is_workday(svar.dato), svar.antatt, svar.merke) == (False, False, "S")


def test_what_runs_all_year_has_no_deadline() -> None:
    with pytest.raises(UtenFrist, match=r"ot\.overfoering"):
        frist(aarshjul().finn("ot.overfoering"), HOST_2023)


def due(flyt: str, runde: str, dag: date) -> list[Skoleaar]:
    """Return the skoleår whose data a round delivers on a day."""
    return [f.gjelder for f in due_between(dag, dag, flyt, runde)]


def test_a_round_is_due_on_its_day_for_the_skoleaar_of_its_data() -> None:
    assert due("oktober", "endelig", date(2023, 11, 7)) == [HOST_2023]
    assert due("oktober", "endelig", date(2023, 11, 8)) == []
    assert due("juni", "endelig", date(2023, 9, 22)) == [HOST_2023.previous]
    # The last skoleår's final results are due after its own årshjul.
    siste = Skoleaar.parse(skoleaar()[-1])
    dag = frist(aarshjul().finn("ssbresultat.endelig"), siste.next).dato
    assert due("juni", "endelig", dag) == [siste]
    assert due("oktober", "1-levering", date(2050, 10, 25)) == []


def test_norwegian_holidays_are_days_off() -> None:
    for aar in range(2000, 2060):
        dager = (date(aar, 1, 1) + timedelta(days=n) for n in range(365 + isleap(aar)))
        fri = holidays.country_holidays("NO", years=aar)
        assert [d for d in dager if d.isoweekday() <= 5 and is_workday(d) == (d in fri)] == []


@given(DAGER)
def test_the_nearest_working_days_lie_around_the_day(dag: date) -> None:
    foer, etter = previous_workday(dag), next_workday(dag)
    assert is_workday(foer)
    assert is_workday(etter)
    assert foer <= dag <= etter
    assert (foer == dag) == (etter == dag) == is_workday(dag)
    # Easter: Wednesday is followed by five days off.
    assert (etter - foer).days <= 6
