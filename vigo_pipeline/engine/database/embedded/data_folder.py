"""The data folder: made whole or not at all; its server needs nothing of what lies above it."""

import contextlib
import logging
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vigo_pipeline.engine import refused
from vigo_pipeline.engine.database.embedded import configuration
from vigo_pipeline.engine.database.embedded.errors import no_server
from vigo_pipeline.engine.database.embedded.programs import MILJOE, VERSJON
from vigo_pipeline.engine.database.embedded.user import Bruker

LOGG = logging.getLogger(__name__)
SERVERENS_LOGG = "log"
TILSTAND = "postmaster.pid"
# What initdb says when it, or the server that it runs, is told to end.
AVBRUTT = re.compile(r"caught signal|terminated by signal (2|15)\b")
# Sorting and letters are PostgreSQL's own, not those of a locale that the machine may lack.
INITDB = (
    "--username=postgres",
    "--auth=peer",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def path_for(bruker: Bruker, data: Path, fd: int) -> str:
    """Return what the server calls its data folder.

    Another user than the one who starts it may not come through the folders above, which are not
    ours to open: it then gets the folder itself, as a descriptor that it inherits.
    """
    return f"/proc/self/fd/{fd}" if bruker.bytt else str(data)


@contextmanager
def opened(data: Path, flagg: int = 0) -> Iterator[int]:
    """Yield a descriptor of the data folder that a child can inherit."""
    fd = os.open(data, os.O_RDONLY | os.O_DIRECTORY | flagg)
    try:
        yield fd
    finally:
        os.close(fd)


def ensure_made(data: Path, programmer: Path, bruker: Bruker, start: int) -> None:
    """Make the database when there is none; one that was never finished is set aside.

    ``start``: the lock that is held; initdb holds it too, should the one who started it be killed.

    Raises:
        EmbeddedServerStopped: it cannot be made, or is of another version of PostgreSQL.
    """
    if _is_whole(data):
        _demand_version(data)
        _adopt(data, bruker)
        return
    ny = data.with_name(data.name + ".ny")
    try:
        _set_aside(data)
        _remove(ny)
        _make(ny, programmer, bruker, start)
        if data.exists():
            data.rmdir()
        ny.rename(data)
        with opened(data.parent) as mappe:
            os.fsync(mappe)
    except OSError as feil:
        shutil.rmtree(ny, ignore_errors=True)
        raise no_server(
            f"{data} kan ikke lages ({refused.reason(feil)})",
            "Velg en mappe på en lokal disk med plass til databasen med VIGO_HOME",
        ) from None


def _set_aside(data: Path) -> None:
    if data.exists() and any(data.iterdir()):
        ved_siden = _free_name(data)
        data.rename(ved_siden)
        LOGG.warning("%s ble aldri ferdig laget; den er flyttet til %s.", data, ved_siden)


def _make(ny: Path, programmer: Path, bruker: Bruker, start: int) -> None:
    ny.mkdir(mode=0o700)
    with opened(ny, os.O_NOFOLLOW) as fd:
        os.fchmod(fd, 0o700)
        if bruker.bytt:
            os.fchown(fd, bruker.uid, bruker.gid)
        svar = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 -- a program of ours
            [programmer / "initdb", "-D", path_for(bruker, ny, fd), *INITDB],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=MILJOE,
            pass_fds=(fd, start),
            **bruker.options(),
        )
    if svar.returncode:
        _remove(ny)
        # A Ctrl-C is for every process of the terminal, and initdb may be the first to end.
        ended = svar.returncode in {-signal.SIGINT, -signal.SIGTERM}
        if ended or AVBRUTT.search(f"{svar.stdout}{svar.stderr}"):
            raise KeyboardInterrupt
        raise no_server(
            f"{ny} kan ikke lages ({reason(svar.stderr)})",
            "Sjekk at disken har plass (om lag 50 MB) og er lokal, eller velg en annen mappe "
            "med VIGO_HOME",
        )


def reason(utskrift: str) -> str:
    r"""Return the line that says why PostgreSQL stopped.

    >>> reason("LOG:  starting\nFATAL:  no space left\nLOG:  shut down\n")
    'no space left'
    """
    linjer = [linje.strip() for linje in utskrift.splitlines() if linje.strip()]
    for merke in ("FATAL:", "PANIC:", "error:"):
        for linje in linjer:
            if merke in linje:
                return refused.in_bokmaal(linje.split(merke, 1)[1].strip())
    return refused.in_bokmaal(linjer[-1]) if linjer else "ingen forklaring"


def _is_whole(data: Path) -> bool:
    """Return whether initdb was done: a log was begun after it, or the last database is there."""
    if not (data / "PG_VERSION").exists() or not (data / "global" / "pg_control").exists():
        return False
    return (data / SERVERENS_LOGG).exists() or (data / "base" / "5" / "PG_VERSION").exists()


def _demand_version(data: Path) -> None:
    versjon = (data / "PG_VERSION").read_text("utf-8", "replace").strip()
    if not versjon.isdecimal():
        raise no_server(
            f"{data} er skadet: {data / 'PG_VERSION'} sier ikke hvilken PostgreSQL den er av",
            "Hent hjemmet fra en sikkerhetskopi",
        )
    if versjon != VERSJON:
        raise no_server(
            f"{data} er laget av PostgreSQL {versjon}, og her er {VERSJON}",
            "Velg en annen mappe med VIGO_HOME",
        )


def _adopt(data: Path, bruker: Bruker) -> None:
    """Give the server's user a copy of a home that root owns since root copied it."""
    if bruker.bytt and data.stat().st_uid == 0:
        data.chmod(0o700)
        # A folder after what is in it: nothing is handed over on a path that another can change.
        for sti in [*sorted(data.rglob("*"), reverse=True), data]:
            os.chown(sti, bruker.uid, bruker.gid, follow_symlinks=False)


def _remove(mappe: Path) -> None:
    if mappe.is_symlink():
        mappe.unlink()
    elif mappe.exists():
        shutil.rmtree(mappe)


def _free_name(data: Path) -> Path:
    nr = 1
    while (sti := data.with_name(f"{data.name}.ufullstendig{nr}")).exists():
        nr += 1
    return sti


def prepare(fd: int, bruker: Bruker) -> None:
    """Write who may connect, and clear what a server that is gone left; nobody runs it now."""
    end_earlier(fd)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(TILSTAND, dir_fd=fd)
    _write(fd, "pg_hba.conf", configuration.HBA, bruker)
    _write(fd, "pg_ident.conf", configuration.ident(bruker.kobler_til), bruker)


def _write(mappe: int, navn: str, innhold: str, bruker: Bruker) -> None:
    del_ = f"{navn}.del"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(del_, dir_fd=mappe)
    flagg = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    fil = os.open(del_, flagg, 0o600, dir_fd=mappe)
    try:
        if bruker.bytt:
            os.fchown(fil, bruker.uid, bruker.gid)
        os.write(fil, innhold.encode())
        os.fsync(fil)
    finally:
        os.close(fil)
    os.rename(del_, navn, src_dir_fd=mappe, dst_dir_fd=mappe)


def open_log(mappe: int, bruker: Bruker) -> int:
    """Return a descriptor at the end of the server's log."""
    flagg = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    fil = os.open(SERVERENS_LOGG, flagg, 0o600, dir_fd=mappe)
    if not stat.S_ISREG(os.fstat(fil).st_mode):
        os.close(fil)
        raise no_server(
            f"{SERVERENS_LOGG} i mappa til databasen er ingen vanlig fil",
            "Se hva den er, og flytt den bort; den lages på nytt",
        )
    os.fchmod(fil, 0o600)
    if bruker.bytt:
        os.fchown(fil, bruker.uid, bruker.gid)
    return fil


def end_earlier(fd: int) -> None:
    """Stop a server on these data that an earlier version started, which holds no lock of ours.

    It is one only when the process is a ``postgres`` that stands in this very folder. A number
    that has passed to another process is left alone.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        tilstand = os.open(TILSTAND, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=fd)
        with os.fdopen(tilstand, "rb") as fil:
            pid = int(fil.readline(20))
        if sys.platform == "linux" and pid > 1:
            # The descriptor stays this process's, also if its number is given to another.
            prosess = os.pidfd_open(pid)
            try:
                if is_server(pid, fd):
                    signal.pidfd_send_signal(prosess, signal.SIGINT)
                    _await_end(prosess)
            finally:
                os.close(prosess)


def is_server(pid: int, fd: int) -> bool:
    """Return whether a process is a ``postgres`` whose folder is the one of the descriptor."""
    prosess = Path("/proc") / str(pid)
    if (prosess / "comm").read_text("utf-8").strip() != "postgres":
        return False
    return os.path.samestat((prosess / "cwd").stat(), os.fstat(fd))


def _await_end(prosess: int) -> None:
    import select  # noqa: PLC0415 -- only for a home of an earlier version

    select.select([prosess], [], [], 60)
