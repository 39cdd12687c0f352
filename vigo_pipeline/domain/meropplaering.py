"""Mer opplæring in one fag as a small state machine: from the right to a pass, or to standpunkt."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Opplæringsforskrifta § 5-2: the teaching is followed when the pupil was there to this day.
FULGT_TIL = (3, 1)
# A grade that is not a pass, in standpunkt and on an exam: 1, no basis, did not meet, failed.
IKKE_BESTAATT = frozenset({"1", "IV", "IM", "IB"})


class Tilstand(StrEnum):
    """Where a fag stands."""

    RETT = "har rett"
    I_OPPLAERING = "i opplæring"
    OPPMELDT = "oppmeldt til eksamen"
    IKKE_BESTAATT = "ikke bestått, kan fortsette mot standpunkt"
    BESTAATT = "bestått, retten er slutt"


class Hendelse(StrEnum):
    """What happens to it."""

    B_REGISTRERT = "fagstatus B registrert i InSchool"
    OPPMELDT = "oppmeldt til ny, utsatt eller særskilt eksamen"
    BESTAATT = "bestått eksamen"
    IKKE_BESTAATT = "ikke bestått eksamen"
    STANDPUNKT_BESTAATT = "bestått standpunkt"
    STANDPUNKT_IKKE_BESTAATT = "ikke bestått standpunkt"
    SLUTTET = "sluttet i faget"


@dataclass(frozen=True)
class Overgang:
    """From one state to another, and the rule that it follows from."""

    fra: Tilstand
    ved: Hendelse
    til: Tilstand
    kilde: str


_NUS = "opplæringsforskrifta §§ 9-36–9-38"
_INNSENDT = "Datakvalitet i VIGO applikasjonene (2025)"
_SENSUR = "opplæringsforskrifta § 9-16 fjerde ledd"
_RETT_SLUTT = "opplæringsforskrifta § 5-2"
_VARER = "opplæringsforskrifta § 5-2 første ledd"
OVERGANGER = (
    Overgang(Tilstand.RETT, Hendelse.B_REGISTRERT, Tilstand.I_OPPLAERING, _INNSENDT),
    # The exam may come before the teaching starts.
    Overgang(Tilstand.RETT, Hendelse.OPPMELDT, Tilstand.OPPMELDT, _NUS),
    Overgang(
        Tilstand.I_OPPLAERING,
        Hendelse.OPPMELDT,
        Tilstand.OPPMELDT,
        "opplæringsforskrifta §§ 9-36–9-38",
    ),
    Overgang(Tilstand.OPPMELDT, Hendelse.BESTAATT, Tilstand.BESTAATT, _RETT_SLUTT),
    Overgang(Tilstand.OPPMELDT, Hendelse.IKKE_BESTAATT, Tilstand.IKKE_BESTAATT, _INNSENDT),
    Overgang(
        Tilstand.IKKE_BESTAATT, Hendelse.OPPMELDT, Tilstand.OPPMELDT, "opplæringsforskrifta § 9-36"
    ),
    Overgang(Tilstand.IKKE_BESTAATT, Hendelse.B_REGISTRERT, Tilstand.I_OPPLAERING, _INNSENDT),
    # Standpunkt is set only after the sensur is final, so only those who failed get a new one.
    Overgang(Tilstand.IKKE_BESTAATT, Hendelse.STANDPUNKT_BESTAATT, Tilstand.BESTAATT, _SENSUR),
    Overgang(Tilstand.IKKE_BESTAATT, Hendelse.STANDPUNKT_IKKE_BESTAATT, Tilstand.RETT, _SENSUR),
    Overgang(Tilstand.I_OPPLAERING, Hendelse.STANDPUNKT_BESTAATT, Tilstand.BESTAATT, _SENSUR),
    Overgang(Tilstand.I_OPPLAERING, Hendelse.STANDPUNKT_IKKE_BESTAATT, Tilstand.RETT, _SENSUR),
    # Who has gjennomført the teaching has the right until the fag is passed: § 5-2 does not say
    # that it is used up by who begins on mer opplæring and leaves.
    Overgang(Tilstand.I_OPPLAERING, Hendelse.SLUTTET, Tilstand.RETT, _VARER),
    Overgang(Tilstand.IKKE_BESTAATT, Hendelse.SLUTTET, Tilstand.RETT, _VARER),
)
_OPPSLAG = {(o.fra, o.ved): o for o in OVERGANGER}


@dataclass(frozen=True, order=True)
class Skjedd:
    """One dated event."""

    dag: date
    hva: Hendelse


@dataclass(frozen=True)
class Forloep:
    """How a fag came to stand as it does: the right, and every step from it."""

    fra: date
    steg: tuple[tuple[date, Overgang], ...]

    @property
    def tilstand(self) -> Tilstand:
        """Return where the fag stands now."""
        return self.steg[-1][1].til if self.steg else Tilstand.RETT

    @property
    def har_rett(self) -> bool:
        """Say whether the right to mer opplæring is there still."""
        return self.tilstand is not Tilstand.BESTAATT

    def explain(self) -> list[str]:
        """Return the history, a line for each step with its source.

        >>> skjedd = [
        ...     Skjedd(date(2025, 9, 15), Hendelse.OPPMELDT),
        ...     Skjedd(date(2026, 1, 10), Hendelse.BESTAATT),
        ... ]
        >>> f = course(date(2025, 6, 20), skjedd)
        >>> f.explain()[-1]
        '2026-01-10: bestått eksamen → bestått, retten er slutt (opplæringsforskrifta § 5-2)'
        >>> f.har_rett
        False
        """
        foerst = f"{self.fra}: fulgt opplæringen til 1. mars og ikke bestått → {Tilstand.RETT}"
        return [
            f"{foerst} (opplæringsforskrifta § 5-2)",
            *(f"{dag}: {o.ved} → {o.til} ({o.kilde})" for dag, o in self.steg),
        ]


class UgyldigOvergang(ValueError):
    """Something is registered that cannot happen to a fag that stands so.

    ``forloep``: how it stood until then.
    """

    def __init__(self, forloep: Forloep, ved: Hendelse, dag: date) -> None:
        self.forloep = forloep
        super().__init__(
            f"{dag}: «{ved}» kan ikke skje når faget står som «{forloep.tilstand}». "
            "Kontroller fagstatus, oppmelding og karakter i InSchool."
        )


def course(fra: date, hendelser: Iterable[Skjedd]) -> Forloep:
    """Return how a fag goes, from the day the right to mer opplæring is there.

    Raises:
        UgyldigOvergang: an event cannot happen where the fag stands.
    """
    forloep = Forloep(fra, ())
    for skjedd in sorted(hendelser, key=lambda s: s.dag):
        overgang = _OPPSLAG.get((forloep.tilstand, skjedd.hva))
        if overgang is None:
            raise UgyldigOvergang(forloep, skjedd.hva, skjedd.dag)
        forloep = Forloep(fra, (*forloep.steg, (skjedd.dag, overgang)))
    return forloep
