"""Bring the Sentralbase's schema up to date with Alembic, one process at a time."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.newest import VERSJON
from vigo_pipeline.engine.ledger import publications
from vigo_pipeline.engine.ledger.protection import grant, protect


def alembic_config() -> Config:
    """Return Alembic's configuration; it has no file and no address of its own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


def upgrade(
    engine: sa.Engine, programmets_rolle: str | None = None, leveranser: Path | None = None
) -> None:
    """Run the migrations that this database lacks, and protect the ledger, in one transaction.

    ``programmets_rolle``: the role that the application logs in as, when it is not the engine's.
    ``leveranser``: the folder of what has been published.
    """
    config = alembic_config()
    with engine.begin() as con:
        take(con, Laas.LASTING_OG_MIGRERING)
        config.attributes["connection"] = con
        uten = _keeps_no_publications(con)
        command.upgrade(config, "head")
        protect(con)
        if uten and leveranser:
            publications.take_over(con, leveranser)
        if programmets_rolle is not None:
            grant(con, programmets_rolle)


def _keeps_no_publications(con: sa.Connection) -> bool:
    """Say whether a database has been used, before the ledger kept what is published."""
    har = sa.select(*(sa.func.to_regclass(t) for t in (VERSJON, "ledger.publisering")))
    versjon, publisering = con.execute(har).one()
    return versjon is not None and publisering is None
