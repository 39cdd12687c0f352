"""Make the file of a school that has 1,031 pupils where the nation is whole."""

from pathlib import Path
from sys import argv

from benchmarks.measure import report
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

SKOLEAAR, RUNDE, SKOLE = "2025-2026", "1-levering", "03043"


def main() -> None:
    """Make it under the folder that is named."""
    mappe = Path(argv[1])
    omfang = Omfang(andel=1.0, avgivere=(SKOLE[:2],), skolenr=SKOLE)
    generate(mappe, skoleaar=Skoleaar.parse(SKOLEAAR), runde=RUNDE, seed=1, omfang=omfang)
    [fil] = mappe.rglob(f"*{SKOLE}*.txt")
    report({"fil": str(fil)})


if __name__ == "__main__":
    main()
