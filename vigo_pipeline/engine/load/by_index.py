"""Questions that PostgreSQL is to answer from an index, whatever it has counted."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def by_index(con: sa.Connection) -> Iterator[None]:
    """Let no table be read through meanwhile, of a transaction that ends where one is refused.

    What is asked for is little, and a table grows by a fylke at a time: its statistics lag, and
    would choose to read it all.
    """
    con.exec_driver_sql("set local enable_seqscan = off")
    yield
    con.exec_driver_sql("set local enable_seqscan = on")
