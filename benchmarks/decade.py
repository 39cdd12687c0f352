"""Ten skoleår in one home: ``python -m benchmarks.decade``.

Every round is run in Dagster, in a process of its own, and its files stay where they were dropped.
When the last round of a skoleår has been run, what looks at all of them is asked: the sensor,
``status``, the status site. Then its rounds are closed, as they are in use. What costs more in the
last skoleår than in the first, is what grows with history.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Maaling, Maalinger
from benchmarks.server import serve
from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

# Who are the same in all of them. Other fylker came and went, and with them the private schools in
# them: a tenth of these are others from one skoleår to the next, and the gate says so.
HELE_TIDEN = ("03", "11", "15", "18", "34", "42", "46", "50")
HODE = (
    ("skoleår", "rows delivered", "rounds, CPU s", "server CPU s", "memory GB"),
    ("tick, CPU s", "status", "site", "files", "home MB", "database", "Dagster"),
)


@dataclass
class Aar:
    """One skoleår: what its rounds cost, what looks at all of them did, and how much there is."""

    navn: str
    rader: int = 0
    runder: list[Maaling] = field(default_factory=list)
    ser: dict[str, Maaling] = field(default_factory=dict)
    mengde: tuple[int, ...] = ()

    def row(self) -> str:
        """Return it as a row of the table."""
        cpu, tjener = (sum(getattr(m, n) for m in self.runder) for n in ("cpu", "tjener_cpu"))
        minne = max(m.minne for m in self.runder) / 1e9
        ser = [f"{m.svar['cpu']:.2f}" for m in self.ser.values()]
        tall = [f"{self.rader}", f"{cpu:.1f}", f"{tjener:.1f}", f"{minne:.2f}", *ser]
        return f"| {' | '.join([self.navn, *tall, *map(str, self.mengde)])} |"


def decade(mappe: Path, omfang: Omfang, flyter: list[str], antall: int) -> Iterator[Aar]:
    """Give the last ``antall`` skoleår of the årshjul, one after the other, when each is done."""
    register, tall = Register.installed(), Maalinger()
    (mappe / "dagster").mkdir()
    shutil.copy("dagster.yaml", mappe / "dagster" / "dagster.yaml")
    os.environ |= {
        "VIGO_HOME": str(mappe),
        "VIGO_INN": str(mappe),
        "DAGSTER_HOME": str(mappe / "dagster"),
        "VIGO_AVGIVERE": ",".join(HELE_TIDEN),
    }
    for navn in skoleaar()[-antall:]:
        aar, lukkes = Aar(navn), []
        with ExitStack() as stabel:
            tall.tjener = stabel.enter_context(serve(mappe))
            for innsamling, p in calendar(register, navn):
                flyt = innsamling.stamme
                if flyt not in flyter:
                    continue
                aaret, runde = Skoleaar.parse(navn), p.runde
                generate(mappe, skoleaar=aaret, samling=flyt, runde=runde, seed=1, omfang=omfang)
                take = (f"{flyt} {p}", "flow", "dagster", navn, runde, "--flyt", flyt)
                aar.runder.append(tall.take(*take))
                filer = aar.runder[-1].svar["filer"]
                aar.rader += sum(f["rader"] for f in filer.values())
                lukkes.append((flyt, "--skoleaar", navn, "--runde", runde))
            for syn in ("tick", "status", "site"):
                aar.ser[syn] = tall.take(f"{syn} {navn}", "onlook", syn, navn)
            for hva in lukkes:
                close(*hva)
        aar.mengde = amount(mappe)
        yield aar


def close(*runde: str) -> None:
    """Close a round as its user does."""
    vigo = Path(sys.executable).with_name("vigo")
    hvorfor = ("--hvem", "Kari", "--grunn", "Skoleåret er over.")
    subprocess.run([vigo, "lukk", *runde, *hvorfor], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def amount(mappe: Path) -> tuple[int, ...]:
    """Return how many files a home has, and its megabytes: all, the database's, Dagster's."""
    filer = [f for f in mappe.rglob("*") if f.is_file()]

    def mb(under: Path) -> int:
        return sum(f.stat().st_size for f in filer if f.is_relative_to(under)) // 1_000_000

    return len(filer), mb(mappe), mb(mappe / "postgres"), mb(mappe / "dagster")


def main() -> None:
    """Make and run every skoleår, and print each when it is done."""
    valg = argparse.ArgumentParser(description=__doc__)
    valg.add_argument("--andel", type=float, default=0.1, help="share of the nation")
    valg.add_argument("--antall", type=int, default=10, help="how many skoleår")
    valg.add_argument("--mappe", type=Path, help="where to work; a temporary folder when left out")
    valg.add_argument("--flyt", nargs="*", default=["oktober", "juni"], help="these flows")
    arg = valg.parse_args()
    hode = [navn for linje in HODE for navn in linje]
    with tempfile.TemporaryDirectory(dir=arg.mappe, prefix="vigo-maaling-") as mappe:
        print(f"| {' | '.join(hode)} |")
        print("|" + " --- |" * len(hode))
        # Files of others would lie where nobody reads, and be told of at each tick.
        omfang = Omfang(andel=arg.andel, avgivere=HELE_TIDEN)
        for aar in decade(Path(mappe), omfang, arg.flyt, arg.antall):
            print(aar.row(), flush=True)


if __name__ == "__main__":
    main()
