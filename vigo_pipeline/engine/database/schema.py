"""Bring the Sentralbase's schema up to date with Alembic, one process at a time."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.ledger.protection import grant, protect


def alembic_config() -> Config:
    """Return Alembic's configuration; it has no file and no address of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def upgrade(engine: sa.Engine, programmets_rolle: str | None = None) -> None:
    """Run the migrations that this database lacks, and protect the ledger, in one transaction.

    A database that lacks none is not waited for: a load may hold the lock for minutes, and every
    step, sensor and page begins here.

    ``programmets_rolle``: the role that the application logs in as, when it is not the engine's.
    """
    with engine.connect() as con:
        nyeste = set(MigrationContext.configure(con).get_current_heads()) == _newest()
        if nyeste and (programmets_rolle is None or _has_rights(con, programmets_rolle)):
            return
    config = alembic_config()
    with engine.begin() as con:
        take(con, Laas.LASTING_OG_MIGRERING)
        config.attributes["connection"] = con
        command.upgrade(config, "head")
        protect(con)
        if programmets_rolle is not None:
            grant(con, programmets_rolle)


def _has_rights(con: sa.Connection, rolle: str) -> bool:
    rett = sa.func.has_table_privilege(rolle, "ledger.kjede", "select")
    return bool(con.execute(sa.select(rett)).scalar_one())


@cache
def _newest() -> set[str]:
    return set(ScriptDirectory.from_config(alembic_config()).get_heads())
