"""Fag over two skoleår: no standpunkt in the first, only halvårsvurdering 2 ($KL.8)."""

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk.aarsforutsetning import karakterplan
from vigo_pipeline.syntetisk.catalogue import Grunnlag, Programomraade
from vigo_pipeline.syntetisk.rader import Fagkatalog

Hvilke = npt.NDArray[np.bool_]
FAGKODE_PREFIKS = 3


def continued(grunnlag: Grunnlag, katalog: Fagkatalog) -> Hvilke:
    """Return, by programområde and fag number, whether the fag goes on on the next trinn.

    ASSUMED: it does when everybody there has a fag of the same prefix, one of those in
    karakterer.toml. A yrkesfaglig Vg2 is most pupils' last year in school.
    """
    alle = grunnlag.programomraader
    felles: dict[tuple[str, int], set[str]] = {}
    for p in alle:
        felles.setdefault((p.program, p.trinn), set()).update(_common(p))
    nummer = {kode: nr for nr, kode in enumerate(katalog.koder)}
    ut = np.zeros((len(alle), len(katalog.koder)), bool)
    for nr, p in enumerate(alle):
        neste = felles.get((p.program, p.trinn + 1), set())
        if p.trinn == 1 or p.programtype == "studieforberedende":
            for plass in {f for pakke in p.pakker for f in pakke}:
                prefiks = plass.fagkode[:FAGKODE_PREFIKS]
                ut[nr, nummer[plass.fagkode]] = plass.fast and prefiks in neste
    return ut


def _common(p: Programomraade) -> set[str]:
    """Return the prefixes of the fag that all pupils take, of those that may go on."""
    over = karakterplan().vurdering.over_to_aar
    return {
        f.fagkode[:FAGKODE_PREFIKS]
        for pakke in p.pakker
        for f in pakke
        if f.fast and f.fagkode.startswith(over)
    }
