"""When somebody is told of a deadline, and what they are told is missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from vigo_pipeline.domain.arbeidsdag import workdays_until

Avgivertilstand = Literal["levert", "avvist", "ikke levert"]
Leveransetilstand = Literal[
    "utkast", "kontrollert", "godkjent", "sendt", "kvittert", "avvist av mottaker", "lukket"
]
# What has left the house; it waits for no sending, whatever has changed since.
UTE: frozenset[Leveransetilstand] = frozenset({"sendt", "kvittert"})
# What each state waits for; the two last wait for nothing.
VENTER: dict[Leveransetilstand, str] = {
    "utkast": "ikke klar, porten er stengt eller flyten er ikke kjørt",
    "kontrollert": "kontrollert, ikke godkjent",
    "godkjent": "godkjent, ikke sendt",
    "sendt": "sendt, uten kvittering",
    "avvist av mottaker": "avvist",
}
# How the receivers that it waits for are named.
TIL: dict[Leveransetilstand, str] = {
    "godkjent": " til ",
    "sendt": " fra ",
    "avvist av mottaker": " av ",
}


@dataclass(frozen=True)
class Avgiverstand:
    """What has come from one avgiver in a round. ``avviste``: files that are rejected as of now."""

    avgiver: str
    tilstand: Avgivertilstand
    avviste: int = 0


@dataclass(frozen=True)
class Leveransestand:
    """How far one delivery has come in a round.

    ``uten_ny_dom``: it has left the house, and what is here now has no verdict. ``mangler``: the
    receivers that it has not gone to, else that rejected it, else that have not answered.
    ``svar``: where it stands what those that rejected it say.
    """

    leveranse: str
    fil: str
    tilstand: Leveransetilstand
    uten_ny_dom: bool = False
    mangler: tuple[str, ...] = ()
    svar: str = ""

    @property
    def venter_paa(self) -> str:
        """Return in words what it waits for, empty when nothing.

        >>> Leveransestand("a", "a.csv", "kvittert", uten_ny_dom=True).venter_paa
        'kvittert, men noe er endret siden, og ny dom mangler'
        >>> Leveransestand("a", "a.csv", "sendt", mangler=("Udir",)).venter_paa
        'sendt, uten kvittering fra Udir'
        >>> Leveransestand(
        ...     "a", "a.csv", "avvist av mottaker", mangler=("SSB",), svar="Se der."
        ... ).venter_paa
        'avvist av SSB (Se der.)'
        """
        if self.uten_ny_dom:
            return f"{self.tilstand}, men noe er endret siden, og ny dom mangler"
        venter = VENTER.get(self.tilstand, "")
        hvem = TIL.get(self.tilstand, "") if self.mangler else ""
        svar = f" ({self.svar})" if self.svar else ""
        return f"{venter}{hvem}{' og '.join(self.mangler) if hvem else ''}{svar}"


@dataclass(frozen=True)
class Rundestand:
    """Where a round stands: every avgiver and every delivery of it.

    ``lukket``: nothing more is expected of a closed round.
    """

    avgivere: tuple[Avgiverstand, ...]
    leveranser: tuple[Leveransestand, ...]
    lukket: bool = False

    @property
    def mangler_fra(self) -> tuple[Avgiverstand, ...]:
        """Return the avgivere that have something left to do."""
        return () if self.lukket else tuple(a for a in self.avgivere if a.tilstand != "levert")

    @property
    def venter(self) -> tuple[Leveransestand, ...]:
        """Return the deliveries that have something left to happen to them."""
        return () if self.lukket else tuple(v for v in self.leveranser if v.venter_paa)

    @property
    def usendt(self) -> tuple[Leveransestand, ...]:
        """Return the deliveries that are not on their way to the receiver."""
        return tuple(v for v in self.venter if v.tilstand not in UTE)


def state_of_avgiver(avgiver: str, *, har_rapportert: bool, avviste: int) -> Avgiverstand:
    """Return what has come from an avgiver; a rejected file outweighs what was accepted.

    >>> state_of_avgiver("03", har_rapportert=True, avviste=2).tilstand
    'avvist'
    """
    if avviste:
        return Avgiverstand(avgiver, "avvist", avviste)
    return Avgiverstand(avgiver, "levert" if har_rapportert else "ikke levert")


def threshold(frist: date, dag: date, varsles: Iterable[int]) -> int | None:
    """Return the alert that holds on a day: the last one whose day has come, None before any.

    One that was missed is overtaken by the next, so a machine that was off tells once, not thrice.

    >>> [threshold(date(2023, 10, 24), date(2023, 10, d), (14, 7, 2, 0)) for d in (3, 4, 16, 24)]
    [None, 14, 7, 0]
    """
    igjen = workdays_until(dag, frist)
    return min((n for n in varsles if n >= igjen), default=None)
