"""A backup is worth what can be restored from it: into an empty server, and every byte proved."""

import shutil
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import address, execute
from tests.utgitt import prove
from vigo_pipeline.engine.database.embedded.programs import installed
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.database.tables import innlesing
from vigo_pipeline.engine.ledger.seal import FIL
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

# The server's own: a dump is made by a pg_dump that is not older than it.
PG_BIN = installed()


def pg(kommando: str, *valg: str) -> None:
    subprocess.run([PG_BIN / kommando, *valg], check=True, capture_output=True)  # noqa: S603


def loads(oppsett: Innstillinger) -> int:
    engine = sa.create_engine(sqlalchemy_url(str(oppsett.database_url)))
    with engine.connect() as con:
        antall = con.execute(sa.select(sa.func.count()).select_from(innlesing)).scalar_one()
    engine.dispose()
    return int(antall)


@pytest.fixture
def gjenopprettet(
    delivered: Innstillinger,
    server: str,
    tmp_path: Path,
) -> Innstillinger:
    """The installation as the how-to restores it: a dump, an empty database, and the folders."""
    dump = str(tmp_path / "vigo.dump")
    pg("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={delivered.database_url}")
    execute(server, "create database gjenopprettet")
    ny = address(server, "gjenopprettet")
    pg("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={ny}", dump)
    (tmp_path / "hjem").mkdir()
    shutil.copy(delivered.hjem / FIL, tmp_path / "hjem")
    for mappe in ("leveranser", "artefakter"):
        shutil.copytree(delivered.hjem / mappe, tmp_path / "hjem" / mappe)
    return delivered.model_copy(update={"hjem": tmp_path / "hjem", "database_url": ny})


def test_what_was_published_is_proved_in_an_installation_restored_from_a_backup(
    gjenopprettet: Innstillinger,
    delivered: Innstillinger,
    register: Register,
) -> None:
    assert loads(gjenopprettet) == loads(delivered) > 0
    pipeline = Pipeline(register, gjenopprettet)
    assert demand_whole(pipeline) == demand_whole(Pipeline(register, delivered))
    mapper = sorted(m.parent for m in (gjenopprettet.hjem / "leveranser").rglob("manifest.json"))
    assert [prove(pipeline, m).leveranse for m in mapper] == ["ssbelev", "ssbelevfag"]
    pipeline.engine.dispose()
