"""A folder that stalls: a file system whose server answers nobody, as one over a network may."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

DETACH = 2


@contextmanager
def stalled(mappe: Path) -> Iterator[None]:
    """Let a folder answer nothing until the end, when what waits for it gets an error.

    Only who may mount can do it: for others the test is skipped.
    """
    system, sti = ctypes.CDLL(None, use_errno=True), os.fsencode(mappe)
    try:
        fuse = os.open("/dev/fuse", os.O_RDWR)
    except OSError as feil:
        pytest.skip(f"no file system can be made here: {feil.strerror}")
    with ExitStack() as slutt:
        valg = f"fd={fuse},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}"
        montert = system.mount(b"stille", sti, b"fuse", 0, valg.encode()) == 0
        if montert:
            slutt.callback(system.umount2, sti, DETACH)
        # Before the other, which would wait for an answer.
        slutt.callback(os.close, fuse)
        if not montert:
            pytest.skip(f"nothing can be mounted here: {os.strerror(ctypes.get_errno())}")
        yield
