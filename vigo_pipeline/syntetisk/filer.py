"""One file: its schools' posts laid after each other, and the count of what is in it."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.endelig import correct
from vigo_pipeline.syntetisk.forutsetning import forutsetninger
from vigo_pipeline.syntetisk.poster import Blokk, Skoleposter, make_posts
from vigo_pipeline.syntetisk.skolerader import Verksted, fill_school
from vigo_pipeline.syntetisk.skriv import file

# What TOF says of itself, so that nobody takes the file for a school's.
MELDING = "SYNTETISK"


@dataclass
class Regnskap:
    """Counts as the files are made; ``personer`` are rows of the plan."""

    personer: set[int] = field(default_factory=set)
    rader: Counter[str] = field(default_factory=Counter)
    endringer: Counter[str] = field(default_factory=Counter)


def make_content(v: Verksted, avgiver: str, gruppe: list[int], regnskap: Regnskap) -> bytes:
    """Return one file's bytes, and count what is in it."""
    poster = []
    sett = np.zeros(0, np.int64)
    for k in gruppe:
        skole = correct(v, k, *fill_school(v, k))
        skoleposter = make_posts(v, k, skole)
        ny = ~np.isin(skoleposter.personer, sett)
        sett = np.union1d(sett, skoleposter.personer)
        poster.append((skoleposter, ny))
        regnskap.endringer.update(skole.rettelser.counts() if v.kalender.runde.endringer else {})
        regnskap.rader.update(
            elev=int(ny.sum()),
            elevkurs=len(skole.kurs),
            elevkursfag=len(skole.fag),
            vitnemaalsmerknad=_length(skoleposter.vitnemaalsmerknad),
        )
    regnskap.personer.update(sett.tolist())
    blokker = _blocks(poster)
    skolenr = v.plan.skoler[gruppe[0]].skolenr if len(gruppe) == 1 else ""
    return file(start_row(avgiver, skolenr, v.kalender.fildato), blokker)


def _length(blokk: Blokk | None) -> int:
    fnr = blokk["fnr"] if blokk else ""
    return 0 if isinstance(fnr, str) else len(fnr)


def _blocks(poster: list[tuple[Skoleposter, np.ndarray]]) -> dict[str, list[Blokk]]:
    """Return the blocks by table; a person of two schools has one row, in the first block."""
    return {
        "elev": [_rows(p.elev, ny) for p, ny in poster],
        "elevkurs": [p.elevkurs for p, _ in poster],
        "elevkursfag": [p.elevkursfag for p, _ in poster],
        "vitnemaalsmerknad": [p.vitnemaalsmerknad for p, _ in poster if p.vitnemaalsmerknad],
    }


def _rows(blokk: Blokk, hvilke: np.ndarray) -> Blokk:
    if hvilke.all():
        return blokk
    return {n: b if isinstance(b, str) else b.filter(pa.array(hvilke)) for n, b in blokk.items()}


def start_row(avgiver: str, skolenr: str, fildato: str) -> dict[str, str]:
    """Return TOF of a file; ``skolenr`` is blank when the file is of several schools."""
    uten_fylke = forutsetninger().fylkesnr_uten_fylke
    return {
        "versjon": grensesnitt().versjon,
        "fildato": fildato,
        "melding": MELDING,
        "fylkesnr": uten_fylke if avgiver == WAADE else avgiver,
        "skolenr": skolenr,
        "avgiver_id": f"{avgiver}-{skolenr}" if skolenr else avgiver,
    }
