"""The embedded server is its owner's alone, trusts no process number, and does not outlive use."""

import fcntl
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from adbc_driver_postgresql import dbapi

from tests.engine.database.prosess import (
    COMMON_PYTHON,
    NOBODY,
    ROOT,
    WITHOUT_NAME,
    answer,
    hold,
    kill,
    parent_of,
)
from vigo_pipeline.engine.database.embedded import locks, programs
from vigo_pipeline.engine.database.embedded.errors import EmbeddedServerStopped
from vigo_pipeline.engine.database.embedded.programs import installed as programmer_in_wheel
from vigo_pipeline.engine.database.embedded.server import close_server, is_running, open_server
from vigo_pipeline.engine.database.embedded.socket_folder import remembered
from vigo_pipeline.engine.database.embedded.user import Bruker
from vigo_pipeline.engine.database.server import sqlalchemy_url, temporary_database

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(not ROOT, reason="only root can be somebody else")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")


@pytest.fixture(scope="module")
def rot() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vigo-") as mappe:
        yield Path(mappe)


@pytest.fixture(scope="module")
def laget(rot: Path) -> Path:
    """A stopped home with a long path, made where an initdb was killed."""
    mappe = rot / f"mappe med æ {'x' * 200}"
    hjem = mappe / "hjem"
    (hjem / "postgres").mkdir(parents=True)
    mappe.chmod(0o700)
    (hjem / "postgres" / "PG_VERSION").write_text("18\n", "utf-8")
    gammel = os.umask(0o077)
    open_server(hjem, naade=0)
    os.umask(gammel)
    close_server(hjem)
    return hjem


@pytest.fixture
def hjem(laget: Path) -> Iterator[Path]:
    yield laget
    close_server(laget)


def ask(url: str, sporring: str = "select current_user") -> str:
    with psycopg.connect(url) as con:
        return str(con.execute(sporring.encode()).fetchall()[0][0])


def await_end(hjem: Path) -> bool:
    frist = time.monotonic() + 20
    while is_running(hjem / "tjener") and time.monotonic() < frist:
        time.sleep(0.05)
    return not is_running(hjem / "tjener")


def socket_folder(hjem: Path) -> Path:
    husket = remembered(hjem / "tjener" / "sokkel")
    assert husket is not None
    return husket


def test_the_owner_alone_gets_in_and_nothing_above_the_home_is_opened(hjem: Path) -> None:
    url = open_server(hjem, naade=0)
    assert ask(url, "select string_agg(auth_method, ',') from pg_hba_file_rules") == "peer"
    sokkel = socket_folder(hjem)
    for mappe in (sokkel, hjem / "postgres", hjem / "tjener", hjem.parent):
        assert stat.S_IMODE(mappe.stat().st_mode) == 0o700
    assert len(str(sokkel)) < 90
    assert (hjem / "postgres.ufullstendig1" / "PG_VERSION").exists()


@as_root
def test_another_user_of_the_machine_does_not_get_in(hjem: Path) -> None:
    url = open_server(hjem, naade=0)
    assert answer(lambda: ask(url)) == "postgres"
    assert "Permission denied" in answer(lambda: ask(url), NOBODY)
    # Even who comes through the folder, the server's own user, is not let in.
    svar = answer(lambda: ask(url), (hjem / "postgres").stat().st_uid)
    assert "Peer authentication failed" in svar


@as_root
@pytest.mark.skipif(COMMON_PYTHON is None, reason="no interpreter that all can run")
def test_an_ordinary_users_server_is_closed_to_others(rot: Path) -> None:
    egen = rot / "nobodys"
    rot.chmod(0o711)
    egen.mkdir()
    os.chown(egen, NOBODY, NOBODY)
    en = hold(lambda: ask(open_server(egen, naade=0)), NOBODY)
    url = f"postgresql://postgres@/postgres?host={socket_folder(egen)}&port=5432"
    assert answer(lambda: ask(url), NOBODY) == "postgres"
    assert "Permission denied" in answer(lambda: ask(url), WITHOUT_NAME)
    kill(en)
    rot.chmod(0o700)
    assert (egen / "postgres" / "PG_VERSION").stat().st_uid == NOBODY
    assert await_end(egen)


@pytest.mark.fault("database", "around")
@LINUX
@pytest.mark.parametrize("igjen", ["annen", "halv", "tom"])
def test_what_a_dead_server_left_ends_nobody_and_stops_nothing(hjem: Path, igjen: str) -> None:
    with psycopg.connect(open_server(hjem, naade=0), autocommit=True) as con:
        # As a home that was killed before it was set up, or set up by hand.
        con.execute("alter system set log_min_messages = 'warning'")
    close_server(hjem)
    eier = (hjem / "postgres").stat()
    valg = {"user": eier.st_uid, "group": eier.st_gid} if ROOT else {}
    with subprocess.Popen([shutil.which("sleep") or "sleep", "60"], **valg) as annen:  # type: ignore[call-overload]  # noqa: S603
        innhold = {"annen": f"{annen.pid}\n{hjem}/postgres\n1\n5432\n/tmp\n\n1 2\nready\n"}
        innhold |= {"halv": f"{annen.pid}\n/tm", "tom": ""}
        (hjem / "postgres" / "postmaster.pid").write_text(innhold[igjen], "utf-8")
        assert ask(open_server(hjem, naade=0), "show log_min_messages") == "log"
        assert annen.poll() is None
        annen.kill()


@pytest.mark.fault("killed", "around")
@LINUX
@pytest.mark.parametrize("hvem", ["bruker", "vokter"])
def test_it_stops_when_its_last_user_or_its_guardian_is_killed(hjem: Path, hvem: str) -> None:
    bruker = hold(lambda: open_server(hjem, naade=0))
    assert is_running(hjem / "tjener")
    if hvem == "vokter":
        pid = int((hjem / "postgres" / "postmaster.pid").read_text("utf-8").split()[0])
        os.kill(parent_of(pid), 9)
        assert await_end(hjem)
    kill(bruker)
    assert await_end(hjem)


@pytest.mark.fault("database", "around")
@LINUX
def test_a_server_that_died_in_use_leaves_its_folder_to_the_next(hjem: Path) -> None:
    bruker = hold(lambda: open_server(hjem, naade=0))
    sokkel = remembered(hjem / "tjener" / "sokkel")
    assert sokkel is not None
    pid = int((hjem / "postgres" / "postmaster.pid").read_text("utf-8").split()[0])
    os.kill(pid, 9)
    assert await_end(hjem)
    # Its guardian sees it within a tenth of a second.
    time.sleep(0.5)
    laa_der = sokkel.is_dir()
    svar = ask(open_server(hjem, naade=0))
    kill(bruker)
    assert (laa_der, svar) == (True, "postgres")
    assert remembered(hjem / "tjener" / "sokkel") == sokkel


@pytest.mark.fault("together", "around")
def test_many_at_once_share_one_server(hjem: Path) -> None:
    brukere = [hold(lambda: ask(open_server(hjem, naade=0))) for _ in range(3)]
    url = open_server(hjem, naade=0)
    for pid in brukere:
        kill(pid)
    time.sleep(0.5)
    assert ask(url) == "postgres"


def test_who_waits_is_told_on_what_and_does_not_wait_for_ever(
    hjem: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(locks, "SI_FRA", 0.1)
    monkeypatch.setattr(locks, "GI_OPP", 0.3)
    with (
        os.fdopen(locks.open_lock(hjem / "tjener" / "start")) as annen,
        pytest.raises(EmbeddedServerStopped, match="en annen prosess som starter databasen"),
    ):
        locks.take(annen.fileno(), fcntl.LOCK_EX, "ingen", hjem)
        open_server(hjem, naade=0)
    assert "Venter på en annen prosess som starter databasen" in caplog.text
    assert ask(open_server(hjem, naade=0)) == "postgres"


def test_the_machines_locale_and_settings_of_libpq_do_not_matter(
    hjem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for navn in ("LANG", "LC_ALL"):
        monkeypatch.setenv(navn, "nb_NO.UTF-8")
    libpq = {"PORT": "6000", "USER": "kari", "DATA": "/x", "HOSTADDR": "127.0.0.1"}
    libpq |= {"SERVICE": "kari", "SSLMODE": "verify-full", "REQUIREPEER": "kari"}
    libpq |= {"REQUIREAUTH": "scram-sha-256", "TARGETSESSIONATTRS": "standby"}
    libpq |= {"CHANNELBINDING": "require", "CLIENTENCODING": "SQL_ASCII"}
    libpq |= {"OPTIONS": "-c log_min_error_statement=error"}
    monkeypatch.setenv("PATH", "/x")
    for navn, verdi in libpq.items():
        monkeypatch.setenv(f"PG{navn}", verdi)
    url = open_server(hjem, naade=0)
    spoer = "select current_setting('client_encoding') || current_setting(%s)"
    engine = sa.create_engine(sqlalchemy_url(url))
    with engine.connect() as con, temporary_database(url, "egen") as egen:
        svar = con.exec_driver_sql(spoer, ("log_min_error_statement",)).scalar_one()
        with dbapi.connect(egen) as adbc, adbc.cursor() as cursor:
            cursor.execute("select 'æ' || current_database()")
            assert cursor.fetchone() == ("æegen",)
    engine.dispose()
    assert svar == "UTF8panic"
    assert ask(url, "select datlocale from pg_database where datname = 'postgres'") == "C.UTF-8"


def test_a_socket_folder_that_is_somebody_elses_is_not_used(hjem: Path, tmp_path: Path) -> None:
    aapen = tmp_path / "aapen"
    aapen.mkdir(mode=0o755)
    husket = hjem / "tjener" / "sokkel"
    husket.write_text(f"{aapen}\n{husket.parent.stat().st_ino}\n", "utf-8")
    assert socket_folder(hjem) == aapen
    open_server(hjem, naade=0)
    assert socket_folder(hjem) != aapen
    socket_folder(hjem).chmod(0o755)
    with pytest.raises(EmbeddedServerStopped, match="kan åpnes av andre"):
        open_server(hjem, naade=0)


def test_a_copy_of_a_home_has_a_server_of_its_own(hjem: Path, rot: Path) -> None:
    kopi = rot / "kopi"
    subprocess.run([shutil.which("cp") or "cp", "-r", hjem, kopi], check=True)  # noqa: S603
    assert open_server(kopi, naade=0) != open_server(hjem, naade=0)
    assert ask(open_server(kopi)) == ask(open_server(hjem)) == "postgres"
    close_server(kopi)


@as_root
def test_the_programs_are_copied_for_a_user_that_cannot_get_at_them(
    rot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs, "KOPIER", rot / "programmer")
    monkeypatch.setattr(programs, "installed", lambda: hidden)
    hidden = rot / "lukket" / programs.HJUL / programs.INSTALLASJON / "bin"
    (rot / "lukket").mkdir(mode=0o700)
    for navn in (programs.HJUL, f"{programs.HJUL}.libs"):
        kilde = programmer_in_wheel().parents[2] / navn
        if kilde.exists():
            (rot / "lukket" / navn).symlink_to(kilde)
    rot.chmod(0o711)
    nobody = Bruker(NOBODY, NOBODY, bytt=True, kobler_til=())
    kan_kjoeres = programs.programs(nobody)
    assert programs.programs(nobody) == kan_kjoeres
    rot.chmod(0o700)
    assert kan_kjoeres.is_relative_to(rot / "programmer")


@pytest.mark.fault("disk", "around")
def test_a_full_disk_at_the_first_start_is_one_line(rot: Path) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    hjem = rot / "full"
    svar = answer(lambda: open_server(hjem, naade=0), foerst=full)
    assert svar.startswith("EmbeddedServerStopped: Den innebygde databasen kan ikke brukes")
    assert "\n" not in svar
    assert not list(hjem.glob("postgres*"))


@as_root
def test_a_user_without_a_name_or_without_the_home_is_told_in_one_line(
    rot: Path, hjem: Path
) -> None:
    rot.chmod(0o711)
    navnloes = rot / "navnloes"
    navnloes.mkdir()
    os.chown(navnloes, WITHOUT_NAME, WITHOUT_NAME)
    svar = answer(lambda: open_server(navnloes), WITHOUT_NAME)
    assert "EmbeddedServerStopped" in svar
    assert f"brukernummer {WITHOUT_NAME} har ikke noe navn" in svar
    assert "EmbeddedServerStopped" in answer(lambda: open_server(rot / "ny"), NOBODY)
    rot.chmod(0o700)
    assert "EmbeddedServerStopped" in answer(lambda: open_server(hjem), NOBODY)


def test_a_folder_of_another_postgresql_and_a_damaged_one_are_told_apart(hjem: Path) -> None:
    fil = hjem / "postgres" / "PG_VERSION"
    rett = fil.read_bytes()
    for staar, sagt in ((b"12\n", "PostgreSQL 12, og her"), (b"", "skadet"), (b"\xff", "skadet")):
        fil.write_bytes(staar)
        with pytest.raises(EmbeddedServerStopped, match=sagt):
            open_server(hjem, naade=0)
    fil.write_bytes(rett)
