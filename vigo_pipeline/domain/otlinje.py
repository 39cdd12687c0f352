"""A line of a transfer to OT: how it stands, and what may be done with it next."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vigo_pipeline.domain.skoleaar import Skoleaar


class Linjestatus(StrEnum):
    """How far a line has come."""

    LAGET = "laget"
    KLAR = "klar"
    HOLDT = "holdt"
    EKSPORTERT = "eksportert"
    UTGAATT = "utgått"


AAPEN = frozenset({Linjestatus.LAGET, Linjestatus.KLAR, Linjestatus.HOLDT})
# What somebody who looks through the lines may say of one that has not been sent.
VALGBARE = frozenset({Linjestatus.KLAR, Linjestatus.HOLDT})


@dataclass(frozen=True)
class Aarsak:
    """Why somebody is on the list: every code, the strongest first, and the latest day of them.

    Two that are the same tell OT the same. ASSUMED: a new day is a new reason too, as when
    somebody who left has come back and left once more, and so is a new skoleår: who did not apply
    this time is another matter than who did not apply the last, though neither has a day. Whom OT
    follows up still is not on the list.
    """

    koder: str
    siden: date | None
    skoleaar: Skoleaar


def must_be_made(naa: Aarsak, aapen: Aarsak | None, sendt: Aarsak | None) -> bool:
    """Say whether a reason needs a line of its own: neither waiting to be sent nor sent last.

    >>> sluttet = Aarsak("OESL", date(2025, 10, 10), Skoleaar(2025))
    >>> must_be_made(sluttet, None, sluttet), must_be_made(sluttet, None, None)
    (False, True)
    """
    return naa != aapen and naa != sendt
