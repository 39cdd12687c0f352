"""The process that starts the embedded server, and stops it when nobody uses it any more.

A program of its own, of the standard library only: it must start at once, and outlive whoever
started it. Each user of the server holds a shared lock that the kernel gives back however the user
ends; when this process can take the lock alone, nobody is left. Should it die itself, the kernel
asks the server to stop.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

STEG = 0.1
STARTER = 0.02
STOPPER = 60.0
PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do the errand on the command line; the parent goes on when the server answers or is dead."""
    oppdrag = json.loads(sys.argv[1])
    if os.fork():
        # Not ``sys.exit``: the child has the same buffers.
        os._exit(0)
    server = _start(oppdrag)
    os.close(oppdrag["tjener"])
    svar = "klar" if _is_ready(server, oppdrag["data"]) else "stoppet"
    os.write(oppdrag["svar"], svar.encode())
    os.close(oppdrag["svar"])
    os.close(oppdrag["start"])
    sokkel = Path(oppdrag["sokkel"])
    stoppet = _guard(server, oppdrag["brukere"], oppdrag["naade"])
    # A server that died has users still, and the next one may be starting in the same folder.
    while not stoppet and _is_left(sokkel, server.pid):
        stoppet = _alone(oppdrag["brukere"])
        time.sleep(STEG)
    if stoppet:
        _remove(sokkel)


def _start(oppdrag: dict[str, Any]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 -- a program of ours
        oppdrag["kommando"],
        stdin=subprocess.DEVNULL,
        stdout=oppdrag["logg"],
        stderr=oppdrag["logg"],
        cwd="/",
        env=oppdrag["miljoe"],
        # The lock goes along: as long as a process of the server lives, it is held.
        pass_fds=(oppdrag["data"], oppdrag["tjener"]),
        preexec_fn=_die_with_parent,
        **oppdrag["bruker"],
    )


def _die_with_parent() -> None:
    os.umask(0o077)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def _is_ready(server: "subprocess.Popen[bytes]", data: int) -> bool:
    """Wait until the server says that it is ready, or has ended."""
    while server.poll() is None:
        try:
            flagg = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            fil = os.open("postmaster.pid", flagg, dir_fd=data)
        except OSError:
            time.sleep(STARTER)
            continue
        with os.fdopen(fil, "rb") as tilstand:
            linjer = tilstand.read().split(b"\n")
        if len(linjer) > 7 and linjer[7].strip() == b"ready":
            return True
        time.sleep(STARTER)
    return False


def _guard(server: "subprocess.Popen[bytes]", brukere: int, naade: float) -> bool:
    """Stop the server when nobody has used it for ``naade`` seconds; false when it died before."""
    alene_siden: float | None = None
    while server.poll() is None:
        time.sleep(STEG)
        if not _alone(brukere):
            alene_siden = None
            continue
        alene_siden = alene_siden or time.monotonic()
        if time.monotonic() - alene_siden >= naade:
            # The lock is kept until the server is down: who comes now waits, and starts it anew.
            _stop(server)
            return True
        fcntl.flock(brukere, fcntl.LOCK_UN)
    return False


def _alone(brukere: int) -> bool:
    try:
        fcntl.flock(brukere, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _stop(server: "subprocess.Popen[bytes]") -> None:
    """End what connections there are and stop; if that takes long, stop as at a power cut."""
    for signal_ in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(signal_)
        try:
            server.wait(STOPPER)
        except subprocess.TimeoutExpired:
            continue
        return


def _is_left(sokkel: Path, pid: int) -> bool:
    """Say whether the socket is still the dead server's: whoever starts the next clears it."""
    try:
        fd = os.open(sokkel / ".s.PGSQL.5432.lock", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(fd, "rb") as fil:
        return fil.read(20).split(b"\n")[0] == str(pid).encode()


def _remove(sokkel: Path) -> None:
    """Remove the folder of the socket, with what a server that was killed left there."""
    try:
        mappe = os.open(sokkel, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:  # gone
        return
    for navn in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(navn, dir_fd=mappe)
    os.close(mappe)
    with contextlib.suppress(OSError):  # not empty: nothing of ours
        sokkel.rmdir()


if __name__ == "__main__":
    main()
