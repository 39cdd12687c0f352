"""What the application's own statements have added to the ledger in a transaction, as counted."""

from collections import Counter
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event

from vigo_pipeline.engine.database.tables import HOVEDBOK

_INFO = "vigo_skrevet"
# Rows by the table's name, and whether they were there before the chain was.
Skrevet = Counter[tuple[str, bool]]


def written(con: sa.Connection) -> Skrevet:
    """Return the rows of the transaction that runs; who adds rows otherwise counts them here."""
    return cast("Skrevet", con.info.setdefault(_INFO, Counter()))


def count_inserts(engine: sa.Engine) -> None:
    """Count what the statements of an engine add to the ledger, from each transaction's start."""

    @event.listens_for(engine, "begin")
    def begin(con: sa.Connection) -> None:
        con.info[_INFO] = Counter()

    @event.listens_for(engine, "after_cursor_execute")
    def count(con: sa.Connection, cursor: Any, *resten: Any) -> None:
        _, _, kontekst, _ = resten
        sagt = getattr(getattr(kontekst, "compiled", None), "statement", None)
        if isinstance(sagt, sa.Insert) and sagt.table in HOVEDBOK and cursor.rowcount > 0:
            written(con)[cast("sa.Table", sagt.table).name, False] += cursor.rowcount
