"""Bring the Sentralbase's schema up to date with Alembic, one process at a time."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

# Any number that is this project's alone: loads and migrations wait for each other.
LOCK = 8_446_001


def alembic_config() -> Config:
    """Return Alembic's configuration; it has no file and no address of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def upgrade(engine: sa.Engine) -> None:
    """Run the migrations that this database lacks, in one transaction."""
    config = alembic_config()
    with engine.begin() as con:
        con.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        config.attributes["connection"] = con
        command.upgrade(config, "head")
