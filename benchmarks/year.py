"""The nation's whole skoleår, every collection in order: ``python -m benchmarks.year``.

Every round is a process of its own, as a scheduled run is. Where a round delivers, a bare script
does the same work on the same files, as in benchmarks.national. The transfer to OT is made after
two of the rounds of sluttere and startere.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Maaling, Maalinger
from benchmarks.server import serve
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.syntetisk.generator import generate, generate_year
from vigo_pipeline.syntetisk.omfang import Omfang

AAR = "2025-2026"
OVERFOERES = {("loepende", "november"), ("loepende", "mai")}


@dataclass(frozen=True)
class Runde:
    """A round: its name, what it cost, and what the bare script cost on the same files."""

    navn: str
    maaling: Maaling
    bare: Maaling | None = None

    def row(self) -> str:
        """Return the round as a row of the table.

        Where others work on the machine, CPU against CPU says more than wall against wall.
        """
        m, mot = self.maaling, ["", ""]
        if self.bare:
            cpu = (m.cpu + m.tjener_cpu) / self.bare.cpu
            mot = [f"{m.vegg / self.bare.vegg:.2f}", f"{cpu:.2f}"]
        tall = f"{m.vegg:.1f} | {m.cpu:.1f} | {m.tjener_cpu:.1f} | {m.minne / 1e9:.2f}"
        return f"| {self.navn} | {tall} | {' | '.join(mot)} |"


def measure_year(mappe: Path, flyter: list[str]) -> Iterator[Runde]:
    """Give each round in order.

    ``flyter``: only these flows; empty is all.
    """
    register, tall = Register.installed(), Maalinger()
    oppsett = Innstillinger(hjem=mappe, inn=mappe)
    os.environ |= {"VIGO_HOME": str(mappe), "VIGO_INN": str(mappe)}
    with serve(mappe) as tall.tjener:
        for innsamling, p in calendar(register, AAR):
            if flyter and innsamling.stamme not in flyter:
                continue
            navn = f"{innsamling.stamme} {p.runde}"
            flyt = ("--flyt", innsamling.stamme)
            maaling = tall.take(navn, "flow", "plain", AAR, p.runde, *flyt)
            bare = None
            if register.flyt(innsamling.stamme)[1]:
                filer = folder(innsamling, p, "x", oppsett).parent
                bare = tall.take(
                    f"bare {navn}", "bare", filer, mappe / "bare", AAR, *flyt, "--runde", p.runde
                )
            yield Runde(navn, maaling, bare)
            if not flyter and (innsamling.stamme, p.runde) in OVERFOERES:
                navn = f"overføring til OT, {p.runde}"
                yield Runde(navn, tall.take(navn, "transfer", AAR, p.runde))


def _generate(mappe: Path, aar: Skoleaar, omfang: Omfang, flyter: list[str]) -> None:
    if not flyter:
        generate_year(mappe, skoleaar=aar, seed=1, omfang=omfang)
        return
    for innsamling, p in calendar(Register.installed(), str(aar)):
        if innsamling.stamme in flyter:
            samling = innsamling.stamme
            generate(mappe, skoleaar=aar, samling=samling, runde=p.runde, seed=1, omfang=omfang)


def main() -> None:
    """Make the skoleår, run it and print."""
    valg = argparse.ArgumentParser(description=__doc__)
    valg.add_argument("--andel", type=float, default=1.0, help="share of the nation")
    valg.add_argument("--mappe", type=Path, help="where to work; a temporary folder when left out")
    valg.add_argument("--flyt", nargs="*", default=[], help="only these flows")
    arg = valg.parse_args()
    with tempfile.TemporaryDirectory(dir=arg.mappe, prefix="vigo-maaling-") as mappe:
        aar, omfang = Skoleaar.parse(AAR), Omfang(andel=arg.andel)
        _generate(Path(mappe), aar, omfang, arg.flyt)
        vegg = minne = 0.0
        print("| round | wall s | CPU s | server CPU s | memory GB | / bare, wall | / bare, CPU |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for runde in measure_year(Path(mappe), arg.flyt):
            print(runde.row(), flush=True)
            vegg = vegg + runde.maaling.vegg
            minne = max(minne, runde.maaling.minne / 1e9)
    print(f"| **the whole skoleår** | {vegg:.0f} | | | {minne:.2f} | | |")


if __name__ == "__main__":
    main()
