"""What others have put in a home leads nobody astray, and those who come at once wait in turn."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.engine.database.prosess import NOBODY, ROOT, answer, kill
from tests.vigo import MAIN
from vigo_pipeline.engine.database.embedded.errors import EmbeddedServerStopped
from vigo_pipeline.engine.database.embedded.server import close_server, open_server
from vigo_pipeline.engine.database.embedded.socket_folder import remembered

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(not ROOT, reason="only root can be led astray by somebody else")


@pytest.fixture
def hjem() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="vigo-") as mappe:
        hjem = Path(mappe) / "hjem"
        yield hjem
        close_server(hjem)


def ask(hjem: Path) -> str:
    with psycopg.connect(open_server(hjem, naade=0)) as con:
        return str(con.execute("select current_user").fetchall()[0][0])


def at_once(hjem: Path, antall: int) -> list[str]:
    with ThreadPoolExecutor(antall) as traader:
        return list(traader.map(lambda _: answer(lambda: ask(hjem)), range(antall)))


@as_root
def test_root_writes_nothing_in_a_home_that_others_own_or_can_write_in(hjem: Path) -> None:
    offer = hjem.parent / "offer"
    hjem.mkdir()
    tjener = hjem / "tjener"
    tjener.mkdir()
    (tjener / "sokkel").write_text(f"{offer}\n{tjener.stat().st_ino}\n", "utf-8")
    for sti in (hjem, tjener, tjener / "sokkel"):
        os.chown(sti, NOBODY, NOBODY)
    with pytest.raises(EmbeddedServerStopped, match=f"eies av brukernummer {NOBODY}"):
        open_server(hjem)
    os.chown(hjem, 0, 0)
    hjem.chmod(0o777)
    with pytest.raises(EmbeddedServerStopped, match="andre enn root kan skrive"):
        open_server(hjem)
    hjem.chmod(0o755)
    with pytest.raises(EmbeddedServerStopped, match="ikke en mappe du eier"):
        open_server(hjem)
    assert not offer.exists()
    assert sorted(p.name for p in hjem.rglob("*")) == ["sokkel", "tjener"]


@as_root
def test_who_is_refused_leaves_nothing_in_somebody_elses_home(hjem: Path) -> None:
    hjem.mkdir()
    hjem.parent.chmod(0o711)
    hjem.chmod(0o777)
    assert "eies av brukernummer 0" in answer(lambda: open_server(hjem), NOBODY)
    assert not list(hjem.iterdir())


def test_a_link_in_the_place_of_the_servers_folder_is_not_followed(hjem: Path) -> None:
    offer = hjem.parent / "offer"
    offer.mkdir(mode=0o755)
    hjem.mkdir(mode=0o700)
    (hjem / "tjener").symlink_to(offer)
    with pytest.raises(EmbeddedServerStopped, match="ikke en mappe du eier"):
        open_server(hjem)
    assert not list(offer.iterdir())
    (hjem / "tjener").unlink()


def test_what_lies_in_the_place_of_files_is_not_waited_for_or_made(hjem: Path) -> None:
    assert ask(hjem) == "postgres"
    close_server(hjem)
    husket, offer = hjem / "tjener" / "sokkel", hjem.parent / "vigo-offer"
    husket.write_text(f"{offer}\n{husket.parent.stat().st_ino}\n", "utf-8")
    assert ask(hjem) == "postgres"
    assert not offer.exists()
    close_server(hjem)
    for sti in (husket, hjem / "postgres" / "postmaster.pid"):
        sti.unlink(missing_ok=True)
        os.mkfifo(sti)
    assert ask(hjem) == "postgres"
    assert stat.S_ISREG(husket.lstat().st_mode)
    close_server(hjem)
    logg = hjem / "postgres" / "log"
    logg.unlink()
    os.mkfifo(logg)
    with pytest.raises(EmbeddedServerStopped, match="kan ikke startes"):
        open_server(hjem, naade=0)


def test_those_who_come_at_once_to_a_new_home_and_to_a_stopped_one_all_get_in(hjem: Path) -> None:
    assert at_once(hjem, 3) == ["postgres"] * 3
    close_server(hjem)
    assert at_once(hjem, 5) == ["postgres"] * 5


@pytest.mark.fault("killed", "around")
def test_who_comes_after_one_killed_while_it_made_the_database_waits_for_initdb(hjem: Path) -> None:
    pid = os.fork()
    if not pid:
        try:
            open_server(hjem, naade=0)
        finally:
            os._exit(0)
    frist = time.monotonic() + 20
    while not (hjem / "postgres.ny" / "PG_VERSION").exists() and time.monotonic() < frist:
        time.sleep(0.01)
    kill(pid)
    assert not (hjem / "postgres").exists()
    assert at_once(hjem, 3) == ["postgres"] * 3
    assert not (hjem / "postgres.ny").exists()


@pytest.mark.parametrize(
    ("kode", "ut", "sagt"),
    [
        (1, "caught signal\n", ""),
        (1, "", "child process was terminated by signal 2: Interrupt\n"),
        (-signal.SIGINT, "", ""),
    ],
)
def test_an_interruption_that_only_initdb_hears_is_no_full_disk(
    hjem: Path, kode: int, ut: str, sagt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    svar, run = subprocess.CompletedProcess([], kode, ut, sagt), subprocess.run

    def told(hva: list[str | Path], **valg: Any) -> Any:
        return svar if Path(hva[0]).name == "initdb" and "-D" in hva else run(hva, **valg)

    monkeypatch.setattr(subprocess, "run", told)
    with pytest.raises(KeyboardInterrupt):
        open_server(hjem)
    assert not (hjem / "postgres.ny").exists()


def test_an_interruption_while_the_database_is_made_is_told_as_one(hjem: Path) -> None:
    # Where the tests themselves do not hear Ctrl-C, what they start would not either.
    hoerer = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    kode = f"{hoerer}; {MAIN}"
    ord_ = ["kjoer", "oktober", "--skoleaar", "2025-2026", "--runde", "endelig"]
    prosess = subprocess.Popen(  # noqa: S603 -- our own command
        [sys.executable, "-c", kode, *ord_],
        env={**os.environ, "VIGO_HOME": str(hjem), "VIGO_DATABASE_URL": ""},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    frist = time.monotonic() + 30
    while not (hjem / "postgres.ny" / "PG_VERSION").exists() and time.monotonic() < frist:
        time.sleep(0.01)
    os.killpg(prosess.pid, signal.SIGINT)
    _, sagt = prosess.communicate(timeout=60)
    assert prosess.returncode == 130, sagt
    assert sagt.splitlines()[-1].startswith("Avbrutt. Det som var ferdig, står.")
    assert "disken" not in sagt and not (hjem / "postgres").exists()


def test_the_socket_folder_of_a_server_that_was_killed_is_removed(hjem: Path) -> None:
    assert ask(hjem) == "postgres"
    sokkel = remembered(hjem / "tjener" / "sokkel")
    assert sokkel is not None
    os.kill(int((hjem / "postgres" / "postmaster.pid").read_text("utf-8").split()[0]), 9)
    # As long as somebody uses it, the next server may be starting there.
    close_server(hjem)
    frist = time.monotonic() + 20
    while sokkel.exists() and time.monotonic() < frist:
        time.sleep(0.05)
    assert not sokkel.exists()
