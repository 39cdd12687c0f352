"""Where PostgreSQL is: the one given, or an embedded server started on first use."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from vigo_pipeline.engine.adresse import place
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.sentralbase.innebygd.tjener import close_server, open_server
from vigo_pipeline.engine.sentralbase.loggvern import demand_quiet_log
from vigo_pipeline.engine.sentralbase.segl import Segl
from vigo_pipeline.engine.settings import Innstillinger


class DatabaseUnreachable(VigoError):
    """The Sentralbase cannot be connected to."""


def database_url(oppsett: Innstillinger) -> str:
    """Return the libpq address of the Sentralbase; start the embedded server when none is given."""
    if oppsett.database_url:
        return oppsett.database_url
    return open_server(oppsett.hjem)


@contextmanager
def temporary_server(mappe: Path) -> Iterator[str]:
    """Yield the libpq address of an embedded server of its own, and stop it.

    ``mappe``: a folder that becomes its home; its data go under it.
    """
    try:
        yield open_server(mappe, naade=0)
    finally:
        close_server(mappe)


@contextmanager
def temporary_database(server: str, navn: str) -> Iterator[str]:
    """Yield the libpq address of a new, empty database on a server, and drop it."""
    egen = sql.Identifier(navn)
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(sql.SQL("create database {}").format(egen))
    try:
        yield sa.make_url(server).set(database=navn).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as con:
            con.execute(sql.SQL("drop database {} with (force)").format(egen))


def sqlalchemy_url(url: str) -> str:
    """Return the address with the psycopg driver named, as SQLAlchemy wants it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def connect(oppsett: Innstillinger) -> sa.Engine:
    """Return an engine on the Sentralbase with its schema up to date.

    Raises:
        DatabaseUnreachable: nobody answers at the address, or does not let us in.
        LogWouldHoldPersons: real persons would come in the log of the server that is given.
    """
    from vigo_pipeline.engine.sentralbase.schema import upgrade  # noqa: PLC0415 -- Alembic loads slowly

    url = database_url(oppsett)
    engine = sa.create_engine(sqlalchemy_url(url), hide_parameters=True)
    Segl.of(oppsett.hjem).seal_commits(engine)
    try:
        upgrade(engine)
    except sa.exc.OperationalError as feil:
        aarsak = str(feil.orig).splitlines()[0]
        raise DatabaseUnreachable(
            f"PostgreSQL på {place(url)} kan ikke nås: {aarsak}. "
            "Er VIGO_DATABASE_URL rett, og kjører tjeneren?"
        ) from None
    if oppsett.database_url and oppsett.modus == "reell":
        demand_quiet_log(engine)
    return engine
