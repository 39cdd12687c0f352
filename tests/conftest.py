"""What holds for every test, and a real PostgreSQL: one server, a database for each test.

The network is closed in pyproject.toml, for the doctests too.
"""

import atexit
import gc
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from _pytest.doctest import DoctestModule
from hypothesis import settings

from tests.sentral import ENDELIG, FOERSTE, Sentral
from tests.utdelt import installation
from tests.validering import validate_once
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.server import (
    connect,
    sqlalchemy_url,
    temporary_database,
    temporary_server,
)
from vigo_pipeline.engine.judge import verdict
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.run import run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

AVGIVERE = ("03", "18", "waade")
# Where files lie in memory, and how much of it the tests of all workers may want.
MINNE, ROM = Path("/dev/shm"), 4 * 2**30  # noqa: S108  # folders of our own are made in it
NUMMER = itertools.count(1)

DETERMINISTIC = settings(derandomize=True, deadline=None)
settings.register_profile("deterministic", DETERMINISTIC)
# What `make test-fast` asks for: the first of the same examples.
settings.register_profile("everyday", DETERMINISTIC, max_examples=20)
# By hand, now and then: others each time, and many.
settings.register_profile("search", DETERMINISTIC, derandomize=False, max_examples=2000)
# What marks a whole file as slow.
ALL_SLOW = re.compile(rb"^pytestmark = pytest\.mark\.slow\b", re.MULTILINE)


@dataclass(frozen=True)
class Samling:
    """What is collected everywhere: this file's own hooks are asked of what lies beside it only."""

    uten_langsomme: bool

    @pytest.hookimpl
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out the files of which nothing is run: to import them takes seconds."""
        if self.uten_langsomme and collection_path.suffix == ".py":
            return bool(ALL_SLOW.search(collection_path.read_bytes())) or None
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Look for examples in the files that have any: to look takes as long as to import."""
        alle = yield
        if any(isinstance(s, DoctestModule) for s in alle) and b">>>" not in file_path.read_bytes():
            return [s for s in alle if not isinstance(s, DoctestModule)]
        return alle


def lie_in_memory() -> None:
    """Let what is written lie in memory, where there is room and nobody has said where it is to.

    A home is hundreds of folders, and a database six hundred files: to make, copy and remove them
    on a disk takes as much of the processor as many a test itself, and far longer. What a test has
    that failed stays as it does on a disk, until the machine is started again.
    """
    if "TMPDIR" not in os.environ and MINNE.is_dir() and shutil.disk_usage(MINNE).free > ROM:
        # Of this process, which may have asked already, and of those that it starts.
        os.environ["TMPDIR"] = tempfile.tempdir = str(MINNE)


def pytest_configure(config: pytest.Config) -> None:
    lie_in_memory()
    # Looking for garbage again and again takes a tenth of the time of what makes many objects, and
    # more than that of collecting, of which all stays to the end.
    gc.set_threshold(100_000, 20, 20)
    # And to look among all of it when nothing more is to be done takes a second or two.
    atexit.register(gc.freeze)
    config.pluginmanager.register(Samling("not slow" in config.option.markexpr))
    if not config.getoption("--hypothesis-profile"):
        settings.load_profile("deterministic")
    # A developer's own Sentralbase or Dagster must never be what the tests write to.
    for name in [n for n in os.environ if n.startswith(("VIGO_", "DAGSTER_"))]:
        del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what needs a server, and begin with what takes longest: nobody waits for it."""
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker("server")
    yield
    # After they have been shuffled.
    merker = [(item.path, item.get_closest_marker("slow")) for item in items]
    lange = {sti: merke.args[0] if merke.args else 1 for sti, merke in merker if merke}
    items.sort(key=lambda item: -lange.get(item.path, 0))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what is imported and collected: it stays to the end."""
    gc.freeze()


def address(server: str, base: str) -> str:
    """Return the libpq address of another database on the same server."""
    return sa.make_url(server).set(database=base).render_as_string(hide_password=False)


def execute(server: str, *setninger: str) -> None:
    with psycopg.connect(server, autocommit=True) as con:
        for setning in setninger:
            con.execute(setning)  # type: ignore[call-overload]  # only names that are made here


def drop_database(server: str, url: str) -> None:
    execute(server, f"drop database {sa.make_url(url).database} with (force)")


@pytest.fixture(scope="session", autouse=True)
def hurried() -> Iterator[None]:
    """Wait for no disk, since nothing here outlives the machine, and judge the same once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(verdict, "validate", validate_once)
        yield


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The libpq address of an embedded server that only these tests use."""
    with (
        tempfile.TemporaryDirectory(prefix="vigo-") as mappe,
        temporary_server(Path(mappe)) as url,
    ):
        # Nothing here outlives the machine, and waiting for the disk is most of a small load.
        raskt = ("fsync = off", "max_wal_size = '256MB'")
        execute(url, *(f"alter system set {x}" for x in raskt), "select pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def template(server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an empty database with its schema up to date."""
    execute(server, "create database mal")
    mappe = tmp_path_factory.mktemp("mal")
    connect(Innstillinger(hjem=mappe, inn=mappe, database_url=address(server, "mal"))).dispose()
    return "mal"


LEAVE = "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{}'"


@pytest.fixture(scope="session")
def copy_database(server: str) -> Callable[[str], str]:
    """Return a function that copies a database by name and gives the copy's address."""

    def copy(av: str) -> str:
        navn = f"base{next(NUMMER)}"
        # A connection that a test has left behind goes when Python gets to it; nobody uses it.
        execute(server, LEAVE.format(av))
        # The other way writes each page to the log too, which takes three times as long.
        execute(server, f"create database {navn} template {av} strategy file_copy")
        return address(server, navn)

    return copy


@pytest.fixture
def database(server: str, template: str, copy_database: Callable[[str], str]) -> Iterator[str]:
    """The address of an empty Sentralbase of the test's own."""
    url = copy_database(template)
    yield url
    drop_database(server, url)


@pytest.fixture
def empty_database(server: str) -> Iterator[str]:
    """The address of a database without any schema."""
    with temporary_database(server, f"tom{next(NUMMER)}") as url:
        yield url


@pytest.fixture(scope="session")
def register() -> Register:
    return Register.installed()


@pytest.fixture
def sentral(database: str, tmp_path: Path, register: Register) -> Iterator[Sentral]:
    """An empty Sentralbase, one avgiver and a folder to drop files in."""
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",))
    engine = sa.create_engine(sqlalchemy_url(database), hide_parameters=True)
    yield Sentral(engine, oppsett, register.innsamlinger["oktober"])
    engine.dispose()


@pytest.fixture(scope="session")
def dropped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both rounds' clean synthetic files of three avgivere."""
    mappe = tmp_path_factory.mktemp("sluppet")
    omfang = Omfang(andel=0.002, avgivere=AVGIVERE)
    for runde in (FOERSTE, ENDELIG):
        generate(mappe, skoleaar=Skoleaar(2025), runde=runde.runde, seed=1, omfang=omfang)
    return mappe


@pytest.fixture(scope="session")
def delivered(
    dropped: Path,
    template: str,
    copy_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
) -> Innstillinger:
    """An installation in which the first round is delivered; copy it, never change it."""
    oppsett = Innstillinger(
        hjem=tmp_path_factory.mktemp("levert") / "hjem",
        inn=dropped,
        database_url=copy_database(template),
        avgivere=AVGIVERE,
        bruker="Nattkjøringen",
    )
    pipeline = Pipeline(register, oppsett)
    assert run_flow(pipeline, "oktober", FOERSTE).exit_code == 0
    pipeline.engine.dispose()
    return oppsett


Copier = Callable[[Path], AbstractContextManager[Pipeline]]
InstallationCopier = Callable[[Innstillinger, Path], AbstractContextManager[Pipeline]]


def brought_on(
    kopi: AbstractContextManager[Pipeline], gjoer: Callable[[Pipeline], object]
) -> Iterator[Innstillinger]:
    """Yield an installation in which something more has been done, for others to copy."""
    with kopi as pipeline:
        gjoer(pipeline)
        pipeline.engine.dispose()
        yield pipeline.oppsett


@pytest.fixture(scope="session")
def copy_installation(
    server: str, copy_database: Callable[[str], str], register: Register
) -> InstallationCopier:
    """Return a way to copy an installation that nobody works in to a folder."""

    @contextmanager
    def copy(av: Innstillinger, mappe: Path) -> Iterator[Pipeline]:
        url = copy_database(str(sa.make_url(av.database_url or "").database))
        shutil.copytree(av.hjem, mappe / "hjem")
        shutil.copytree(av.inn, mappe / "inn")
        nytt = {"hjem": mappe / "hjem", "inn": mappe / "inn", "database_url": url}
        pipeline = Pipeline(register, av.model_copy(update=nytt))
        yield pipeline
        pipeline.engine.dispose()
        drop_database(server, url)

    return copy


@pytest.fixture(scope="session")
def copy_delivered(delivered: Innstillinger, copy_installation: InstallationCopier) -> Copier:
    """Return a way to copy the delivered installation to a folder."""
    return partial(copy_installation, delivered)


@pytest.fixture
def pipeline(copy_delivered: Copier, tmp_path: Path) -> Iterator[Pipeline]:
    """A copy of the delivered installation, to be changed at will."""
    with copy_delivered(tmp_path) as pipeline:
        yield pipeline


@pytest.fixture(scope="session")
def utdelt(
    tmp_path_factory: pytest.TempPathFactory,
    server: str,
    template: str,
    copy_database: Callable[[str], str],
    register: Register,
) -> Iterator[Pipeline]:
    """An installation with restricted reports; what a test enters in its log stays there."""
    url = copy_database(template)
    pipeline = Pipeline(register, installation(tmp_path_factory.mktemp("utdelt"), url))
    yield pipeline
    pipeline.engine.dispose()
    drop_database(server, url)
