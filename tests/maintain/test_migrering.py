"""The draft of a migration is what the tables have beyond the last one, and nothing else."""

import importlib
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from typer.testing import CliRunner

from tests.engine.database.test_migrations import differences
from vigo_pipeline.engine.database import schema
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.maintain import app

pytestmark = pytest.mark.slow(20)


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, which the command reads and writes."""
    ours = Path(schema.alembic_config().get_main_option("script_location") or "")
    copy = shutil.copytree(
        ours, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")
    )

    def config() -> Config:
        made = Config()
        made.set_main_option("script_location", str(copy))
        return made

    # The package has a function of the module's name.
    module = importlib.import_module("vigo_pipeline.maintain.migrering")
    for place in (schema, module):
        monkeypatch.setattr(place, "alembic_config", config)
    return copy / "versions"


def test_a_table_without_a_migration_gets_one_that_makes_it(
    versions: Path, empty_database: str
) -> None:
    ours = sorted(versions.glob("*.py"))
    # One that only lets older code be refused makes nothing.
    makes = max(nr for nr, file in enumerate(ours) if "op." in file.read_text("utf-8"))
    for file in ours[makes:]:
        file.unlink()
    answer = CliRunner().invoke(app, ["migrering", "igjen"], catch_exceptions=False)
    assert answer.exit_code == 0
    [new] = versions.glob("*_igjen.py")
    assert int(new.name[:4]) == int(ours[-1].name[:4]) + 1
    engine = sa.create_engine(sqlalchemy_url(empty_database))
    schema.upgrade(engine)
    with engine.connect() as con:
        assert differences(con) == []
    engine.dispose()


def test_nothing_is_written_when_nothing_is_missing(versions: Path) -> None:
    before = sorted(p.name for p in versions.iterdir())
    answer = CliRunner().invoke(app, ["migrering", "ingenting"], catch_exceptions=False)
    assert "nothing is written" in answer.output
    assert sorted(p.name for p in versions.iterdir() if p.suffix) == before
