"""The skoleår as a school saw it on one day: what has begun, and what had ended by then."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk.rader import Elevkurs, Fagrader, Heltall
from vigo_pipeline.syntetisk.skoleaaret import Aarsskole

Hvilke = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Utsnitt:
    """Rows as of a day. ``kursnr`` and ``fagnr``: their places in the whole year's rows."""

    kurs: Elevkurs
    fag: Fagrader
    kursnr: Heltall
    fagnr: Heltall


def view(aar: Aarsskole, dag: int, hvilke: Hvilke) -> Utsnitt:
    """Return these elevkurs and their fag as they stood at the end of ``dag``."""
    kursnr = np.flatnonzero(hvilke & (aar.meldt <= dag))
    paa = np.isin(aar.fag.elevkurs, kursnr) & (aar.fag.start <= dag)
    fagnr = np.flatnonzero(paa)
    nytt = np.zeros(len(aar.kurs), np.int64)
    nytt[kursnr] = np.arange(len(kursnr))
    kurs = Elevkurs(*(a[kursnr] for a in vars(aar.kurs).values()))
    fag = aar.fag.keep(paa)
    gaar = kurs.slutt > dag
    fag_gaar = fag.slutt > dag
    return Utsnitt(
        kurs=replace(
            kurs, slutt=np.where(gaar, 0, kurs.slutt), aarsak=np.where(gaar, -1, kurs.aarsak)
        ),
        # Whoever has not left yet has the fag as a pupil.
        fag=replace(
            fag,
            elevkurs=nytt[fag.elevkurs],
            slutt=np.where(fag_gaar, 0, fag.slutt),
            status=np.where(fag_gaar & (fag.status == "S"), "E", fag.status),
        ),
        kursnr=kursnr,
        fagnr=fagnr,
    )
