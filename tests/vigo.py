"""``vigo`` in a process of its own, as whoever writes the words starts it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MAIN = "from vigo_pipeline.cli import main; main()"
VIGO = (sys.executable, "-c", MAIN)


def environment(**egne: str) -> dict[str, str]:
    """Return what is set here and where the code is, with what is a process's own."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **egne}


def run(*ord_: str, program: str = MAIN, **valg: Any) -> subprocess.CompletedProcess[Any]:
    """Run a command to its end; what it says is text, where ``encoding`` is not None.

    Args:
        ord_: its words.
        program: what is run in its place, with the same words.
        valg: as ``subprocess.run`` takes them.
    """
    faste = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    kommando = [sys.executable, "-c", program, *ord_]
    return subprocess.run(kommando, check=False, **{"env": environment(), **faste, **valg})  # noqa: S603
