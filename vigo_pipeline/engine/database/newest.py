"""Whether a database has every migration: asked by every process, so Alembic is not loaded."""

from functools import cache
from pathlib import Path

import sqlalchemy as sa

from vigo_pipeline.engine.errors import VigoError

VERSJON = "alembic_version"


class NewerDatabase(VigoError):
    """A database has been used by a newer version than this one."""


def bring_up_to_date(
    engine: sa.Engine, programmets_rolle: str | None = None, leveranser: Path | None = None
) -> None:
    """Run the migrations that a database lacks.

    One that lacks none is not waited for: a load may hold the lock for minutes, and every step,
    sensor and page begins here.

    ``programmets_rolle``: the role that the application logs in as, when it is not the engine's.
    ``leveranser``: the folder of what has been published.

    Raises:
        NewerDatabase: it has a migration that this version does not know.
    """
    if has_all(engine, programmets_rolle):
        return
    from vigo_pipeline.engine.database.schema import upgrade  # noqa: PLC0415 -- Alembic loads slowly

    upgrade(engine, programmets_rolle, leveranser)


def has_all(engine: sa.Engine, programmets_rolle: str | None = None) -> bool:
    """Say whether a database lacks no migration, and the application's role no right.

    Raises:
        NewerDatabase: it has one that this version does not know.
    """
    with engine.connect() as con:
        if con.execute(sa.select(sa.func.to_regclass(VERSJON))).scalar_one() is None:
            return False
        versjon = sa.select(sa.column("version_num", sa.String)).select_from(sa.table(VERSJON))
        har = con.execute(versjon).scalars().all()
        if nyere := [v for v in har if v > newest()]:
            raise NewerDatabase(
                f"Databasen er brukt av en nyere utgave av VIGO: den har migrering {nyere[0]}, "
                f"og denne utgaven kjenner dem til {newest()}. Bruk den nyere, eller en annen "
                "database (VIGO_HOME, VIGO_DATABASE_URL)."
            )
        if har != [newest()]:
            return False
        return programmets_rolle is None or _has_rights(con, programmets_rolle)


@cache
def newest() -> str:
    """Return the last migration there is: their files begin with their numbers."""
    filer = Path(__file__).with_name("migrations").joinpath("versions").glob("*.py")
    return max(fil.name.partition("_")[0] for fil in filer)


def _has_rights(con: sa.Connection, rolle: str) -> bool:
    rett = sa.func.has_table_privilege(rolle, "ledger.kjede", "select")
    return bool(con.execute(sa.select(rett)).scalar_one())
