"""A backup is worth what can be restored from it: into an empty server, and every byte proved."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import address, drop_database
from tests.howto import DOCS, blocks, run, settings, venv
from vigo_pipeline.engine.database.embedded.programs import installed
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

SIDE = "how-to/gjenopprett.md"
# What the page calls the new database.
BASE = "vigo"


def loads(oppsett: Innstillinger) -> int:
    engine = sa.create_engine(sqlalchemy_url(str(oppsett.database_url)))
    with engine.connect() as con:
        antall = con.execute(sa.select(sa.func.count()).select_from(innlesing)).scalar_one()
    engine.dispose()
    return int(antall)


@pytest.fixture
def gjenopprettet(
    delivered: Innstillinger, server: str, tmp_path: Path
) -> Iterator[tuple[Innstillinger, str]]:
    """The installation as the page restores it, line by line, and what it says at last."""
    ta, gi = (b.text for b in blocks(SIDE) if "pg_" in b.text and b.name == "sh")
    venv(tmp_path)
    tjener = conninfo_to_dict(server)
    # The server's own: a dump is made by a pg_dump that is not older than it.
    env = os.environ | {"PATH": f"{installed()}:{os.environ['PATH']}"}
    env |= {f"PG{n.upper()}": str(tjener[n]) for n in ("host", "port", "user") if n in tjener}
    env |= settings(delivered) | {"PYTHONPATH": str(DOCS.parent)}
    ny = delivered.model_copy(
        update={"hjem": tmp_path / "hjem", "database_url": address(server, BASE)}
    )
    run(f"set -e\n{ta}", tmp_path, env)
    try:
        yield ny, run(f"set -e\n{gi}", tmp_path, env | {"VIGO_HOME": str(ny.hjem)})
    finally:
        drop_database(server, address(server, BASE))


def test_what_was_published_is_proved_in_an_installation_restored_as_the_page_says(
    gjenopprettet: tuple[Innstillinger, str], delivered: Innstillinger, register: Register
) -> None:
    oppsett, sagt = gjenopprettet
    assert re.search(r"\b2 leveranser bygd på nytt, alle like\.", sagt)
    assert loads(oppsett) == loads(delivered) > 0
    pipeline = Pipeline(register, oppsett)
    foer, naa = demand_whole(Pipeline(register, delivered)).hoder, demand_whole(pipeline).hoder
    # All of the chain, and then that it was proved.
    assert naa[: len(foer)] == foer
    assert (oppsett.begrenset.stat().st_mode & 0o777) == 0o700
    pipeline.engine.dispose()
