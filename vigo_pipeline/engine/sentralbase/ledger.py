"""The ledger: what was loaded, in order. A number is a watermark on the Sentralbase."""

from dataclasses import dataclass

import sqlalchemy as sa

from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.sentralbase.tabeller import innlesing
from vigo_pipeline.engine.store import Partisjon


@dataclass(frozen=True)
class Innlesing:
    """One file, or one declaration that nothing changed, as the ledger keeps it."""

    nr: int
    avgiver: str
    skolenr: str | None
    filnavn: str
    sha256: str
    status: str
    regnskap: dict[str, int]


def in_round(
    con: sa.Connection, samling: str, partisjon: Partisjon, avgiver: str | None = None
) -> list[Innlesing]:
    """Return a round's innlesinger in number order, of one avgiver or of all."""
    t = innlesing.c
    query = (
        sa.select(t.nr, t.avgiver, t.skolenr, t.filnavn, t.sha256, t.status, t.regnskap)
        .where(t.samling == samling, t.skoleaar == partisjon.skoleaar, t.runde == partisjon.runde)
        .order_by(t.nr)
    )
    if avgiver is not None:
        query = query.where(t.avgiver == avgiver)
    return [Innlesing(**row) for row in con.execute(query).mappings()]


def rounds_of(con: sa.Connection, skoleaar: str, avgiver: str) -> set[tuple[str, str]]:
    """Return the collections and rounds in which an avgiver has an accepted file."""
    t = innlesing.c
    query = sa.select(t.samling, t.runde).where(
        t.skoleaar == skoleaar, t.avgiver == avgiver, t.status == "godtatt"
    )
    return {(rad.samling, rad.runde) for rad in con.execute(query)}


def last_of(con: sa.Connection, samling: str, skoleaar: str, *, foer: int) -> int:
    """Return a collection's last accepted innlesing up to a watermark, 0 when there is none."""
    t = innlesing.c
    query = sa.select(sa.func.coalesce(sa.func.max(t.nr), 0)).where(
        t.samling == samling, t.skoleaar == skoleaar, t.status != "avvist", t.nr <= foer
    )
    return int(con.execute(query).scalar_one())


def next_number(con: sa.Connection) -> int:
    """Return the next innlesing number. Call it under the load lock only."""
    return (
        int(con.execute(sa.select(sa.func.coalesce(sa.func.max(innlesing.c.nr), 0))).scalar_one())
        + 1
    )


def watermark(con: sa.Connection, samling: str, partisjon: Partisjon) -> int:
    """Return the number of a round's last innlesing; a rejected file counts only when all there is.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    t = innlesing.c
    # A file that was rejected after the next round began must not let that round's rows in.
    siste = sa.func.max(t.nr).filter(t.status != "avvist")
    query = sa.select(sa.func.coalesce(siste, sa.func.max(t.nr))).where(
        t.samling == samling, t.skoleaar == partisjon.skoleaar, t.runde == partisjon.runde
    )
    nr = con.execute(query).scalar()
    if nr is None:
        raise MissingInput(
            f"{samling} {partisjon}: ingen innlesing i runden. "
            "Legg filene i inn-mappa og kjør innrapportering."
        )
    return int(nr)
