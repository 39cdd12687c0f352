"""What a round costs when nothing is new, and when one school is corrected: a warm process."""

import os
import time
from pathlib import Path
from sys import argv

import psutil
import psycopg

from benchmarks.measure import report
from benchmarks.server import Tjener
from vigo_pipeline.engine.database.server import owner_url
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import run_flow

FLYT, FORSINKET = "oktober", b"20251028"


def correct(inn: Path, partisjon: Partisjon) -> None:
    """Let a school in the middle of the list send its file once more, without one line."""
    filer = sorted(partisjon.under(inn / "inn").glob("*/*.txt"))
    fil = filer[len(filer) // 2]
    linjer = fil.read_bytes().split(b"\n")
    tof = linjer[0].split(b";")
    tof[2] = FORSINKET
    del linjer[next(n for n, linje in enumerate(linjer) if linje.startswith(b"$KL;"))]
    fil.write_bytes(b"\n".join([b";".join(tof), *linjer[1:]]))


def settle(oppsett: Innstillinger) -> None:
    """Do what a server does by itself within some minutes of a load, which is no run's work."""
    with psycopg.connect(owner_url(oppsett), autocommit=True) as con:
        con.execute("vacuum (analyze)")


def main() -> None:
    """Run a round, run it again, correct a school and run it once more."""
    partisjon, oppsett = Partisjon(argv[1], argv[2]), Innstillinger.from_env(os.environ)
    pipeline = Pipeline(Register.installed(), oppsett)
    pid = (oppsett.hjem / "postgres" / "postmaster.pid").read_text("utf-8").split()[0]
    tjener = Tjener(psutil.Process(int(pid)))
    svar = {}
    for navn in ("full", "again", "school"):
        if navn == "school":
            correct(oppsett.inn, partisjon)
        start, cpu, deres = time.perf_counter(), time.process_time(), tjener.cpu()
        run_flow(pipeline, FLYT, partisjon)
        svar[f"{navn} wall"] = time.perf_counter() - start
        svar[f"{navn} CPU"] = time.process_time() - cpu + tjener.cpu() - deres
        settle(oppsett)
    report({"arbeid": svar["full wall"], "trinn": svar})


if __name__ == "__main__":
    main()
