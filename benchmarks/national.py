"""A national round and what it is compared with: ``python -m benchmarks.national``.

Every ratio is of two things measured in this run, on this machine, on the same files.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import Maaling, Maalinger, run
from benchmarks.server import serve
from benchmarks.table import as_markdown

AAR, RUNDE = "2025-2026", "1-levering"
# For the obvious way: enough rows for a steady pace, few enough to wait for.
DEL = ("31", "40", "42")


class Riksrunde:
    """The folders and the measurements of one run of the benchmark."""

    def __init__(self, mappe: Path, andel: float) -> None:
        self.mappe, self.data, self.tall = mappe, mappe / "data", Maalinger()
        self._run("generate", AAR, RUNDE, andel, inn=self.data)

    def folder(self, data: Path) -> Path:
        """Return the folder that holds one folder per avgiver."""
        return data / "inn" / AAR / RUNDE

    def _run(self, modul: str, *args: object, inn: Path | None = None) -> Maaling:
        os.environ["VIGO_INN"] = str(inn or self.data)
        navn = f"{modul} {args[0]}" if modul in {"flow", "base"} else modul
        return self.tall.take(navn, modul, *args)

    @contextmanager
    def home(self, navn: str, *, ny: bool = True) -> Iterator[None]:
        """Work in an installation of its own whose database server runs already."""
        hjem = self.mappe / navn
        if ny:
            shutil.rmtree(hjem, ignore_errors=True)
            (hjem / "dagster").mkdir(parents=True)
            shutil.copy("dagster.yaml", hjem / "dagster" / "dagster.yaml")
        os.environ |= {"VIGO_HOME": str(hjem), "DAGSTER_HOME": str(hjem / "dagster")}
        with serve(hjem) as self.tall.tjener:
            yield
        self.tall.tjener = None

    def flows(self) -> None:
        """Run the bare script, the flow and the flow in Dagster, and see that they agree."""
        filer = {}
        bare = self._run("bare", self.folder(self.data), self.mappe / "bare", AAR)
        for hvordan in ("plain", "dagster"):
            with self.home(hvordan):
                filer[hvordan] = self._run("flow", hvordan, AAR, RUNDE).svar["filer"]
        for stamme, fil in filer["plain"].items():
            if fil["sha256"] != filer["dagster"][stamme]["sha256"]:
                sys.exit(f"{stamme}: Dagster delivered other bytes than the flow alone.")
            mot = self.mappe / "bare" / Path(fil["fil"]).name
            self._same(stamme, Path(fil["fil"]), mot, bare.svar["tegnsett"])

    def _same(self, stamme: str, fil: Path, mot: Path, tegnsett: str) -> None:
        svar = run("compare", stamme, fil, "latin-1", mot, tegnsett).svar
        if not svar["like"]:
            sys.exit(f"{stamme}: {mot} does not hold the rows that were delivered: {svar}")

    def again(self) -> None:
        """Run a round in a warm process: all of it, nothing new, and one school corrected."""
        rettet = self.mappe / "rettet"
        shutil.copytree(self.data, rettet, dirs_exist_ok=True)
        with self.home("again"):
            self._run("again", AAR, RUNDE, inn=rettet)

    def gate(self) -> None:
        """Judge the deliveries of the flow again."""
        with self.home("plain", ny=False):
            self._run("gate", AAR, RUNDE)

    def base(self) -> None:
        """Load the round's rows: raw COPY, first load, the same content with another FILDATO."""
        omdatert = self.mappe / "omdatert"
        with self.home("base"):
            self._run("base", "receive", AAR, RUNDE)
            self._run("base", "copy", AAR, RUNDE)
            self._run("base", "load", AAR, RUNDE)
            shutil.copytree(self.data, omdatert, dirs_exist_ok=True)
            self._run("base", "redate", AAR, RUNDE, inn=omdatert)
            self._run("base", "receive", AAR, RUNDE, inn=omdatert)
            self.tall.take("base reload", "base", "load", AAR, RUNDE)

    def obvious(self) -> None:
        """Do a part of the nation the obvious way, and bare, to see that they agree."""
        utvalg = self.mappe / "utvalg"
        for avgiver in DEL:
            shutil.copytree(self.folder(self.data) / avgiver, utvalg / avgiver, dirs_exist_ok=True)
        with self.home("obvious"):
            ut = self.mappe / "opplagt"
            self._run("obvious", AAR, self.folder(self.data), ut, *DEL)
        tegnsett = run("bare", utvalg, self.mappe / "bare_utvalg", AAR).svar["tegnsett"]
        for stamme, navn in (("ssbelev", "ssbElev.csv"), ("ssbelevfag", "ssbElevfag.csv")):
            self._same(stamme, ut / navn, self.mappe / "bare_utvalg" / navn, tegnsett)


def main() -> None:
    """Measure and print."""
    valg = argparse.ArgumentParser(description=__doc__)
    valg.add_argument("--andel", type=float, default=1.0, help="share of the nation")
    valg.add_argument("--ganger", type=int, default=3, help="how many times each thing is run")
    valg.add_argument("--mappe", type=Path, help="where to work; a temporary folder when left out")
    arg = valg.parse_args()
    with tempfile.TemporaryDirectory(dir=arg.mappe, prefix="vigo-maaling-") as mappe:
        runde = Riksrunde(Path(mappe), arg.andel)
        for _ in range(arg.ganger):
            runde.flows()
            runde.again()
            runde.gate()
            runde.base()
            runde.obvious()
    print(as_markdown(runde.tall))


if __name__ == "__main__":
    main()
