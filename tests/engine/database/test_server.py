"""The Sentralbase as whoever opens it has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.drept import throw_out
from vigo_pipeline.engine.database.server import connect
from vigo_pipeline.engine.settings import Innstillinger


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[sa.Engine]:
    engine = connect(Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database))
    yield engine
    engine.dispose()


@pytest.mark.fault("database", "around")
def test_a_server_restarted_between_two_questions_is_asked_the_second(
    engine: sa.Engine, database: str
) -> None:
    def asked() -> int:
        with engine.connect() as con:
            return con.execute(sa.text("select pg_backend_pid()")).scalar_one()

    first = asked()
    throw_out(database)
    assert asked() != first
