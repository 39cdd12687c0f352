"""Where synthetic files go: which schools are asked for, and a clean folder for each avgiver."""

from pathlib import Path

from vigo_pipeline.engine.store import make_closed
from vigo_pipeline.syntetisk.filer import MELDING
from vigo_pipeline.syntetisk.omfang import Omfang, UgyldigOmfang
from vigo_pipeline.syntetisk.plan import Plan


def clear(mappe: Path) -> None:
    """Make a folder, or remove the synthetic files in it."""
    make_closed(mappe)
    for sti in sorted(mappe.glob("*_*.txt")):
        if sti.is_dir():
            sti.rmdir()
            continue
        with sti.open("rb") as fil:
            er_syntetisk = MELDING.encode() in fil.readline()
        if er_syntetisk:
            sti.unlink()


def selected(plan: Plan, omfang: Omfang) -> list[int]:
    """Return the numbers of the schools to make.

    Raises:
        UgyldigOmfang: nothing fits.
    """
    skoler = [
        k
        for k, s in enumerate(plan.skoler)
        if (not omfang.avgivere or s.avgiver in omfang.avgivere)
        and omfang.skolenr in (None, s.skolenr)
    ]
    if not skoler:
        raise UgyldigOmfang("Ingen skole passer. Med andel under 1 er ikke alle skoler med.")
    return skoler
