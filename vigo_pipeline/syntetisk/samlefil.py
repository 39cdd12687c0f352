"""Write one file of a collection, and count what is in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.syntetisk.filer import start_row
from vigo_pipeline.syntetisk.lukket import write_closed
from vigo_pipeline.syntetisk.omfang import Oppsummering
from vigo_pipeline.syntetisk.poster import Blokk, pick
from vigo_pipeline.syntetisk.rader import Heltall
from vigo_pipeline.syntetisk.skriv import lines


@dataclass(frozen=True)
class Skoleinnhold:
    """A school's blocks by table. ``skolenr`` is blank for a fylke's own rows."""

    skolenr: str
    personer: Heltall
    blokker: dict[str, list[Blokk]]


@dataclass
class Telling:
    """Counts as the files are made; ``personer`` are rows of the plan."""

    personer: set[int] = field(default_factory=set)
    rader: Counter[str] = field(default_factory=Counter)
    filer: int = 0
    stoerrelse: int = 0

    def summary(
        self, samling: str, skoleaar: str, runde: str, mappe: Path, avgivere: tuple[str, ...]
    ) -> Oppsummering:
        """Return what the round came to."""
        return Oppsummering(
            samling=samling,
            skoleaar=skoleaar,
            runde=runde,
            mappe=mappe,
            fasit=None,
            avgivere=avgivere,
            filer=self.filer,
            stoerrelse=self.stoerrelse,
            personer=len(self.personer),
            elever=self.rader["elev"],
            elevkurs=self.rader["elevkurs"],
            fag=self.rader["elevkursfag"],
            vitnemaalsmerknader=self.rader["vitnemaalsmerknad"],
            rader=dict(self.rader),
        )


def write_file(
    mappe: Path,
    spek: Innsamling,
    skoler: Sequence[Skoleinnhold],
    fildato: str,
    telling: Telling,
    *,
    hele: bool,
) -> None:
    """Write the schools' file in an avgiver's folder, with the line types of the collection."""
    skolenr = "" if hele else skoler[0].skolenr
    navn = f"avgiver_{mappe.name}.txt" if hele else f"skolenr_{skolenr}.txt"
    deler = [lines(grensesnitt().tof, start_row(mappe.name, skolenr, fildato))]
    for post in spek.tabellposter:
        blokker = _blocks(skoler, post.tabell)
        deler += [lines(post, b) for b in blokker if _length(b)]
        telling.rader[post.tabell] += sum(_length(b) for b in blokker)
    innhold = b"".join(deler)
    write_closed(mappe / navn, innhold)
    telling.personer.update(*(s.personer.tolist() for s in skoler))
    telling.filer += 1
    telling.stoerrelse += len(innhold)


def _blocks(skoler: Sequence[Skoleinnhold], tabell: str) -> list[Blokk]:
    """Return a table's blocks; a person of two schools has one $EL line, in the first block."""
    blokker = [b for s in skoler for b in s.blokker.get(tabell, [])]
    if tabell != "elev" or len(skoler) < 2:
        return blokker
    ut = []
    sett = np.zeros(0, np.int64)
    for skole, blokk in zip(skoler, blokker, strict=True):
        ut.append(pick(blokk, np.flatnonzero(~np.isin(skole.personer, sett))))
        sett = np.union1d(sett, skole.personer)
    return ut


def _length(blokk: Blokk) -> int:
    return max((len(b) for b in blokk.values() if isinstance(b, pa.Array)), default=0)
