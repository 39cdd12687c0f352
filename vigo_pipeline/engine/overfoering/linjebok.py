"""The lines to OT in the Sentralbase: as they were made, and how each stands. Only added to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from vigo_pipeline.contract.fault import unknown
from vigo_pipeline.domain import fylkesvalg
from vigo_pipeline.domain.otlinje import AAPEN, Aarsak, Linjestatus
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.tables import ot_linje, ot_linjestatus, ot_overfoering
from vigo_pipeline.engine.errors import VigoError


@dataclass(frozen=True)
class Linje:
    """A line, and how it stands. ``overfoering_nr`` and ``endret``: of its latest status."""

    nr: int
    fylke: str
    fnr: str
    dato: date
    kode: str
    aarsaker: str
    siden: date | None
    forklaring: str
    kommunenr: str | None
    foedselsaar: int | None
    rettstype: str | None
    avbruddsdato: date | None
    status: Linjestatus
    enhet: str
    merknad: str
    hvem: str
    overfoering_nr: int | None
    endret: date

    @property
    def aarsak(self) -> Aarsak:
        """Return why the person is on the list, as the line tells it."""
        return Aarsak(self.aarsaker, self.siden, Skoleaar.of(self.dato))

    @property
    def aapen(self) -> bool:
        """Say whether it has neither been sent nor fallen away."""
        return self.status in AAPEN

    def now(self, status: Linjestatus, **nytt: Any) -> "Linje":
        """Return the line with another status, and what comes with it."""
        return replace(self, status=status, **nytt)


# What a line is made with; the rest is its status.
LINJEFELT = tuple(k.name for k in ot_linje.c if k.name not in ("nr", "registrert"))


class UnknownFylke(VigoError):
    """What is written is no fylke."""


def demand_fylker(fylker: Iterable[str]) -> None:
    """Refuse what is no fylke, of any year: its number is in names of files.

    Raises:
        UnknownFylke: one of them is none.
    """
    kjente = fylkesvalg.fylker()
    for fylke in fylker:
        if fylke not in kjente:
            hva = unknown("et fylke", fylke, kjente)
            raise UnknownFylke(f"{hva} Skriv fylkesnummeret, for eksempel 03.")


def lines(con: sa.Connection, fylker: Sequence[str]) -> list[Linje]:
    """Return the lines of some fylker as they stand, the first made first.

    Raises:
        UnknownFylke: one of them is none.
    """
    demand_fylker(fylker)
    s = ot_linjestatus.c
    siste = (
        sa.select(s.linje, s.status, s.enhet, s.merknad, s.hvem, s.overfoering_nr, s.dato)
        .ext(distinct_on(s.linje))
        .order_by(s.linje, s.nr.desc())
        .subquery()
    )
    fra = sa.join(ot_linje, siste, ot_linje.c.nr == siste.c.linje)
    felt = [ot_linje.c.nr, *(ot_linje.c[n] for n in LINJEFELT)]
    staar = [siste.c[n] for n in ("status", "enhet", "merknad", "hvem", "overfoering_nr")]
    query = (
        sa.select(*felt, *staar, siste.c.dato.label("endret"))
        .select_from(fra)
        .where(ot_linje.c.fylke.in_(fylker))
        .order_by(ot_linje.c.nr)
    )
    rader = [dict(r) for r in con.execute(query).mappings()]
    return [Linje(**r | {"status": Linjestatus(r["status"])}) for r in rader]


def add(con: sa.Connection, nye: Iterable[dict[str, Any]]) -> list[int]:
    """Enter new lines; return their numbers, in the same order."""
    rader = list(nye)
    if not rader:
        return []
    inn = sa.insert(ot_linje).returning(ot_linje.c.nr, sort_by_parameter_order=True)
    return list(con.execute(inn, rader).scalars())


def enter(con: sa.Connection, staar: Iterable[Linje]) -> None:
    """Enter how lines stand from now on."""
    rader = [
        {
            "linje": linje.nr,
            "status": linje.status.value,
            "enhet": linje.enhet,
            "merknad": linje.merknad,
            "hvem": linje.hvem,
            "overfoering_nr": linje.overfoering_nr,
            "dato": linje.endret,
        }
        for linje in staar
    ]
    if rader:
        con.execute(sa.insert(ot_linjestatus), rader)


def record(con: sa.Connection, fylke: str, hendelse: str, dato: date, **mer: Any) -> None:
    """Enter in the ledger what was done with a fylke's lines: as the last of a transaction."""
    tomt = {"overfoering_nr": 0, "utvalg": "", "sha256": "", "merknad": ""}
    rad = tomt | {"fylke": fylke, "hendelse": hendelse, "dato": dato} | mer
    con.execute(sa.insert(ot_overfoering).values(rad))


def latest(con: sa.Connection, fylke: str, hendelse: str) -> sa.RowMapping | None:
    """Return what the ledger entered last of a kind for a fylke."""
    t = ot_overfoering
    query = sa.select(t).where(t.c.fylke == fylke, t.c.hendelse == hendelse)
    return con.execute(query.order_by(t.c.nr.desc()).limit(1)).mappings().first()
