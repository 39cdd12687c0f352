"""Dagster's own processes killed: the daemon, the webserver, and a code server with its run.

Before a release: ``DREPT=alle pytest tests/orchestration/test_prosesser.py``.
"""

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest
from dagster._grpc.client import DagsterGrpcClient

from tests.orchestration.conftest import Drift, Installer, dagster_base
from tests.orchestration.test_celery import (
    BIN,
    Klynge,
    await_code_server,
    code_server,
    write_workspace,
)
from tests.porter import free_port
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.verify import Utvalg, verify_all
from vigo_pipeline.orchestration.partitions import key_of

pytestmark = [
    pytest.mark.slow(60),
    pytest.mark.skipif(os.environ.get("DREPT") != "alle", reason="before a release: minutes"),
]

RUNDER = [Partisjon("2024-2025", r) for r in ("1-levering", "endelig")]
VENTER = 600.0
Start = Callable[[], subprocess.Popen[bytes]]


class Prosesser:
    """The processes of an installation, each of which may be killed and started again."""

    def __init__(self, klynge: Klynge, port: int) -> None:
        self.klynge, self.port, self.side = klynge, port, free_port()
        self.gaar: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, navn: str) -> None:
        arbeid = str(self.klynge.workspace)
        kommandoer = {
            "kode": code_server(self.port),
            "daemon": ("dagster-daemon", "run", "-w", arbeid),
            "side": ("dagster-webserver", "-w", arbeid, "-h", "127.0.0.1", "-p", str(self.side)),
        }
        self.gaar[navn] = self.klynge.start(navn, *kommandoer[navn])
        if navn == "kode":
            kode = DagsterGrpcClient(host="127.0.0.1", port=self.port)
            await_code_server(self.klynge, kode)

    def kill(self, navn: str) -> None:
        """End a process with all that it started, as a container or a machine does."""
        prosess = self.gaar.pop(navn)
        os.killpg(prosess.pid, signal.SIGKILL)
        prosess.wait()

    def until(self, ferdig: Callable[[], object]) -> None:
        slutt = time.monotonic() + VENTER
        while not ferdig():
            if time.monotonic() > slutt:
                pytest.fail(f"not in time\n{self.klynge.logs()[-6000:]}")
            time.sleep(0.5)

    def ask_for(self, partisjon: Partisjon) -> None:
        """Ask for a round; the daemon makes a run of it."""
        kommando = ("dagster", "job", "backfill", "-w", str(self.klynge.workspace), "-j", "oktober")
        valg = ("--partitions", str(key_of(partisjon)), "--noprompt")
        assert self.klynge.start("backfill", *kommando, *valg).wait(VENTER) == 0, self.klynge.logs()

    def last(self) -> dg.DagsterRun | None:
        return next(iter(self.klynge.drift.instance.get_runs(limit=1)), None)

    def await_last(self, nr: int, *status: dg.DagsterRunStatus) -> dg.DagsterRun:
        def there() -> bool:
            siste = self.last()
            return (
                self.klynge.drift.instance.get_runs_count() == nr
                and siste is not None
                and siste.status in status
            )

        self.until(there)
        siste = self.last()
        assert siste is not None
        return siste


@pytest.fixture(scope="module")
def prosesser(
    install: Installer, server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prosesser]:
    mappe = tmp_path_factory.mktemp("prosesser")
    with ExitStack() as stakk:
        drift: Drift = stakk.enter_context(install())
        env = stakk.enter_context(dagster_base(server, mappe / "dagster"))
        patch = stakk.enter_context(pytest.MonkeyPatch.context())
        for navn, verdi in (dict(drift.env) | env).items():
            patch.setenv(navn, verdi)
        patch.setenv("PATH", str(BIN), prepend=os.pathsep)
        hurry(mappe / "dagster" / "dagster.yaml")
        instance = stakk.enter_context(dg.DagsterInstance.from_config(env["DAGSTER_HOME"]))
        (mappe / "logger").mkdir()
        port = free_port()
        klynge = Klynge(
            replace(drift, instance=instance),
            dict(os.environ),
            mappe / "logger",
            mappe / "workspace.yaml",
        )
        write_workspace(klynge.workspace, port)
        alle = Prosesser(klynge, port)
        for runde in RUNDER:
            drift.drop(runde)
        stakk.callback(lambda: [alle.kill(navn) for navn in [*alle.gaar]])
        for navn in ("kode", "daemon", "side"):
            alle.start(navn)
        yield alle


def hurry(oppsett: Path) -> None:
    """Let runs be looked at, and asked for again, in seconds, not minutes."""
    tekst = oppsett.read_text("utf-8")
    for foer, etter in (
        ("run_monitoring:\n", "run_monitoring:\n  poll_interval_seconds: 2\n"),
        ("user_code_failure_retry_delay: 30", "user_code_failure_retry_delay: 5"),
    ):
        assert foer in tekst
        tekst = tekst.replace(foer, etter)
    oppsett.write_text(tekst, "utf-8")


BEGYNT, FERDIG = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.SUCCESS
FEILET = dg.DagsterRunStatus.FAILURE


@pytest.mark.fault("dagster", "around")
def test_a_run_is_done_once_whatever_is_killed_around_it(prosesser: Prosesser) -> None:
    """The daemon and the webserver in the middle of a run."""
    nr = prosesser.klynge.drift.instance.get_runs_count() + 1
    prosesser.ask_for(RUNDER[0])
    prosesser.await_last(nr, BEGYNT, FERDIG)
    for navn in ("daemon", "side"):
        prosesser.kill(navn)
        prosesser.start(navn)
    prosesser.await_last(nr, FERDIG)

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{prosesser.side}/server_info"):
                return True
        except OSError:
            return False

    prosesser.until(answers)


@pytest.mark.fault("dagster", "run")
def test_a_run_that_dies_with_its_code_server_is_ended_and_run_again(prosesser: Prosesser) -> None:
    nr = prosesser.klynge.drift.instance.get_runs_count()
    prosesser.ask_for(RUNDER[1])
    run = prosesser.await_last(nr + 1, BEGYNT)
    drift = prosesser.klynge.drift
    prosesser.until(
        lambda: any(
            e.dagster_event and e.dagster_event.is_step_start
            for e in drift.instance.all_logs(run.run_id)
        )
    )
    prosesser.kill("kode")
    prosesser.start("kode")
    prosesser.await_last(nr + 1, FEILET)
    prosesser.ask_for(RUNDER[1])
    prosesser.await_last(nr + 2, FERDIG)
    oppsett = Innstillinger(hjem=drift.hjem, inn=drift.hjem, database_url=drift.database)
    pipeline = Pipeline(Register.installed(), oppsett)
    proevd = verify_all(pipeline, Utvalg())
    pipeline.engine.dispose()
    assert (proevd.feil, proevd.antall) == ([], len(drift.published()))


@pytest.mark.fault("dagster", "around")
def test_what_is_asked_for_while_a_code_server_is_gone_is_run_when_it_is_back(
    prosesser: Prosesser,
) -> None:
    nr = prosesser.klynge.drift.instance.get_runs_count()
    prosesser.ask_for(RUNDER[0])
    prosesser.kill("kode")
    time.sleep(3)
    prosesser.start("kode")
    prosesser.await_last(nr + 1, FERDIG)
