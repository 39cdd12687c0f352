"""Make the files of a synthetic round under VIGO_INN."""

import os
from pathlib import Path
from sys import argv

from benchmarks.measure import report
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang


def main() -> None:
    """Make a skoleår and round; the third argument is the share of the nation."""
    svar = generate(
        Path(os.environ["VIGO_INN"]),
        skoleaar=Skoleaar.parse(argv[1]),
        runde=argv[2],
        seed=1,
        omfang=Omfang(andel=float(argv[3])),
    )
    report({"filer": svar.filer, "rader": svar.elever + svar.elevkurs + svar.fag})


if __name__ == "__main__":
    main()
