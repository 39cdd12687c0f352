"""Rows on their way into PostgreSQL: straight into a table, or beside it to be compared."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import cast

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import sqlalchemy as sa

from vigo_pipeline.contract.grensesnitt import Post
from vigo_pipeline.engine.database.tables import TABELLER, contract_columns
from vigo_pipeline.engine.ledger.row_sums import Sum, of_rows
from vigo_pipeline.engine.load.by_index import by_index

RADER_PER_DEL = 1 << 16


def copy(con: sa.Connection, tabell: sa.Table, rader: pa.Table) -> None:
    """COPY rows into a table, by column name."""
    cursor = cast("psycopg.Cursor[tuple[object, ...]]", con.connection.cursor())
    sql = f"copy {tabell} ({', '.join(rader.column_names)}) from stdin (format csv)"
    deler = (rader.slice(n, RADER_PER_DEL) for n in range(0, len(rader), RADER_PER_DEL))
    # The next part becomes text while PostgreSQL works on this one.
    with cursor.copy(sql) as ut, ThreadPoolExecutor(max_workers=1) as pool:
        for tekst in pool.map(_as_csv, deler):
            ut.write(tekst)


def _as_csv(rader: pa.Table) -> memoryview:
    buffer = BytesIO()
    pyarrow.csv.write_csv(rader, buffer, pyarrow.csv.WriteOptions(include_header=False))
    return buffer.getbuffer()


def first(con: sa.Connection, post: Post, rader: pa.Table, *, avgiver: str) -> dict[int, Sum]:
    """COPY rows straight in: nothing of theirs is in the table from before.

    They are in the index's order as they are read, so that it grows in one place at a time. Return
    their sums by innlesing, which are made while PostgreSQL works.
    """
    versjonert = rader.append_column("avgiver", pa.repeat(avgiver, rader.num_rows)).rename_columns(
        {n: "innlest_av" if n == "innlesing" else n for n in [*rader.column_names, "avgiver"]}
    )
    with ThreadPoolExecutor(max_workers=1) as pool:
        summer = pool.submit(of_rows, versjonert)
        copy(con, TABELLER[post.tabell], versjonert)
        return summer.result()


def is_first(con: sa.Connection, post: Post, rader: pa.Table, skoleaar: str) -> bool:
    """Say whether the table has no current row at the schools of these rows."""
    maal = TABELLER[post.tabell]
    if "skolenr" not in maal.c:
        return con.execute(sa.select(maal.c.innlest_av).limit(1)).first() is None
    fra_foer = sa.select(maal.c.innlest_av).where(
        maal.c.avsluttet_av.is_(None),
        maal.c.skoleaar == skoleaar,
        maal.c.skolenr.in_(pc.unique(rader["skolenr"]).to_pylist()),
    )
    with by_index(con):
        return con.execute(fra_foer.limit(1)).first() is None


def stage(con: sa.Connection, post: Post, rader: pa.Table) -> sa.Table:
    """COPY rows into a temporary table that lives as long as the transaction.

    ``rader``: the post's imported columns, ``kilde_hash`` and ``innlesing``.
    """
    tabell = sa.Table(
        f"stage_{post.tabell}",
        sa.MetaData(),
        *contract_columns(post),
        sa.Column("kilde_hash", sa.BigInteger),
        sa.Column("innlesing", sa.BigInteger),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )
    tabell.create(con)
    copy(con, tabell, rader)
    return tabell
