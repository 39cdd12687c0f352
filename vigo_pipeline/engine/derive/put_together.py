"""A delivery in which only some schools are derived anew."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.account import ORDEN
from vigo_pipeline.engine.derive.derive import Avledet, numbered


def put_together(
    leveranse: Leveranse, foer: Avledet, nytt: Avledet, skoler: Collection[str]
) -> Avledet:
    """Return a delivery in which some schools are as they have been derived anew.

    Args:
        leveranse: one whose rows at a school are made of nothing but that school's.
        foer: the delivery as it was; its texts may be coded, as ``table_of`` says.
        nytt: the same of these schools only.
        skoler: the schools.
    """
    egne = pa.array(sorted(skoler), pa.string())
    borte = pc.is_in(foer.rader["skolenr"], egne).combine_chunks()
    staar = np.flatnonzero(~borte.to_numpy(zero_copy_only=False))
    skjema = foer.rader.schema
    rader = pa.concat_tables([foer.rader, nytt.rader.cast(skjema)]).drop_columns(["rad"])
    andre = foer.antall.filter(pc.invert(pc.is_in(foer.antall["skolenr"], egne)))
    antall = pa.concat_tables([andre, nytt.antall])
    return Avledet(
        numbered(rader.take(_merged(rader, staar, len(foer.rader), leveranse.noekkel)), skjema),
        antall.sort_by([(n, "ascending") for n in ORDEN]),
    )


def _merged(rader: pa.Table, staar: np.ndarray, foer: int, noekkel: Sequence[str]) -> np.ndarray:
    """Return the order of the rows that stand and the new ones, by a key that both are sorted by.

    ``foer``: how many rows there were; the new ones are after them. Of a nation few are looked at,
    so a key is made where it is asked for.
    """
    foerste, *resten = (rader[n].combine_chunks() for n in noekkel)

    def first(rad: int) -> str:
        return str(foerste[rad])

    def rest(rad: int) -> list[str]:
        return [str(k[rad]) for k in resten]

    steder: list[int] = []
    nye = np.arange(foer, len(rader))
    for verdi, like in groupby(nye.tolist(), key=first):
        fra = bisect_left(staar, verdi, key=first)
        til = bisect_right(staar, verdi, fra, key=first)
        steder += [bisect_left(staar, rest(n), fra, til, key=rest) for n in like]
    return np.insert(staar, steder, nye)
