"""`make dev` ends everything it has started, however it is told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.porter import free_port

pytestmark = pytest.mark.slow(10)

# In Dagster's place: a page, and a process beside it that hears no signal but the last.
FALSK = """
import http.server, os, signal, sys
if os.fork() == 0:
    for nr in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(nr, signal.SIG_IGN)
    while True:
        signal.pause()
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(sys.argv[2].encode())
    do_POST = do_GET
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
"""
# What it says of the code, when that has loaded.
LASTET = {
    "name": "vigo",
    "loadStatus": "LOADED",
    "locationOrLoadError": {},
}
SVAR = json.dumps({"data": {"workspaceOrError": {"locationEntries": [LASTET]}}})
# A pipeline that Dagster itself does not take.
FEIL = """
import dagster as dg
defs = dg.Definitions(assets=[dg.AssetSpec("a", tags={"vigo/mottaker_Lånekassen": ""})])
"""
# As a script's background job: Ctrl-C is ignored until somebody says otherwise.
KOMMANDO = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
import importlib
from vigo_pipeline.maintain import app
dev = importlib.import_module("vigo_pipeline.maintain.dev")
dev.SLUTTID = (0.5, 0.5, 5.0)
dev.start = lambda port, logg: subprocess.Popen(
    [sys.executable, "-c", sys.argv[2], str(port), sys.argv[3]], start_new_session=True,
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
app(["dev", "--port", sys.argv[1]])
"""


@pytest.mark.fault("killed", "around")
@pytest.mark.parametrize("nr", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name)
def test_the_address_comes_last_and_a_signal_ends_every_process(
    nr: signal.Signals, tmp_path: Path
) -> None:
    port = str(free_port())
    miljoe = {**os.environ, "DAGSTER_HOME": str(tmp_path), "VIGO_HOME": str(tmp_path / "vigo")}
    kommando = [sys.executable, "-c", KOMMANDO, port, FALSK, SVAR]
    with subprocess.Popen(  # noqa: S603 -- our own command
        kommando, env=miljoe, stdout=subprocess.PIPE, text=True
    ) as prosess:
        assert prosess.stdout
        linjer = [prosess.stdout.readline() for _ in range(4)]
        alle = psutil.Process(prosess.pid).children(recursive=True)
        prosess.send_signal(nr)
        assert prosess.wait(60) == 0
    assert f"http://127.0.0.1:{port}" in linjer[-1]
    assert len(alle) == 2
    slutt = time.monotonic() + 10
    while any(map(lives, alle)) and time.monotonic() < slutt:
        time.sleep(0.1)
    assert not [p for p in alle if lives(p)]


@pytest.mark.slow(40)
def test_code_that_does_not_load_is_told_in_a_line_with_where_to_look(tmp_path: Path) -> None:
    (tmp_path / "odelagt.py").write_text(FEIL, "utf-8")
    (tmp_path / "workspace.yaml").write_text("load_from: [{python_file: odelagt.py}]\n", "utf-8")
    miljoe = {**os.environ, "DAGSTER_HOME": str(tmp_path), "VIGO_HOME": str(tmp_path / "vigo")}
    rot = str(Path(__file__).parents[2])
    kommando = [sys.executable, "-c", "from vigo_pipeline.maintain import app; app()", "dev"]
    with subprocess.Popen(  # noqa: S603 -- our own command
        [*kommando, "--port", str(free_port())],
        env={**miljoe, "PYTHONPATH": rot},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as prosess:
        assert prosess.stdout
        linjer = [prosess.stdout.readline() for _ in range(4)]
        prosess.send_signal(signal.SIGINT)
        assert prosess.wait(60) == 0
    assert linjer[2].startswith("Dagster fikk ikke lastet odelagt.py: ")
    assert "vigo/mottaker_Lånekassen" in linjer[2]
    assert f"{tmp_path / 'dev.log'}" in linjer[2]
    assert not [linje for linje in linjer if "Porten" in linje]


def lives(prosess: psutil.Process) -> bool:
    return prosess.is_running() and prosess.status() != psutil.STATUS_ZOMBIE


@pytest.mark.slow(15)
def test_make_dev_makes_the_homes_dagster_and_says_that_its_port_is_taken(tmp_path: Path) -> None:
    hjem = tmp_path / "vigo"
    # Files lie there already: none are made.
    (hjem / "inn" / "innrapportering" / "2025-2026" / "1-levering").mkdir(parents=True)
    with taken_port() as port:
        # The environment is there: nothing is installed on account of it.
        valg = ["-o", ".venv/.stamp", f'BIN="{Path(sys.executable).parent}"', f"PORT={port}"]
        svar = ran(["make", "dev", *valg, f"VIGO_HOME={hjem}"], {**os.environ})
    assert svar.returncode == 2
    assert f"Port {port} er opptatt. Velg en annen: make dev PORT={port + 1}" in svar.stderr
    assert (hjem / "dagster" / "dagster.yaml").exists()


def test_what_is_served_on_a_taken_port_says_so_and_starts_nothing(tmp_path: Path) -> None:
    miljoe = {**os.environ, "DAGSTER_HOME": str(tmp_path), "VIGO_HOME": str(tmp_path / "vigo")}
    with taken_port() as port:
        for modul, ord_ in (("maintain", ["dev"]), ("cli", ["sjekk", "--nett"])):
            kode = f"from vigo_pipeline.{modul} import main; main()"
            svar = ran([sys.executable, "-c", kode, *ord_, "--port", str(port)], miljoe)
            assert (svar.returncode, svar.stdout) == (2, "")
            assert f"Port {port} er opptatt. Velg en annen: " in svar.stderr
            assert svar.stderr.endswith(f"{port + 1}\n")
    assert not [*tmp_path.iterdir()]


@contextmanager
def taken_port() -> Iterator[int]:
    with socket.socket() as opptatt:
        opptatt.bind(("127.0.0.1", 0))
        opptatt.listen()
        yield opptatt.getsockname()[1]


def ran(kommando: list[str], miljoe: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- our own Makefile and commands
        kommando,
        cwd=Path(__file__).parents[2],
        env=miljoe,
        capture_output=True,
        text=True,
        check=False,
    )
