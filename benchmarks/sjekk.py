"""`vigo sjekk` of a school of 1,000 pupils against a bare script: each its own process, in turn."""

import argparse
import os
import sys
from dataclasses import replace
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measure import Maaling, run, spent

SJEKK = "from vigo_pipeline.cli import main; main()"
# Ratio of CPU seconds, and bytes (issue 23).
MAAL, MINNE = 3, 300 * 10**6


def middle(alle: list[Maaling]) -> Maaling:
    """Return the medians, and the highest memory."""
    return replace(
        alle[0],
        vegg=median(m.vegg for m in alle),
        cpu=median(m.cpu for m in alle),
        minne=max(m.minne for m in alle),
    )


def main() -> None:
    """Run both as often as asked, and print what they cost."""
    valg = argparse.ArgumentParser()
    valg.add_argument("--ganger", type=int, default=5)
    ganger = valg.parse_args().ganger
    with TemporaryDirectory() as mappe:
        # By another: a process that is small when it starts others does not count in their memory.
        fil = run("one_school", mappe).svar["fil"]
        os.environ["VIGO_HOME"] = f"{mappe}/hjem"
        bare = [sys.executable, "-m", "benchmarks.bare_school", fil]
        sjekk = [sys.executable, "-c", SJEKK, "sjekk", fil]
        par = [(spent(bare)[0], spent(sjekk)[0]) for _ in range(ganger)]
    de_bare, vaar = (middle([*m]) for m in zip(*par, strict=True))
    print("| | wall, s | CPU, s | memory, MB |\n| --- | --- | --- | --- |")
    for navn, m in (("bare", de_bare), ("vigo sjekk", vaar)):
        print(f"| {navn} | {m.vegg:.2f} | {m.cpu:.2f} | {m.minne / 10**6:.0f} |")
    print(
        f"\n{vaar.cpu / de_bare.cpu:.1f} times in CPU, {vaar.vegg / de_bare.vegg:.1f} in wall",
        end="",
    )
    print(f" (aim {MAAL}); {vaar.minne / 10**6:.0f} MB (aim under {MINNE // 10**6})")


if __name__ == "__main__":
    main()
