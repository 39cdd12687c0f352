"""Deadlines: the public date when there is one, else one derived by rule; days off moved back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays

from vigo_pipeline.contract.arshjul import Hendelse, arshjul, skoleaar
from vigo_pipeline.domain.skoleaar import Skoleaar

FRIDAY = 5
AUGUST = 8


@dataclass(frozen=True)
class Frist:
    """When an event is due. ``antatt`` is true when the date is derived, not public."""

    hendelse: Hendelse
    skoleaar: Skoleaar
    dato: date
    antatt: bool
    kilde: str

    @property
    def til_mottaker(self) -> date:
        """Return when IST sends on: the first working day after the deadline (aarshjul.md, section 5)."""
        return next_workday(self.dato + timedelta(days=1))


@cache
def _off(aar: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=aar))


def is_workday(dag: date) -> bool:
    """Say whether people work: not a weekend, not a Norwegian public holiday."""
    return dag.isoweekday() <= FRIDAY and dag not in _off(dag.year)


def previous_workday(dag: date) -> date:
    """Return the day itself, or the last working day before it."""
    while not is_workday(dag):
        dag -= timedelta(days=1)
    return dag


def next_workday(dag: date) -> date:
    """Return the day itself, or the first working day after it."""
    while not is_workday(dag):
        dag += timedelta(days=1)
    return dag


def frist(hendelse: Hendelse, aar: Skoleaar) -> Frist:
    """Return when an event is due in a skoleår.

    Source: aarshjul.md, sections 5 and 6.
    """
    kjent = hendelse.dato.get(str(aar))
    if kjent is not None:
        return Frist(hendelse, aar, kjent.dag, antatt=False, kilde=kjent.kilde)
    dag = previous_workday(_RULES[hendelse.regel](hendelse, aar))
    return Frist(hendelse, aar, dag, antatt=True, kilde=f"regel: {hendelse.regel}")


def frister(aar: Skoleaar) -> list[Frist]:
    """Return every deadline of a skoleår, in date order."""
    return sorted(
        (frist(h, aar) for h in arshjul().hendelse), key=lambda f: (f.dato, f.hendelse.id)
    )


def due(flyt: str, runde: str, dag: date) -> Skoleaar | None:
    """Return the skoleår whose round of a flow is due on a day, if any."""
    egne = [h for h in arshjul().hendelse if h.flyt == flyt and h.runde == runde]
    for aar in map(Skoleaar.parse, skoleaar()):
        if any(frist(h, aar).dato == dag for h in egne):
            return aar
    return None


def _first_of_month(hendelse: Hendelse, aar: Skoleaar) -> date:
    return date(aar.start if hendelse.maaned >= AUGUST else aar.start + 1, hendelse.maaned, 1)


def _day(hendelse: Hendelse, aar: Skoleaar) -> date:
    return _first_of_month(hendelse, aar).replace(day=hendelse.dag)


def _first_workday(hendelse: Hendelse, aar: Skoleaar) -> date:
    return next_workday(_first_of_month(hendelse, aar))


def _tuesday_of_last_full_week(hendelse: Hendelse, aar: Skoleaar) -> date:
    neste = (_first_of_month(hendelse, aar) + timedelta(days=31)).replace(day=1)
    siste = neste - timedelta(days=1)
    soendag = siste - timedelta(days=siste.isoweekday() % 7)
    return soendag - timedelta(days=5)


def _weeks_after(hendelse: Hendelse, aar: Skoleaar) -> date:
    foer = frist(arshjul().finn(hendelse.etter or ""), aar)
    return foer.dato + timedelta(weeks=hendelse.uker)


_RULES: dict[str, Callable[[Hendelse, Skoleaar], date]] = {
    "dag": _day,
    "foerste_arbeidsdag": _first_workday,
    "tirsdag_siste_hele_uke": _tuesday_of_last_full_week,
    "uker_etter": _weeks_after,
}
