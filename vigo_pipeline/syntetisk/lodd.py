"""Lots that hang on what they are about, not on the order of drawing (SplitMix64, Steele 2014).

The same keys give the same lot in every skoleår, school and collection.
"""

from zlib import crc32

import numpy as np
import numpy.typing as npt

Heltall = npt.NDArray[np.int64]
Lodd = npt.NDArray[np.uint64]
Andeler = npt.NDArray[np.float64]
GYLDEN = np.uint64(0x9E3779B97F4A7C15)
BLAND = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
SISTE = np.uint64(31)
BRUKTE_BIT = np.uint64(11)


def mix(*noekler: Heltall | Lodd | int | str) -> Lodd:
    """Return a lot for each element; texts and single numbers hold for all of them."""
    ut: Lodd = np.zeros(1, np.uint64)
    for noekkel in noekler:
        tall = crc32(noekkel.encode()) if isinstance(noekkel, str) else noekkel
        ut = _stir(ut ^ (np.asarray(tall).astype(np.uint64) + GYLDEN))
    return ut


def _stir(tall: Lodd) -> Lodd:
    ut = tall + GYLDEN
    for flytt, ganger in BLAND:
        ut = (ut ^ (ut >> flytt)) * ganger
    return ut ^ (ut >> SISTE)


def share(*noekler: Heltall | Lodd | int | str) -> Andeler:
    """Return a number from 0 up to 1 for each element."""
    ut: Andeler = (mix(*noekler) >> BRUKTE_BIT).astype(np.float64) * 2.0**-53
    return ut


def normal(*noekler: Heltall | Lodd | int | str) -> Andeler:
    """Return a draw from the standard normal distribution for each element (Box and Muller)."""
    en = np.maximum(share(*noekler, "en"), 2.0**-53)
    ut: Andeler = np.sqrt(-2 * np.log(en)) * np.cos(2 * np.pi * share(*noekler, "to"))
    return ut
