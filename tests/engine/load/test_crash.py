"""Killed at any moment, the Sentralbase is as before the load or as after it, never between."""

import contextlib
import ctypes
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.engine.load.lasting import Lasting, as_it_lies, state
from tests.sentral import ENDELIG, FOERSTE, Sentral
from vigo_pipeline.engine.database.server import connect, database_url, sqlalchemy_url
from vigo_pipeline.engine.load.load import load
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

pytestmark = pytest.mark.slow

ANTALL = 5
# Spread over the load and a little past it, the same each time.
DELER = [(n + random.Random(2025 + n).random()) / ANTALL * 1.1 for n in range(ANTALL)]  # noqa: S311


@pytest.fixture(scope="module")
def before(
    template: str,
    copy_database: Callable[[str], str],
    mottatt: Path,
    register: Register,
) -> tuple[Innstillinger, float]:
    """A Sentralbase with the first round, and how long the second takes to load on a copy."""
    samling = register.innsamlinger["oktober"]
    oppsett = Innstillinger(hjem=mottatt, inn=mottatt, database_url=copy_database(template))
    engine = connect(oppsett)
    load(engine, samling, FOERSTE, "03", as_it_lies(samling, FOERSTE, "03", oppsett))
    engine.dispose()
    proeve = oppsett.model_copy(update={"database_url": copy_database(name(oppsett))})
    engine = connect(proeve)
    lest = as_it_lies(samling, ENDELIG, "03", oppsett)
    start = time.perf_counter()
    load(engine, samling, ENDELIG, "03", lest)
    engine.dispose()
    return oppsett, time.perf_counter() - start


@pytest.mark.fault("killed", "load")
@pytest.mark.parametrize("del_", DELER, ids=[f"moment{n}" for n in range(ANTALL)])
def test_a_killed_load_is_all_or_nothing(
    before: tuple[Innstillinger, float],
    copy_database: Callable[[str], str],
    register: Register,
    del_: float,
) -> None:
    foer, varighet = before
    oppsett = foer.model_copy(update={"database_url": copy_database(name(foer))})
    engine = sa.create_engine(sqlalchemy_url(oppsett.database_url or ""))
    samling = register.innsamlinger["oktober"]
    gammel = state(engine)
    Lasting.ready(samling, ENDELIG, "03", oppsett).kill_after(del_ * varighet)
    etter = state(engine)
    lest = as_it_lies(samling, ENDELIG, "03", oppsett)
    nye = load(engine, samling, ENDELIG, "03", lest).nye_innlesinger
    assert nye == ((2,) if etter == gammel else ())
    ny = state(engine)
    assert etter in (gammel, ny)
    assert len(ny[1]) == 2
    engine.dispose()


def name(oppsett: Innstillinger) -> str:
    return str(sa.make_url(oppsett.database_url or "").database)


@pytest.fixture
def egen(mottatt: Path) -> Iterator[Innstillinger]:
    """An installation with a server of its own, whose end is seen by this process."""
    with tempfile.TemporaryDirectory(prefix="vigo-") as mappe:
        oppsett = Innstillinger(hjem=Path(mappe), inn=Path(mappe))
        (oppsett.hjem / "artefakter").symlink_to(mottatt / "artefakter")
        adopt_orphans(ja=True)
        database_url(oppsett)
        yield oppsett
        end_server(oppsett.hjem, signal.SIGINT)
        adopt_orphans(ja=False)


def adopt_orphans(*, ja: bool) -> None:
    """Be the parent of servers whose starter has ended, where nobody else would bury them."""
    if sys.platform == "linux":
        pr_set_child_subreaper = 36
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, int(ja))


def end_server(hjem: Path, signal_: signal.Signals) -> None:
    pid = int((hjem / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal_)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


@pytest.mark.fault("database", "load")
def test_a_server_killed_in_the_middle_comes_back(egen: Innstillinger, register: Register) -> None:
    samling = register.innsamlinger["oktober"]
    foerste = Lasting.ready(samling, FOERSTE, "03", egen)
    foerste.go()
    assert foerste.answer() == (1,)
    avbrutt = Lasting.ready(samling, FOERSTE, "46", egen)
    avbrutt.go()
    time.sleep(0.1)
    end_server(egen.hjem, signal.SIGKILL)
    assert avbrutt.answer() == "LoadFailed"
    ny = Lasting.ready(samling, FOERSTE, "46", egen)
    sentral = Sentral(connect(egen), egen, samling)
    assert [i.avgiver for i in sentral.ledger()] == ["03"]
    assert {r[-1] for r in sentral.rows("elevkurs")} == {"03"}
    ny.go()
    assert ny.answer() == (2,)
    assert {r[-1] for r in sentral.rows("elevkurs")} == {"03", "46"}
    sentral.engine.dispose()
