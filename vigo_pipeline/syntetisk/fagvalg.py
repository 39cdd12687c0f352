"""Which fag a pupil of a programområde takes: what all take, and choices that fill the year."""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np


@dataclass(frozen=True, order=True)
class Fagplass:
    """One fag of a programområde: hours a year, whether everybody takes it.

    ``elevtimer``: the hours must stand on the pupil's fag.
    """

    fagkode: str
    timer: int
    fast: bool
    elevtimer: bool


Fagpakke = tuple[Fagplass, ...]


def make_packages(
    kode: str, plasser: Iterable[Fagplass], aarstimer: int, antall: int
) -> tuple[Fagpakke, ...]:
    """Return up to ``antall`` different sets of fag, none above the programområde's årstimer.

    The choice is tied to the programområdekode, so it is the same everywhere and every year.
    """
    alle = sorted(plasser, key=lambda p: p.fagkode)
    fast = [p for p in alle if p.fast]
    valg = [p for p in alle if not p.fast]
    rng = np.random.default_rng(crc32(kode.encode()))
    pakker = {
        _fill(fast, [valg[i] for i in rng.permutation(len(valg))], aarstimer) for _ in range(antall)
    }
    return tuple(sorted(p for p in pakker if p))


def _fill(fast: list[Fagplass], valg: list[Fagplass], aarstimer: int) -> Fagpakke:
    tatt: list[Fagplass] = []
    igjen = aarstimer
    for plass in [*fast, *valg]:
        if plass.timer <= igjen:
            tatt.append(plass)
            igjen -= plass.timer
    return tuple(sorted(tatt))
