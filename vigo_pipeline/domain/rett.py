"""What ungdomsretten follows from and how long it lasts, by the law of the day.

What counts as studie- or yrkeskompetanse is read from the Sentralbase, not decided here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vigo_pipeline.domain.skoleaar import Skoleaar

# Opplæringslova of 9 June 2023 no. 30 is in force from this day.
NY_LOV = date(2024, 8, 1)
# § 5-1: to the end of the skoleår that starts in the year of turning 24; so in the old law (§ 3-1).
SISTE_ALDER_UNGDOMSRETT = 24
# § 18-3: from the skoleår that starts in the year of turning 19.
FOERSTE_ALDER_VOKSEN = 19
# § 5-9: who waits for an answer on a residence permit, to the end of the skoleår of turning 18.
SISTE_ALDER_UTEN_SVAR = 18


class Kompetansetype(StrEnum):
    """The two that end ungdomsretten."""

    STUDIE = "studiekompetanse"
    YRKE = "yrkeskompetanse"


@dataclass(frozen=True, order=True)
class Kompetanse:
    """A studie- or yrkeskompetanse, and the day it was reached.

    ``fellesfag``: False for a yrkeskompetanse without the fellesfag of the course, as a
    praksiskandidat's and that of fagbrev på jobb.
    """

    dag: date
    type: Kompetansetype
    fellesfag: bool = True


@dataclass(frozen=True)
class Grunnlag:
    """What a person's rights follow from.

    ``grunnskole``: the day grunnskolen, or the like of it, was finished; None when it is not known.
    ``venter_paa_svar``: has applied for a residence permit and has no answer.
    """

    foedselsaar: int
    grunnskole: date | None
    kompetanser: tuple[Kompetanse, ...] = ()
    venter_paa_svar: bool = False

    def reached(self, dag: date) -> tuple[Kompetanse, ...]:
        """Return what was reached on a day or before it, first to last."""
        return tuple(sorted(k for k in self.kompetanser if k.dag <= dag))


@dataclass(frozen=True, order=True)
class Steg:
    """One dated step of a person's history, as it is told to a person."""

    dag: date
    tekst: str
    paragraf: str


def last_day_of_ungdomsrett(foedselsaar: int) -> date:
    """Return the last day that age allows: the end of the skoleår starting in the year of 24.

    >>> last_day_of_ungdomsrett(2001)
    datetime.date(2026, 7, 31)
    """
    return Skoleaar(foedselsaar + SISTE_ALDER_UNGDOMSRETT).slutt_dato


def paragraph(dag: date) -> str:
    """Return the paragraph that gives ungdomsrett on a day.

    >>> [paragraph(date(2024, m, 31)) for m in (7, 8)]
    ['opplæringslova (1998) § 3-1', 'opplæringslova § 5-1']
    """
    return "opplæringslova § 5-1" if dag >= NY_LOV else "opplæringslova (1998) § 3-1"
