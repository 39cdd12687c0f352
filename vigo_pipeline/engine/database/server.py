"""Where PostgreSQL is: the one given, or an embedded server started on first use."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from vigo_pipeline.engine.addresses import place
from vigo_pipeline.engine.database.embedded.server import EIER, close_server, open_server
from vigo_pipeline.engine.database.log_guard import demand_quiet_log
from vigo_pipeline.engine.database.newest import bring_up_to_date
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import make_closed


class DatabaseUnreachable(VigoError):
    """The Sentralbase cannot be connected to."""


class NotOwner(VigoError):
    """The database must be migrated, and the application's role may not."""


# Whom the application is on the embedded server: no superuser, and no owner of the ledger.
PROGRAMMET = "vigo"
# What a database, a role or the environment may have set otherwise, and values as text, names of
# tables and rows that are seen depend on: a policy that hides rows is an error, not fewer rows.
SESJON = "set datestyle = 'ISO, DMY'; set search_path = public; set row_security = off"


def database_url(oppsett: Innstillinger) -> str:
    """Return the libpq address of the Sentralbase as the application's role.

    The embedded server is started when no address is given.
    """
    if oppsett.database_url:
        return oppsett.database_url
    return open_server(oppsett.hjem).replace(f"//{EIER}@", f"//{PROGRAMMET}@", 1)


def owner_url(oppsett: Innstillinger) -> str:
    """Return the libpq address as the owner of the tables, who migrates."""
    if oppsett.database_url:
        return oppsett.database_eier_url or oppsett.database_url
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
def temporary_database(server: str, navn: str, av: str = "template1") -> Iterator[str]:
    """Yield the libpq address of a new database on a server, and drop it.

    ``av``: the database that it is a copy of, to which nobody is connected; it is empty otherwise.
    """
    egen = sql.Identifier(navn)
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(sql.SQL("create database {} template {}").format(egen, sql.Identifier(av)))
    try:
        yield sa.make_url(server).set(database=navn).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as con:
            con.execute(sql.SQL("drop database {} with (force)").format(egen))


def sqlalchemy_url(url: str) -> str:
    """Return the address with the psycopg driver named, as SQLAlchemy wants it."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def connect(oppsett: Innstillinger) -> sa.Engine:
    """Return an engine on the Sentralbase with its schema up to date, as the application's role.

    Raises:
        DatabaseUnreachable: nobody answers at the address, or does not let us in.
        LogWouldHoldPersons: real persons would come in the log of the server that is given.
        NotOwner: a migration is needed, and the role may not make it.
        SealKeyUnusable: the ledger is sealed, and the home has not the key.
    """
    make_closed(oppsett.hjem)
    egen, eier = database_url(oppsett), owner_url(oppsett)
    segl = Segl.of(oppsett.hjem) if _is_sealed(eier) else Segl.first(oppsett.hjem)
    engine = _engine(egen, segl)
    if egen == eier:
        _migrate(engine, eier, None, oppsett.leveranser)
    else:
        if not oppsett.database_url:
            make_role(eier)
        eiers = _engine(eier, segl)
        _migrate(eiers, eier, sa.make_url(egen).username, oppsett.leveranser)
        eiers.dispose()
    if oppsett.database_url and oppsett.modus == "reell":
        demand_quiet_log(engine)
    return engine


def _is_sealed(url: str) -> bool:
    """Say whether the ledger has a seal, so that its key is not to be made anew."""
    try:
        with psycopg.connect(url) as con:
            tabell = con.execute("select to_regclass('ledger.segl')").fetchone()
            if tabell is None or tabell[0] is None:
                return False
            return con.execute("select from ledger.segl limit 1").fetchone() is not None
    except psycopg.OperationalError as feil:
        raise _unreachable(url, feil) from None


def _unreachable(url: str, feil: BaseException | None) -> DatabaseUnreachable:
    aarsak = str(feil).splitlines()[0]
    return DatabaseUnreachable(
        f"PostgreSQL på {place(url)} kan ikke nås: {aarsak}. "
        "Er VIGO_DATABASE_URL rett, og kjører tjeneren?"
    )


def _engine(url: str, segl: Segl) -> sa.Engine:
    # A server that was restarted has ended what lies in the pool, and nobody had asked it anything.
    engine = sa.create_engine(sqlalchemy_url(url), hide_parameters=True, pool_pre_ping=True)

    @sa.event.listens_for(engine, "connect")
    def set_session(con: psycopg.Connection, _: object) -> None:
        with con.transaction():
            con.execute(SESJON)

    segl.seal_commits(engine)
    return engine


def make_role(eier: str) -> None:
    """Make the application's role on the embedded server; of two who do so one is enough."""
    with psycopg.connect(eier, autocommit=True) as con:
        finnes = "select 1 from pg_catalog.pg_roles where rolname = %s"
        if con.execute(finnes, (PROGRAMMET,)).fetchone() is None:
            with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                con.execute(sql.SQL("create role {} login").format(sql.Identifier(PROGRAMMET)))


def _migrate(engine: sa.Engine, url: str, programmets_rolle: str | None, leveranser: Path) -> None:
    try:
        bring_up_to_date(engine, programmets_rolle, leveranser)
    except sa.exc.OperationalError as feil:
        raise _unreachable(url, feil.orig) from None
    except sa.exc.ProgrammingError as feil:
        if not isinstance(feil.orig, psycopg.errors.InsufficientPrivilege):
            raise
        raise NotOwner(
            f"Databasen på {place(url)} må oppgraderes, og rollen kan ikke gjøre det. Sett "
            "VIGO_DATABASE_EIER_URL til adressen med den rollen som eier tabellene."
        ) from None
