"""Deadlines: the public date when there is one, else one derived by rule; days off moved.

Back to the last working day before, but for a count: that is never due before its telledato.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from vigo_pipeline.contract.aarshjul import (
    FORSKYVNING,
    PAA_FRISTEN,
    Hendelse,
    aarshjul,
    hendelser,
    skoleaar,
)
from vigo_pipeline.domain.arbeidsdag import next_workday, previous_workday
from vigo_pipeline.domain.skoleaar import Skoleaar

AUGUST = 8


class UtenFrist(ValueError):
    """An event that runs all year has no deadline."""

    def __init__(self, hendelse: Hendelse) -> None:
        super().__init__(f"«{hendelse.id}» går løpende og har ingen frist i årshjulet.")


@dataclass(frozen=True)
class Frist:
    """When an event is due. ``antatt``: the date is derived by rule, neither public nor fixed."""

    hendelse: Hendelse
    skoleaar: Skoleaar
    dato: date
    antatt: bool
    kilde: str

    @property
    def merke(self) -> str:
        """Return the mark of the date, not of the event: S stated, D derived, A ASSUMED."""
        kjent = self.hendelse.dato.get(str(self.skoleaar))
        if self.antatt or kjent is None:
            return "A" if self.antatt else self.hendelse.merke
        # A public day that is a day off: the day that holds follows from it.
        return kjent.merke if self.dato == kjent.dag else "D"

    @property
    def gjelder(self) -> Skoleaar:
        """Return the skoleår the data are of: the one before for ssbResultat in September."""
        return Skoleaar(self.skoleaar.start - FORSKYVNING[self.hendelse.gjelder])

    @property
    def til_mottaker(self) -> date:
        """Return when IST sends on: the first working day after the deadline.

        Source: aarshjul.md, section 5.
        """
        return next_workday(self.dato + timedelta(days=1))


def frist(hendelse: Hendelse, aar: Skoleaar) -> Frist:
    """Return when an event is due in the skoleår its day falls in.

    Source: aarshjul.md, sections 5 and 6.

    Raises:
        UtenFrist: the event runs all year.
    """
    kjent = hendelse.dato.get(str(aar))
    if kjent is not None:
        return Frist(
            hendelse, aar, _workday(hendelse, aar, kjent.dag), antatt=False, kilde=kjent.kilde
        )
    if hendelse.regel == "loepende":
        raise UtenFrist(hendelse)
    dag = _RULES[hendelse.regel](hendelse, aar)
    if hendelse.regel == "fast":
        return Frist(hendelse, aar, dag, antatt=False, kilde=hendelse.kilde or aarshjul().kilde)
    dag = _workday(hendelse, aar, dag)
    return Frist(hendelse, aar, dag, antatt=True, kilde=f"regel: {hendelse.regel}")


def _workday(hendelse: Hendelse, aar: Skoleaar, dag: date) -> date:
    """Return the day that a deadline falls on.

    Source: aarshjul.md, section 5.
    """
    if hendelse.arbeidsdag == "ingen":
        return dag
    foer, telles = previous_workday(dag), _counted(hendelse, aar)
    return foer if telles is None or foer >= telles else next_workday(max(dag, telles))


def frister(aar: Skoleaar) -> list[Frist]:
    """Return every deadline that falls in a skoleår, in date order. What runs all year has none."""
    egne = (frist(h, aar) for h in aarshjul().hendelse if h.regel != "loepende" and not h.utgaatt)
    return sorted(egne, key=lambda f: (f.dato, f.hendelse.id))


def due_between(
    fra: date,
    til: date,
    flyt: str | None = None,
    runde: str | None = None,
    *,
    filfrister: bool = False,
) -> list[Frist]:
    """Return the rounds that are due from one day to another, both included, in date order.

    Only rounds of the skoleår that flows are partitioned by.

    Args:
        fra: the first day.
        til: the last day.
        flyt: only this flow; all when left out.
        runde: only this round.
        filfrister: also when files alone are due.
    """
    egne = [
        h
        for h in aarshjul().hendelse
        if h.flyt and h.runde and not h.utgaatt and (filfrister or not h.filfrist)
        if flyt in {None, h.flyt} and runde in {None, h.runde}
    ]
    # A deadline moved back from a day off may fall in the skoleår before its own.
    aar = range(Skoleaar.of(fra).start, Skoleaar.of(til).start + 2)
    alle = [frist(h, Skoleaar(start)) for start in aar for h in egne]
    i_tida = [f for f in alle if fra <= f.dato <= til and str(f.gjelder) in skoleaar()]
    return sorted(i_tida, key=lambda f: (f.dato, f.hendelse.id))


# Asked of every round each time that the order of them is.
@cache
def deadline(flyt: str, runde: str, aar: Skoleaar) -> date:
    """Return when the data of a skoleår are due in a round of a flow.

    Raises:
        KeyError: the flow has no such round.
    """
    hendelse = {h.runde: h for h in hendelser(flyt)}[runde]
    return frist(hendelse, _falls_in(hendelse, aar)).dato


def counting_day(flyt: str, runde: str, aar: Skoleaar) -> date:
    """Return the day that the data of a skoleår are counted on in a round: 1 October if not said.

    >>> str(counting_day("kontrakt_maaned", "februar", Skoleaar(2025)))
    '2026-02-01'
    """
    hendelse = {h.runde: h for h in hendelser(flyt)}.get(runde)
    if hendelse is None:
        return aar.telledato
    i = _falls_in(hendelse, aar)
    if hendelse.telledato == PAA_FRISTEN:
        return frist(hendelse, i).dato
    return _counted(hendelse, i) or aar.telledato


def _counted(hendelse: Hendelse, aar: Skoleaar) -> date | None:
    """Return the day of a skoleår that an event is counted on, None when it names no day."""
    if hendelse.telledato in {None, PAA_FRISTEN}:
        return None
    maaned, dag = map(int, str(hendelse.telledato).split("-"))
    return date(aar.start if maaned >= AUGUST else aar.start + 1, maaned, dag)


def _falls_in(hendelse: Hendelse, aar: Skoleaar) -> Skoleaar:
    """Return the skoleår that the day falls in, of the one that the data are of."""
    return Skoleaar(aar.start + FORSKYVNING[hendelse.gjelder])


def _first_of_month(hendelse: Hendelse, aar: Skoleaar) -> date:
    return date(aar.start if hendelse.maaned >= AUGUST else aar.start + 1, hendelse.maaned, 1)


def _day(hendelse: Hendelse, aar: Skoleaar) -> date:
    return _first_of_month(hendelse, aar).replace(day=hendelse.dag)


def _first_workday(hendelse: Hendelse, aar: Skoleaar) -> date:
    return next_workday(_first_of_month(hendelse, aar))


def _last_workday(hendelse: Hendelse, aar: Skoleaar) -> date:
    neste = (_first_of_month(hendelse, aar) + timedelta(days=31)).replace(day=1)
    return previous_workday(neste - timedelta(days=1))


def _tuesday_of_last_full_week(hendelse: Hendelse, aar: Skoleaar) -> date:
    neste = (_first_of_month(hendelse, aar) + timedelta(days=31)).replace(day=1)
    siste = neste - timedelta(days=1)
    soendag = siste - timedelta(days=siste.isoweekday() % 7)
    return soendag - timedelta(days=5)


def _weeks_after(hendelse: Hendelse, aar: Skoleaar) -> date:
    foer = frist(aarshjul().finn(hendelse.etter or ""), aar)
    return foer.dato + timedelta(weeks=hendelse.uker)


_RULES: dict[str, Callable[[Hendelse, Skoleaar], date]] = {
    "dag": _day,
    "fast": _day,
    "foerste_arbeidsdag": _first_workday,
    "siste_arbeidsdag": _last_workday,
    "tirsdag_siste_hele_uke": _tuesday_of_last_full_week,
    "uker_etter": _weeks_after,
}
