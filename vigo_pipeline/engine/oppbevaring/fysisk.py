"""Write tables anew without what was deleted: until then it lies in PostgreSQL's files."""

from collections.abc import Collection

import psycopg
from psycopg import sql

from vigo_pipeline.engine.database.server import owner_url
from vigo_pipeline.engine.settings import Innstillinger


def rewrite(oppsett: Innstillinger, tabeller: Collection[str]) -> None:
    """Write tables of the Sentralbase and their statistics anew, as their owner.

    On the embedded server the log of changes is let go of too. On a server that is given, that is
    for whoever runs it: its log and its own backups have their own time.
    """
    if not tabeller:
        return
    with psycopg.connect(owner_url(oppsett), autocommit=True) as con:
        for navn in sorted(tabeller):
            tabell = sql.Identifier("sentralbase", navn)
            con.execute(sql.SQL("vacuum (full, analyze) {}").format(tabell))
        if oppsett.database_url is None:
            # What the planner remembers of values, and the log, which is gone by the second time.
            con.execute("vacuum full pg_catalog.pg_statistic")
            for _ in range(2):
                con.execute("select pg_switch_wal()")
                con.execute("checkpoint")
