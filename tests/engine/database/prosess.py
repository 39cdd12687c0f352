"""Do something in a process of its own, as another user too, and hear how it went."""

import os
import pickle
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = os.geteuid() == 0
NOBODY = 65534
WITHOUT_NAME = 4711
# The interpreter of the tests may lie where only its owner comes.
COMMON_PYTHON = shutil.which("python3", path="/usr/bin:/usr/local/bin")


def answer(
    arbeid: Callable[[], str], uid: int | None = None, foerst: Callable[[], object] = str
) -> str:
    """Return what the work answers in a forked process, or the kind and text of its exception."""
    les, skriv = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            foerst()
            if uid is not None:
                _become(uid)
            svar = arbeid()
        except BaseException as feil:  # noqa: BLE001 -- it is told to the parent
            svar = f"{type(feil).__name__}: {feil}"
        os.write(skriv, pickle.dumps(svar))
        os._exit(0)
    os.close(skriv)
    with os.fdopen(les, "rb") as fil:
        svar = str(pickle.load(fil))  # noqa: S301 -- our own child wrote it
    os.waitpid(pid, 0)
    return svar


def _become(uid: int) -> None:
    os.setgroups([])
    os.setgid(uid)
    os.setuid(uid)
    sys.executable = COMMON_PYTHON or sys.executable


def hold(arbeid: Callable[[], object], uid: int | None = None) -> int:
    """Return the number of a process that has done the work, and waits to be killed."""
    les, skriv = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            if uid is not None:
                _become(uid)
            arbeid()
            os.write(skriv, b".")
            signal.pause()
        finally:
            # Or it would go on as a second process of the tests.
            os._exit(1)
    os.close(skriv)
    assert os.read(les, 1) == b"."
    os.close(les)
    return pid


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def parent_of(pid: int) -> int:
    linjer = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return int(next(linje for linje in linjer if linje.startswith("PPid:")).split()[1])
