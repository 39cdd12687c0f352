"""The command that runs Dagster on this machine, and ends all of it when it is told to.

What it says is in bokmål: `make dev` shows it to whoever tries the product.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from vigo_pipeline.engine.database.embedded.errors import EmbeddedServerStopped
from vigo_pipeline.engine.database.embedded.server import close_server
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.maintain.lastet import not_loaded
from vigo_pipeline.nett.port import demand_free

# How long Dagster may take to open its page, to load what it shows, and to end by itself after each
# of the signals.
STARTTID, LASTETID, SLUTTID = 300.0, 120.0, (20.0, 10.0, 10.0)
PORTEN = "assets/leveranser/ssbelev?view=checks&checkDetail=port"
SLUTT = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
# A Ctrl-C, a kill, and a terminal that was closed. A script's background job ignores the first
# until somebody says otherwise.
STOPP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stopped(Exception):
    """Somebody asked for the end."""


def dev(
    port: Annotated[int, typer.Option(help="The port of the page.", min=1, max=65535)] = 3000,
) -> None:
    """Run Dagster until Ctrl-C; what it says is in dev.log of DAGSTER_HOME."""
    # Else the Dagster of another home, which answers there, would be taken for this one.
    demand_free(port, "make dev PORT=")
    oppsett = Innstillinger.from_env(os.environ)
    logg = Path(os.environ.get("DAGSTER_HOME", oppsett.hjem / "dagster")) / "dev.log"
    typer.echo(f"Dagster starter. Det den sier, står i {logg}")
    _prepare(logg.parent)
    for nr in STOPP:
        signal.signal(nr, _stop)
    typer.echo(
        "Catalog viser alt som er laget, også av «make run»; Runs bare det Dagster har kjørt."
    )
    prosess = start(port, logg)
    kode = 0
    try:
        kode = _run(prosess, f"http://127.0.0.1:{port}", logg)
    except _Stopped:
        typer.echo("\nStopper Dagster og databasen.")
    finally:
        end(prosess)
        if not oppsett.database_url:
            # Somebody else, such as a run from the command line, may use it still.
            with suppress(EmbeddedServerStopped):
                close_server(oppsett.hjem)
    raise typer.Exit(kode)


def _prepare(mappe: Path) -> None:
    """Make Dagster's databases where there are none, while nobody else does, or say why not."""
    if "DAGSTER_HOME" not in os.environ or (mappe / "history" / "runs.db").exists():
        return
    svar = subprocess.run(  # noqa: S603 -- this interpreter and fixed arguments
        [sys.executable, "-m", "vigo_pipeline.orchestration.uten_kjoering", str(mappe)],
        check=False,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    if svar.returncode:
        typer.echo(svar.stderr.decode(errors="replace"), err=True)
        raise typer.Exit(2)


def start(port: int, logg: Path) -> subprocess.Popen[bytes]:
    """Start Dagster with its page on a port; what it says goes to a file."""
    with logg.open("wb") as ut:
        return subprocess.Popen(  # noqa: S603 -- this interpreter and fixed arguments
            [
                *(sys.executable, "-m", "dagster", "dev", "--workspace", "workspace.yaml"),
                *("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=ut,
            stderr=ut,
            start_new_session=True,
        )


def _stop(_: int, __: FrameType | None) -> None:
    # Once is enough: the end itself is not interrupted.
    for nr in STOPP:
        signal.signal(nr, signal.SIG_IGN)
    raise _Stopped


def _run(prosess: subprocess.Popen[bytes], adresse: str, logg: Path) -> int:
    """Say where the page is when it opens, and wait; return how Dagster ended by itself."""
    forelder = os.getppid()
    apnet = _wait(prosess, forelder, lambda: answers(f"{adresse}/server_info"), STARTTID)
    if prosess.poll() is None and apnet:
        _tell(_loaded(prosess, forelder, adresse), adresse, logg)
        _wait(prosess, forelder, lambda: False, float("inf"))
    kode = prosess.poll()
    slutt = logg.read_text("utf-8", "replace").splitlines()[-15:]
    hva = f"åpnet ikke på {STARTTID:.0f} sekunder" if kode is None else f"sluttet ({kode})"
    typer.echo("\n".join([*slutt, f"Dagster {hva}: {logg}"]), err=True)
    return 1


def _loaded(
    prosess: subprocess.Popen[bytes], forelder: int, adresse: str
) -> tuple[str, ...] | None:
    """Return what did not load, nothing when all did; None when nobody knows."""
    svar: list[list[str]] = []

    def ferdig() -> bool:
        svar.extend(s for s in (not_loaded(adresse),) if s is not None)
        return bool(svar)

    return tuple(svar[0]) if _wait(prosess, forelder, ferdig, LASTETID) else None


def _tell(feil: tuple[str, ...] | None, adresse: str, logg: Path) -> None:
    for en in feil or ():
        typer.echo(
            f"Dagster fikk ikke lastet {en} Ingenting kan vises eller kjøres der før det er "
            f"rettet; alt om feilen står i {logg} og under Deployment på {adresse}/locations",
            err=True,
        )
    if not feil:
        # The list of assets is by name, and long: this is what one has come to see.
        typer.echo(f"Porten til elevdataene: {adresse}/{PORTEN}")
    typer.echo(f"Dagster er på {adresse}  (Ctrl-C stopper)")


def _wait(
    prosess: subprocess.Popen[bytes], forelder: int, ferdig: Callable[[], bool], frist: float
) -> bool:
    """Wait for something while Dagster runs; say whether it came.

    Raises:
        _Stopped: who started this is gone, so nobody is there to stop it.
    """
    slutt = time.monotonic() + frist
    while prosess.poll() is None and time.monotonic() < slutt:
        if ferdig():
            return True
        if os.getppid() != forelder:
            raise _Stopped
        time.sleep(0.5)
    return False


def answers(adresse: str) -> bool:
    """Say whether a page on this machine opens."""
    try:
        with urllib.request.urlopen(adresse, timeout=5):  # noqa: S310 -- this machine, over http
            return True
    except (urllib.error.URLError, OSError):
        return False


def end(prosess: subprocess.Popen[bytes]) -> None:
    """End every process of Dagster: they are a group of their own."""
    for nr, frist in zip(SLUTT, SLUTTID, strict=True):
        if not _lives(prosess):
            return
        with suppress(ProcessLookupError):
            os.killpg(prosess.pid, nr)
        slutt = time.monotonic() + frist
        while _lives(prosess) and time.monotonic() < slutt:
            time.sleep(0.2)


def _lives(prosess: subprocess.Popen[bytes]) -> bool:
    prosess.poll()
    try:
        os.killpg(prosess.pid, 0)
    except ProcessLookupError:
        return False
    return True
