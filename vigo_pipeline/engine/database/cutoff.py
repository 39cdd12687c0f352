"""What belongs to the Sentralbase as a round left it: a watermark, less what came for later rounds.

Avgivere do not keep step. When one sends its first delivery after another has sent its final one,
the final one lies below the first delivery's watermark without being part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.errors import MissingInput
from vigo_pipeline.engine.ledger.closings import state
from vigo_pipeline.engine.order import Runde

T = innlesing.c


@dataclass(frozen=True)
class Stand:
    """A watermark, and the innlesinger at or below it that are not part of it."""

    vannmerke: int
    utenom: tuple[int, ...] = ()

    def has(self, nr: int) -> bool:
        """Say whether an innlesing is part of it."""
        return nr <= self.vannmerke and nr not in self.utenom


def stand(con: sa.Connection, til_og_med: Sequence[Runde], vannmerke: int) -> Stand:
    """Return how the Sentralbase stood at a watermark, seen from a round.

    An avgiver's part is what it had loaded when its last innlesing in these rounds was done; what
    came for a later skoleår is no part.

    Args:
        con: a connection to the Sentralbase.
        til_og_med: the rounds that fill the same tables, first to last, to the one itself.
        vannmerke: the innlesing number to go by.
    """
    aar = til_og_med[-1][1].skoleaar
    # Of a round due earlier, «no changes» may be told after a later round, and has no rows to date.
    med_rader = sa.func.max(T.nr).filter(T.status == "godtatt")
    siste = (
        sa.select(T.avgiver, sa.func.coalesce(med_rader, sa.func.max(T.nr)).label("nr"))
        .where(T.nr <= vannmerke, _in_rounds(til_og_med))
        .group_by(T.avgiver)
        .subquery()
    )
    passert = sa.and_(T.skoleaar == aar, T.nr > sa.func.coalesce(siste.c.nr, 0))
    query = (
        sa.select(T.nr)
        .outerjoin(siste, T.avgiver == siste.c.avgiver)
        .where(T.nr <= vannmerke, sa.or_(T.skoleaar > aar, passert))
        .order_by(T.nr)
    )
    return Stand(vannmerke, tuple(con.execute(query).scalars()))


def watermark(con: sa.Connection, til_og_med: Sequence[Runde]) -> int:
    """Return the number of the last innlesing in a round and those that come before it.

    A rejected file counts only when the round has nothing else. A closed round stays at the
    watermark that it was closed at.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    innsamling, partisjon = til_og_med[-1]
    tilstand = state(con, innsamling.stamme, partisjon)
    if tilstand and tilstand.hendelse == "lukket" and tilstand.vannmerke is not None:
        return tilstand.vannmerke
    lest_inn = T.status != "avvist"
    siste = sa.select(sa.func.max(T.nr))
    i_runden = siste.where(_in_rounds(til_og_med[-1:]))
    if con.execute(i_runden.where(lest_inn)).scalar() is not None:
        return int(con.execute(siste.where(_in_rounds(til_og_med), lest_inn)).scalar_one())
    avvist = con.execute(i_runden).scalar()
    if avvist is None:
        raise MissingInput(
            f"{innsamling.stamme} {partisjon}: ingen innlesing i runden. "
            "Legg filene i inn-mappa og kjør innrapportering."
        )
    return int(avvist)


def first_overtaken(con: sa.Connection, rekke: Sequence[Runde]) -> tuple[Runde, str] | None:
    """Return the first round, and its avgiver, that was loaded before a round due earlier.

    ``rekke``: rounds of one skoleår that fill the same tables, first to last.
    """
    query = (
        sa.select(T.avgiver, T.samling, T.runde, sa.func.max(T.nr))
        .where(_in_rounds(rekke), T.status == "godtatt")
        .group_by(T.avgiver, T.samling, T.runde)
    )
    lastet = {(a, samling, runde): nr for a, samling, runde, nr in con.execute(query)}
    for avgiver in sorted({a for a, _, _ in lastet}):
        hoeyest: dict[str, int] = {}
        for innsamling, partisjon in rekke:
            nr = lastet.get((avgiver, innsamling.stamme, partisjon.runde), 0)
            tabeller = [p.tabell for p in innsamling.tabellposter if "skoleaar" in p.noekkel]
            if nr and nr < max(hoeyest.get(t, 0) for t in tabeller):
                return (innsamling, partisjon), avgiver
            hoeyest |= {t: nr for t in tabeller if nr}
    return None


def last_in(con: sa.Connection, runder: Sequence[Runde], avgiver: str) -> int:
    """Return an avgiver's last accepted innlesing in some rounds, 0 when there is none."""
    if not runder:
        return 0
    query = sa.select(sa.func.coalesce(sa.func.max(T.nr), 0)).where(
        _in_rounds(runder), T.avgiver == avgiver, T.status == "godtatt"
    )
    return int(con.execute(query).scalar_one())


def _in_rounds(runder: Sequence[Runde]) -> sa.ColumnElement[bool]:
    return sa.tuple_(T.skoleaar, T.samling, T.runde).in_(
        [(p.skoleaar, i.stamme, p.runde) for i, p in runder]
    )
