"""Rights to videregående opplæring, by the law of the day: who has which, until when, and why.

What counts as studie- or yrkeskompetanse is read from the Sentralbase, not decided here.
"""

from collections.abc import Iterable
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
# Old § 4A-3: from the year of turning 25.
FOERSTE_ALDER_VOKSEN_FOER = 25


class Slag(StrEnum):
    """A right, by the name people use."""

    UNGDOMSRETT = "ungdomsrett"
    PAABYGGING = "rett til påbygging"
    VOKSENRETT = "voksenrett"
    REKVALIFISERING = "rett til yrkesfaglig rekvalifisering"


class Kompetansetype(StrEnum):
    """The two that end ungdomsretten."""

    STUDIE = "studiekompetanse"
    YRKE = "yrkeskompetanse"


@dataclass(frozen=True, order=True)
class Kompetanse:
    """A studie- or yrkeskompetanse, and the day it was reached."""

    dag: date
    type: Kompetansetype


@dataclass(frozen=True)
class Grunnlag:
    """What a person's rights follow from.

    ``grunnskole``: the day grunnskolen, or the like of it, was finished; None when it is not known.
    """

    foedselsaar: int
    grunnskole: date | None
    kompetanser: tuple[Kompetanse, ...] = ()

    def reached(self, dag: date) -> tuple[Kompetanse, ...]:
        """Return what was reached on a day or before it, first to last."""
        return tuple(sorted(k for k in self.kompetanser if k.dag <= dag))


@dataclass(frozen=True)
class Rett:
    """One right. ``til`` is its last day, None when only a competence ends it."""

    slag: Slag
    til: date | None
    hvorfor: str
    paragraf: str


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


def first_day_of_voksenrett(foedselsaar: int, dag: date) -> date:
    """Return the first day that age allows, by the law in force on a day.

    >>> first_day_of_voksenrett(2006, date(2025, 9, 1))
    datetime.date(2025, 8, 1)
    >>> first_day_of_voksenrett(2000, date(2024, 6, 1))
    datetime.date(2025, 1, 1)
    """
    if dag < NY_LOV:
        return date(foedselsaar + FOERSTE_ALDER_VOKSEN_FOER, 1, 1)
    return Skoleaar(foedselsaar + FOERSTE_ALDER_VOKSEN).start_dato


def paragraph(slag: Slag, dag: date) -> str:
    """Return the paragraph that gives a right on a day.

    >>> [paragraph(Slag.UNGDOMSRETT, date(2024, m, 31)) for m in (7, 8)]
    ['opplæringslova (1998) § 3-1', 'opplæringslova § 5-1']
    """
    foer = {
        Slag.UNGDOMSRETT: "§ 3-1",
        Slag.PAABYGGING: "§ 3-1",
        Slag.VOKSENRETT: "§ 4A-3",
        Slag.REKVALIFISERING: "",
    }
    naa = {
        Slag.UNGDOMSRETT: "§ 5-1",
        Slag.PAABYGGING: "§ 5-7",
        Slag.VOKSENRETT: "§ 18-3",
        Slag.REKVALIFISERING: "§ 18-4",
    }
    return f"opplæringslova {naa[slag]}" if dag >= NY_LOV else f"opplæringslova (1998) {foer[slag]}"


def rights(grunnlag: Grunnlag, dag: date) -> tuple[Rett, ...]:
    """Return the rights a person has on a day.

    ASSUMED: under the old law the years of rett that are used up are not counted; VIGO has no
    public rule for it, and it no longer decides anything after 1 August 2024.

    >>> grunnskole, dag = date(2023, 6, 20), date(2025, 9, 1)
    >>> [r.slag.value for r in rights(Grunnlag(2007, grunnskole), dag)]
    ['ungdomsrett']
    >>> fagbrev = Kompetanse(date(2025, 6, 20), Kompetansetype.YRKE)
    >>> [r.slag.value for r in rights(Grunnlag(2007, grunnskole, (fagbrev,)), dag)]
    ['rett til påbygging', 'rett til yrkesfaglig rekvalifisering']
    """
    if grunnlag.grunnskole is None or grunnlag.grunnskole > dag:
        return ()
    oppnaadd = grunnlag.reached(dag)
    alder_til = last_day_of_ungdomsrett(grunnlag.foedselsaar)
    if not oppnaadd:
        return tuple(_without_competence(grunnlag, dag, alder_til))
    return tuple(_with_competence(oppnaadd, dag, alder_til))


def _without_competence(grunnlag: Grunnlag, dag: date, alder_til: date) -> Iterable[Rett]:
    if dag <= alder_til:
        yield Rett(
            Slag.UNGDOMSRETT,
            alder_til,
            "Har fullført grunnskolen og ikke oppnådd studie- eller yrkeskompetanse.",
            paragraph(Slag.UNGDOMSRETT, dag),
        )
    # From 19 to 24 both stand open, and the person chooses (§ 5-1, third paragraph).
    if dag >= first_day_of_voksenrett(grunnlag.foedselsaar, dag):
        yield Rett(
            Slag.VOKSENRETT,
            None,
            "Har fullført grunnskolen, er gammel nok og har ikke oppnådd kompetanse.",
            paragraph(Slag.VOKSENRETT, dag),
        )


def _with_competence(
    oppnaadd: tuple[Kompetanse, ...], dag: date, alder_til: date
) -> Iterable[Rett]:
    typer = {k.type for k in oppnaadd}
    if typer == {Kompetansetype.YRKE}:
        ung = dag <= alder_til
        yield Rett(
            Slag.PAABYGGING,
            alder_til if ung else None,
            "Har bestått fag- og yrkesopplæring.",
            paragraph(Slag.PAABYGGING, dag) if ung or dag < NY_LOV else "opplæringslova § 18-7",
        )
    # Whoever has two sluttkompetanser has no right to one more.
    if dag >= NY_LOV and len(oppnaadd) == 1:
        yield Rett(
            Slag.REKVALIFISERING,
            None,
            "Har oppnådd kompetanse og kan ta én ny, yrkesfaglig.",
            paragraph(Slag.REKVALIFISERING, dag),
        )
