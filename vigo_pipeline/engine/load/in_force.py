"""What of a file is in force already: known by its hash, so that only the rest is staged.

A row's hash holds its key too, and one row of a key is in force. So a row whose hash is in force
changes nothing, and of the rows in force only those whose hash no file has can be changed or gone.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.engine.database.tables import TABELLER
from vigo_pipeline.engine.load.by_index import by_index


@dataclass(frozen=True)
class Forskjell:
    """What files differ in from what is in force.

    ``nye``: their rows that are not in force. ``borte``: hashes in force that they do not have.
    """

    nye: pa.Table
    borte: list[int]


def difference(
    con: sa.Connection,
    post: Post,
    rader: pa.Table,
    *,
    avgiver: str,
    skoleaar: str,
    skoler: Collection[str] | None,
) -> Forskjell:
    """Return what rows that were read differ in from an avgiver's rows in force.

    What another avgiver brought is not looked at, so the same row of it counts as new here.

    Args:
        con: a transaction that holds the load lock.
        post: the line type, of a skoleår.
        rader: with ``kilde_hash``.
        avgiver: whose they are.
        skoleaar: in compact form, 20252026.
        skoler: the schools that the files speak for; all of the avgiver's when None.
    """
    if skoler is not None and "skolenr" in post.noekkel:
        skoler = sorted({*skoler, *pc.unique(rader["skolenr"]).to_pylist()})
    else:
        skoler = None
    gjeldende = _hashes(con, post.tabell, avgiver, skoleaar, skoler)
    kjent = pc.is_in(rader["kilde_hash"], gjeldende)
    lest = pc.unique(rader["kilde_hash"])
    return Forskjell(
        rader.filter(pc.invert(kjent)),
        gjeldende.filter(pc.invert(pc.is_in(gjeldende, lest))).to_pylist(),
    )


def persons(con: sa.Connection, post: Post, rader: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return those of some persons' rows that other rows are in force of, and those of nobody.

    What is in force already is in neither.

    Args:
        con: a transaction that holds the load lock.
        post: the line type of persons, whose key is ``fnr``.
        rader: one row per person, with ``kilde_hash``.
    """
    t = TABELLER[post.tabell]
    hvem = sa.cast(rader["fnr"].to_pylist(), postgresql.ARRAY(sa.Text))
    felt = (sa.func.array_agg(t.c.fnr), _together(t.c.kilde_hash))
    gjelder = sa.select(*felt).where(t.c.avsluttet_av.is_(None), t.c.fnr == sa.any_(hvem))
    with by_index(con):
        kjente, hasher = con.execute(gjelder).one()
    kjent = pc.is_in(rader["fnr"], pa.array(kjente or [], pa.string()))
    likt = pc.is_in(rader["kilde_hash"], _apart(hasher))
    return rader.filter(pc.and_not(kjent, likt)), rader.filter(pc.invert(kjent))


def _hashes(
    con: sa.Connection, tabell: str, avgiver: str, skoleaar: str, skoler: list[str] | None
) -> pa.Array:
    """Return the hashes of an avgiver's rows in force in a skoleår, at these schools."""
    t = TABELLER[tabell]
    vilkaar = [t.c.avsluttet_av.is_(None), t.c.skoleaar == skoleaar, t.c.avgiver == avgiver]
    if skoler is not None:
        vilkaar.append(t.c.skolenr == sa.any_(sa.cast(skoler, postgresql.ARRAY(sa.Text))))
    return _apart(con.execute(sa.select(_together(t.c.kilde_hash)).where(*vilkaar)).scalar_one())


def _together(hasher: sa.ColumnElement[int]) -> sa.ColumnElement[bytes]:
    """Return hashes in one value: row by row it takes longer to fetch them than to find them."""
    return sa.func.string_agg(sa.func.int8send(hasher), sa.text("''::bytea"))


def _apart(samlet: bytes | None) -> pa.Array:
    return pa.array(np.frombuffer(samlet or b"", dtype=">i8").astype(np.int64), pa.int64())
