"""Synthetic person numbers in bulk: ordinary ones with 80 added to the month, so nobody owns them.

One number at a time is ``domain.fnr``'s matter.
"""

from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.syntetisk.lodd import mix

Heltall = npt.NDArray[np.int64]
# Skatteetaten's weights; SYNTETISK numbers in Tenor have 80 added to the month (kodeverk.md § 12).
K1 = np.array([3, 7, 6, 1, 8, 9, 4, 5, 2])
K2 = np.array([5, 4, 3, 2, 7, 6, 5, 4, 3, 2])
SYNTETISK_MAANED = 80


@cache
def pool(aar: int) -> tuple[Heltall, Heltall, Heltall]:
    """Return every valid synthetic number of a birth year: number, day of the year, individnr.

    Individnummer 000-499 for those born 1940-1999, 500-999 for 2000-2039.
    """
    start = np.datetime64(date(aar, 1, 1))
    dager = np.arange(start, np.datetime64(date(aar + 1, 1, 1)))
    maaned = dager.astype("datetime64[M]").astype(np.int64) % 12 + 1 + SYNTETISK_MAANED
    dag = (dager - dager.astype("datetime64[M]")).astype(np.int64) + 1
    dato = (dag * 100 + maaned) * 100 + aar % 100
    individ = np.arange(500) + (500 if aar >= 2000 else 0)
    # The sums are of the date's part and the individnummer's, each worked out once.
    k1 = -_sums(dato, individ, K1) % 11
    k2 = -(_sums(dato, individ, K2[:9]) + k1 * K2[9]) % 11
    foerste10 = ((dato[:, None] * 1000 + individ) * 10 + k1).ravel()
    k1, k2 = k1.ravel(), k2.ravel()
    gyldig = (k1 < 10) & (k2 < 10)
    dagnr = np.repeat(np.arange(len(dager)), len(individ))
    return (
        (foerste10 * 10 + k2)[gyldig],
        dagnr[gyldig],
        np.tile(individ, len(dager))[gyldig],
    )


def _sums(dato: Heltall, individ: Heltall, vekter: Heltall) -> Heltall:
    """Return the weighted sum of the first nine digits, by date and individnummer."""
    ut: Heltall = (_digits(dato, 6) @ vekter[:6])[:, None] + _digits(individ, 3) @ vekter[6:]
    return ut


def _digits(tall: Heltall, antall: int) -> Heltall:
    return tall[:, None] // 10 ** np.arange(antall - 1, -1, -1) % 10


def start_of(seed: int, aar: int) -> int:
    """Return where in a birth year's numbers a seed begins: the same for all who are drawn."""
    return int(mix(seed, aar, "personnummer")[0] % np.uint64(1_000_000))


def draw(aar: int, start: int, nummer: Heltall) -> tuple[Heltall, Heltall, Heltall]:
    """Return the year's numbers at these places, in an order that spreads birthdays.

    Different ``nummer`` below the size of the pool give different person numbers.

    Raises:
        IndexError: more persons than the year has numbers.
    """
    fnr, dag, individ = pool(aar)
    if len(nummer) and int(nummer.max()) >= len(fnr):
        raise IndexError(f"{aar}: flere personer enn fødselsnummer.")
    # Near the golden section: neighbours are far apart; coprime: none is used twice.
    steg = int(len(fnr) * 0.618)
    while np.gcd(steg, len(fnr)) != 1:
        steg += 1
    plass = (start + nummer * steg) % len(fnr)
    return fnr[plass], dag[plass], individ[plass]


def as_text(fnr: Heltall) -> pa.Array:
    """Return numbers as they are written, 11 digits."""
    return pc.utf8_lpad(pc.cast(pa.array(fnr), pa.string()), 11, padding="0")
