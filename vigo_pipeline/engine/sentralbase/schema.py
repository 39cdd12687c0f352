"""Bring the Sentralbase's schema up to date with Alembic, one process at a time."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

# Any number that is this project's alone: loads and migrations wait for each other.
LOCK = 8_446_001


def alembic_config() -> Config:
    """Return Alembic's configuration; it has no file and no address of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def upgrade(engine: sa.Engine) -> None:
    """Run the migrations that this database lacks, in one transaction.

    A database that lacks none is not waited for: a load may hold the lock for minutes, and every
    step, sensor and page begins here.
    """
    with engine.connect() as con:
        if set(MigrationContext.configure(con).get_current_heads()) == _newest():
            return
    config = alembic_config()
    with engine.begin() as con:
        con.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = con
        command.upgrade(config, "head")


@cache
def _newest() -> set[str]:
    return set(ScriptDirectory.from_config(alembic_config()).get_heads())
