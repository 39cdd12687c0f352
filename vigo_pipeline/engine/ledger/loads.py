"""The ledger: what was loaded, in order. A number is a watermark on the Sentralbase."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.ledger.deletions import of_year
from vigo_pipeline.engine.store import Partisjon


@dataclass(frozen=True)
class Innlesing:
    """One file, or one declaration that nothing changed, as the ledger keeps it.

    ``fildato``: the day the file says it was made; unknown for what was loaded before it was kept.
    """

    nr: int
    avgiver: str
    skolenr: str | None
    filnavn: str
    sha256: str
    status: str
    regnskap: dict[str, int]
    fildato: date | None = None


def in_round(
    con: sa.Connection, samling: str, partisjon: Partisjon, avgiver: str | None = None
) -> list[Innlesing]:
    """Return a round's innlesinger in number order, of one avgiver or of all."""
    t = innlesing.c
    query = (
        sa.select(t.nr, t.avgiver, t.skolenr, t.filnavn, t.sha256, t.status, t.regnskap, t.fildato)
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


def later_years(con: sa.Connection, skoleaar: str) -> sa.Select[tuple[int]] | None:
    """Return a query for the innlesinger of later skoleår, None when there are none."""
    query = sa.select(innlesing.c.nr).where(innlesing.c.skoleaar > skoleaar)
    return query if con.execute(query.limit(1)).first() else None


def has_loaded(con: sa.Connection, samling: str, skoleaar: str, *, til: int) -> bool:
    """Say whether anything of a collection was in the Sentralbase at a watermark, and still is."""
    if of_year(con, skoleaar):
        return False
    t = innlesing.c
    query = sa.select(t.nr).where(
        t.samling == samling, t.skoleaar == skoleaar, t.status != "avvist", t.nr <= til
    )
    return con.execute(query.limit(1)).first() is not None


def next_number(con: sa.Connection) -> int:
    """Return the next innlesing number. Call it under the load lock only."""
    return (
        int(con.execute(sa.select(sa.func.coalesce(sa.func.max(innlesing.c.nr), 0))).scalar_one())
        + 1
    )
