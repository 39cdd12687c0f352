"""The command that writes a migration, of what the tables have and the last migration has not."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
import typer
from alembic import command
from alembic.operations.ops import MigrationScript

from vigo_pipeline.engine.database.newest import newest
from vigo_pipeline.engine.database.schema import alembic_config, upgrade
from vigo_pipeline.engine.database.server import (
    sqlalchemy_url,
    temporary_database,
    temporary_server,
)


def migrering(
    navn: Annotated[str, typer.Argument(help="What the file is called after its number.")],
) -> None:
    """Write the next migration, of what the tables have that the last migration has not.

    It is a draft: docs/how-to/ny-tabell.md says what is written by hand.
    """
    with (
        tempfile.TemporaryDirectory(prefix="vigo-migrering-") as mappe,
        temporary_server(Path(mappe)) as server,
        temporary_database(server, "migrering") as url,
    ):
        engine = sa.create_engine(sqlalchemy_url(url))
        upgrade(engine)
        skrevet = _write(engine, navn)
        engine.dispose()
    if not skrevet:
        typer.echo("Tables and migrations are alike: nothing is written.")


def _write(engine: sa.Engine, navn: str) -> bool:
    """Write the migration, which Alembic tells; say whether there was anything to write."""

    def none_that_is_empty(_: Any, __: Any, skrevet: list[MigrationScript]) -> None:
        if skrevet[0].upgrade_ops is None or skrevet[0].upgrade_ops.is_empty():
            skrevet.clear()

    config = alembic_config()
    with engine.connect() as con:
        config.attributes["connection"] = con
        skrevet = command.revision(
            config,
            navn,
            autogenerate=True,
            rev_id=f"{int(newest()) + 1:04}",
            process_revision_directives=none_that_is_empty,
        )
    return bool(skrevet)
