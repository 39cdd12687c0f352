"""Run a piece of work in a process of its own: seconds, CPU seconds and peak memory."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.server import Tjener


@dataclass(frozen=True)
class Maaling:
    """One run. Seconds of wall clock and CPU, bytes of memory; ``svar`` is what the work said.

    ``tjener_*``: what the database server used meanwhile, beside the rest.
    """

    vegg: float
    cpu: float
    minne: int
    svar: dict[str, Any]
    tjener_cpu: float = 0.0
    tjener_minne: int = 0


@dataclass
class Maalinger:
    """Every run, by name. ``tjener`` is the database server that runs now."""

    alle: dict[str, list[Maaling]] = field(default_factory=dict)
    tjener: Tjener | None = None

    def take(self, navn: str, modul: str, *args: object) -> Maaling:
        """Run a module, and keep what it cost under a name."""
        foer = 0.0
        if self.tjener:
            self.tjener.minne, foer = 0, self.tjener.cpu()
        maaling = run(modul, *args)
        if self.tjener:
            bruk = self.tjener.cpu() - foer
            maaling = replace(maaling, tjener_cpu=bruk, tjener_minne=self.tjener.minne)
        self.alle.setdefault(navn, []).append(maaling)
        print(f"{navn}: {maaling.vegg:.1f} s", file=sys.stderr)
        return maaling

    def middle(self, navn: str) -> Maaling:
        """Return the run with the median wall clock (of two the slower), and the highest memory."""
        maalinger = self.alle[navn]
        midt = sorted(maalinger, key=lambda m: m.vegg)[len(maalinger) // 2]
        return replace(midt, minne=max(m.minne for m in maalinger))


@dataclass
class Klokke:
    """Seconds per named step, added up; a step inside another counts in its own place only."""

    trinn: dict[str, float] = field(default_factory=dict)
    inni: float = 0.0

    @contextmanager
    def take(self, navn: str) -> Iterator[None]:
        """Add the time of the block to a step."""
        start, ytre, self.inni = time.perf_counter(), self.inni, 0.0
        yield
        brukt = time.perf_counter() - start
        self.trinn[navn] = self.trinn.get(navn, 0.0) + brukt - self.inni
        self.inni = ytre + brukt

    def wrap(self, eier: object, funksjon: str, navn: str) -> None:
        """Replace a function of a module or a class by one that is timed."""
        setattr(eier, funksjon, self.timed(getattr(eier, funksjon), navn))

    def timed(self, funksjon: Callable[..., object], navn: str) -> Callable[..., object]:
        """Return a function that is timed."""

        def timed(*args: object, **kwargs: object) -> object:
            with self.take(navn):
                return funksjon(*args, **kwargs)

        return timed


def report(svar: Mapping[str, object]) -> None:
    """Say what a piece of work came to: the last line that its process prints."""
    print(json.dumps(svar))


def run(modul: str, *args: object) -> Maaling:
    """Run ``python -m benchmarks.<modul>`` and return what it cost, its start-up included.

    Raises:
        subprocess.CalledProcessError: it failed; what it said is already printed.
    """
    maaling, ut = spent(
        [sys.executable, "-W", "ignore", "-m", f"benchmarks.{modul}", *map(str, args)]
    )
    return replace(maaling, svar=json.loads(ut.strip().splitlines()[-1]))


def spent(kommando: Sequence[str]) -> tuple[Maaling, str]:
    """Run a command, and return what it cost and what it wrote; raises as ``run`` does."""
    start = time.perf_counter()
    with subprocess.Popen(kommando, stdout=subprocess.PIPE, text=True) as prosess:  # noqa: S603
        ut = prosess.stdout.read() if prosess.stdout else ""
        # Unlike RUSAGE_CHILDREN, wait4 tells of this process alone.
        _, status, bruk = os.wait4(prosess.pid, 0)
        prosess.returncode = os.waitstatus_to_exitcode(status)
    vegg = time.perf_counter() - start
    if prosess.returncode:
        raise subprocess.CalledProcessError(prosess.returncode, kommando)
    return Maaling(vegg, bruk.ru_utime + bruk.ru_stime, bruk.ru_maxrss * 1024, {}), ut
