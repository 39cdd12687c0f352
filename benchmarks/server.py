"""The embedded database server, kept running for a while and followed from outside."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from vigo_pipeline.engine.database.server import database_url
from vigo_pipeline.engine.settings import Innstillinger


@dataclass
class Tjener:
    """A running server: CPU seconds so far, and its own memory at the most since last asked."""

    prosess: psutil.Process
    minne: int = 0

    def cpu(self) -> float:
        """Return the CPU seconds of the server and its processes, those that have ended too."""
        while True:
            barn = self.prosess.children()
            try:
                deres = sum(sum(b.cpu_times()[:2]) for b in barn)
            except psutil.NoSuchProcess:
                continue
            egen = self.prosess.cpu_times()
            # One that ends while we look is counted twice, or not at all.
            if self.prosess.children() == barn:
                return float(sum(egen[:4]) + deres)

    def look(self) -> None:
        """Note how much memory the server holds; shared buffers count once."""
        sum_ = 0
        for p in [self.prosess, *self.prosess.children()]:
            try:
                sum_ += p.memory_full_info().pss
            except psutil.Error:  # it ended while we looked
                continue
        self.minne = max(self.minne, sum_)


@contextmanager
def serve(hjem: Path) -> Iterator[Tjener]:
    """Keep an installation's embedded server running, and stop it afterwards."""
    kommando = [sys.executable, "-m", "benchmarks.server", str(hjem)]
    with subprocess.Popen(kommando, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:  # noqa: S603
        pid = int(holder.stdout.readline()) if holder.stdout else 0
        tjener, ferdig = Tjener(psutil.Process(pid)), threading.Event()

        def follow() -> None:
            while not ferdig.wait(0.2):
                tjener.look()

        traad = threading.Thread(target=follow)
        traad.start()
        try:
            yield tjener
        finally:
            ferdig.set()
            traad.join()
            holder.communicate(b"")


def main() -> None:
    """Start the server, say its process number, and hold it until standard input is closed."""
    hjem = Path(sys.argv[1])
    database_url(Innstillinger(hjem=hjem, inn=hjem))
    pid = (hjem / "postgres" / "postmaster.pid").read_text("utf-8").split()[0]
    print(pid, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
