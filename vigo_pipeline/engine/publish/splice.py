"""The receiver's file when few rows have been exchanged: the lines that stand, and the new ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.exchanged import Byttet
from vigo_pipeline.engine.publish.file import render

LINJESKIFT = ord("\n")
# How much is looked through at once for where lines end.
BIT = 1 << 24


def spliced(
    leveranse: Leveranse, foer: bytes, byttet: Byttet, rader: pa.Table, *, skriv_antatte: bool
) -> bytes | None:
    """Return what ``render`` does, of the file of the rows before.

    None when its lines cannot be told apart: a value has more than one.

    Args:
        leveranse: the delivery, by the spec that ``foer`` was written by.
        foer: the file of the rows before.
        byttet: the rows that have been exchanged since.
        rader: the rows now, numbered from 1 in their order.
        skriv_antatte: as for ``render``.
    """
    ut, inn = byttet.taken_out.to_numpy(), np.sort(byttet.put_in.to_numpy())
    nye = render(leveranse, rader.take(pa.array(inn - 1)), skriv_antatte=skriv_antatte)
    av_foer, av_nye = (_bounds(fil, overskrift=leveranse.fil.overskrift) for fil in (foer, nye))
    antall_foer = len(rader) - len(inn) + len(ut)
    if len(av_foer) != antall_foer + 1 or len(av_nye) != len(inn) + 1:
        return None
    staar = np.delete(np.arange(antall_foer), ut - 1)
    # A new line has a number that follows no other's.
    nummer = antall_foer + 1 + np.arange(len(inn))
    orden = np.insert(staar, inn - 1 - np.arange(len(inn)), nummer)
    deler = [memoryview(foer)[: av_foer[0]]]
    for fra, til in _runs(orden):
        fil, plass, av = (
            (foer, fra, av_foer) if fra < antall_foer else (nye, fra - nummer[0], av_nye)
        )
        deler.append(memoryview(fil)[av[plass] : av[plass + til - fra]])
    return b"".join(deler)


def _bounds(fil: bytes, *, overskrift: bool) -> np.ndarray:
    """Return where the first row's line begins, and where each row's line ends."""
    ender = [np.zeros(1, np.int64)]
    for fra in range(0, len(fil), BIT):
        bit = np.frombuffer(fil, np.uint8, min(BIT, len(fil) - fra), fra)
        ender.append(np.flatnonzero(bit == LINJESKIFT) + fra + 1)
    return np.concatenate(ender)[int(overskrift) :]


def _runs(numre: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield first and past the last of each run of numbers that follow each other."""
    brudd = np.flatnonzero(np.diff(numre) != 1) + 1
    grenser = [0, *brudd.tolist(), len(numre)]
    for fra, til in pairwise(grenser):
        if fra < til:
            yield int(numre[fra]), int(numre[til - 1]) + 1
