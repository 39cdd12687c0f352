"""Write one file of a collection, and count what is in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.forutsetning import forutsetninger
from vigo_pipeline.syntetisk.lukket import write_closed
from vigo_pipeline.syntetisk.omfang import Oppsummering, UgyldigOmfang
from vigo_pipeline.syntetisk.poster import Blokk, Innhold, pick
from vigo_pipeline.syntetisk.skriv import lines

# What TOF says of itself, so that nobody takes the file for a school's.
MELDING = "SYNTETISK"


@dataclass
class Telling:
    """Counts as the files are made, each with its schools; ``personer`` are rows of the plan."""

    personer: set[int] = field(default_factory=set)
    rader: Counter[str] = field(default_factory=Counter)
    endringer: Counter[str] = field(default_factory=Counter)
    filer: dict[Path, tuple[str, ...]] = field(default_factory=dict)
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
            filer=len(self.filer),
            stoerrelse=self.stoerrelse,
            personer=len(self.personer),
            elever=self.rader["elev"],
            elevkurs=self.rader["elevkurs"],
            fag=self.rader["elevkursfag"],
            vitnemaalsmerknader=self.rader["vitnemaalsmerknad"],
            endringer=dict(self.endringer),
            rader=dict(self.rader),
        )


def write_file(
    mappe: Path,
    spek: Innsamling,
    deler: Sequence[Innhold],
    fildato: str,
    telling: Telling,
    *,
    hele: bool,
) -> None:
    """Write a file in an avgiver's folder, with the collection's line types; nothing has none.

    ``hele``: the file is the avgiver's, not that of one school.

    Raises:
        UgyldigOmfang: what a fylke itself tells is to be the file of a school.
    """
    if not deler:
        return
    if not hele and not deler[0].skolenr:
        raise UgyldigOmfang(
            f'{spek.stamme} fortelles av fylket selv. Skriv fil = "fylke" i samlinger.toml.'
        )
    skolenr = "" if hele else deler[0].skolenr
    navn = f"avgiver_{mappe.name}.txt" if hele else f"skolenr_{skolenr}.txt"
    linjer = [lines(grensesnitt().tof, start_row(mappe.name, skolenr, fildato))]
    for post in spek.tabellposter:
        blokker = _blocks(deler, post.tabell)
        linjer += [lines(post, b) for b in blokker if _length(b)]
        telling.rader[post.tabell] += sum(_length(b) for b in blokker)
    innhold = b"".join(linjer)
    write_closed(mappe / navn, innhold)
    for del_ in deler:
        telling.personer.update(del_.personer.tolist())
        telling.endringer.update(del_.endringer)
    telling.filer[mappe / navn] = tuple(d.skolenr for d in deler)
    telling.stoerrelse += len(innhold)


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


def _blocks(deler: Sequence[Innhold], tabell: str) -> list[Blokk]:
    """Return a table's blocks; a person of two schools has one $EL line, in the first block."""
    blokker = [b for d in deler for b in d.blokker.get(tabell, [])]
    if tabell != "elev" or len(deler) < 2:
        return blokker
    ut = []
    sett = np.zeros(0, np.int64)
    for del_, blokk in zip(deler, blokker, strict=True):
        ut.append(pick(blokk, np.flatnonzero(~np.isin(del_.personer, sett))))
        sett = np.union1d(sett, del_.personer)
    return ut


def _length(blokk: Blokk) -> int:
    return max((len(b) for b in blokk.values() if isinstance(b, pa.Array)), default=0)
