"""A home that an earlier release made: what stood there stands, and what was delivered is proved.

The homes are made by ``vigo-maintain utgave`` and kept; see docs/how-to/utgivelse.md.
"""

import json
import os
import subprocess
import tarfile
from collections import Counter
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.sentral import FOERSTE
from vigo_pipeline.engine.database.embedded.programs import installed
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.maintain.utgave import BASE
from vigo_pipeline.maintain.utgavens_liv import AVGIVERE
from vigo_pipeline.run import run_flow

HJEMMENE = sorted(Path(__file__).parents[2].joinpath("utgaver").glob("*.tar.xz"))
# Before the waivers of the homes end.
DAGEN = date(2026, 12, 1)
# What a migration has given another place or name since: table and column.
FLYTTET = {("ledger", "unntak"): {"trukket_av"}, ("sentralbase", "funn"): {"flyt"}}
Rader = dict[tuple[str, str], list[dict[str, object]]]
ALLE = os.environ.get("DREPT") == "alle"


def name(fil: Path) -> str:
    return fil.name.partition(".")[0]


@pytest.fixture(params=HJEMMENE, ids=name)
def arkiv(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def hjem(arkiv: Path, empty_database: str, tmp_path: Path) -> Innstillinger:
    """The home as the release left it."""
    with tarfile.open(arkiv) as tar:
        for medlem in tar:
            if fil := tar.extractfile(medlem):
                sti = tmp_path / medlem.name
                sti.parent.mkdir(parents=True, exist_ok=True)
                sti.write_bytes(fil.read())
                sti.chmod(medlem.mode)
    base = tmp_path / BASE
    psql = [installed() / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", base]
    subprocess.run([*psql, empty_database], check=True)  # noqa: S603 -- PostgreSQL's own
    base.unlink()
    return Innstillinger(
        hjem=tmp_path,
        inn=tmp_path,
        database_url=empty_database,
        avgivere=AVGIVERE,
        bruker="Nattkjøringen",
    )


def stands(url: str) -> Rader:
    """Return every row of the ledger and the Sentralbase, by table."""
    alle: Rader = {}
    with psycopg.connect(url) as con:
        tabeller = con.execute(
            "select schemaname, tablename from pg_catalog.pg_tables "
            "where schemaname in ('ledger', 'sentralbase')"
        ).fetchall()
        for sted in tabeller:
            rader = con.execute(
                sql.SQL("select to_jsonb(t) from {} as t").format(sql.Identifier(*sted))
            )
            alle[sted] = [rad for (rad,) in rader]
    return alle


def lost(foer: Rader, etter: Rader) -> dict[tuple[str, str], int]:
    """Return how many rows of each table do not stand as they did; new columns are not asked of."""
    ut = {}
    for sted, rader in foer.items():
        felt = {n for rad in rader for n in rad} - FLYTTET.get(sted, set())
        foer_, etter_ = (
            Counter(json.dumps({n: rad.get(n) for n in sorted(felt)}) for rad in r)
            for r in (rader, etter[sted])
        )
        ut |= {sted: borte.total()} if (borte := foer_ - etter_) else {}
    return ut


def test_what_stood_there_stands_and_what_was_delivered_is_proved(
    hjem: Innstillinger, register: Register
) -> None:
    url = str(hjem.database_url)
    foer = stands(url)
    pipeline = Pipeline(register, hjem)
    pipeline.engine.dispose()
    assert lost(foer, stands(url)) == {}
    proevd = verify_all(pipeline, Utvalg())
    levert = len(list(hjem.leveranser.rglob(NAVN)))
    assert (proevd.feil, proevd.antall) == ([], levert)
    assert levert > 0
    pipeline.engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("arkiv", HJEMMENE if ALLE else HJEMMENE[:1], ids=name)
def test_its_round_run_again_is_the_same_delivery_or_the_next(
    hjem: Innstillinger, register: Register
) -> None:
    pipeline = Pipeline(register, hjem, i_dag=lambda: DAGEN)
    assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 0
    for stamme in ("ssbelev", "ssbelevfag"):
        foerst, *nye = pipeline.published(stamme, FOERSTE)
        m = foerst.manifest()
        # The same bytes: another number only because of who they go to, which the manifest says.
        assert {n.manifest().fil_sha256 for n in nye} <= {m.fil_sha256}
        assert all(n.manifest().mottakere != m.mottakere for n in nye)
    assert verify_all(pipeline, Utvalg()).feil == []
    pipeline.engine.dispose()
