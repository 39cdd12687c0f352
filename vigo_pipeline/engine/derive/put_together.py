"""A delivery in which only some schools are derived anew."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.account import ORDEN
from vigo_pipeline.engine.derive.derive import Avledet, numbered
from vigo_pipeline.engine.derive.recipe import promised_schema


def put_together(
    leveranse: Leveranse, foer: Avledet, nytt: Avledet, skoler: Collection[str]
) -> Avledet:
    """Return a delivery in which some schools are as they have been derived anew.

    Args:
        leveranse: one whose rows at a school are made of nothing but that school's.
        foer: the delivery as it was.
        nytt: the same of these schools only.
        skoler: the schools.
    """
    egne = pa.array(sorted(skoler), pa.string())

    def others(tabell: pa.Table) -> pa.Table:
        return tabell.filter(pc.invert(pc.is_in(tabell["skolenr"], egne)))

    staar, nye = others(foer.rader).drop_columns(["rad"]), nytt.rader.drop_columns(["rad"])
    rader = pa.concat_tables([staar, nye]).take(_merged(staar, nye, leveranse.noekkel))
    antall = pa.concat_tables([others(foer.antall), nytt.antall])
    return Avledet(
        numbered(rader, promised_schema(leveranse)),
        antall.sort_by([(n, "ascending") for n in ORDEN]),
    )


def _merged(staar: pa.Table, nye: pa.Table, noekkel: Sequence[str]) -> pa.Array:
    """Return the order of both together, by a key of texts that each of them is sorted by."""
    # No text of a key has a character before it, so joined they sort as one by one.
    samlet = [
        pc.binary_join_element_wise(*(t[n] for n in noekkel), "\x1f").cast(pa.binary())
        for t in (staar, nye)
    ]
    gamle = samlet[0].combine_chunks()
    steder = [
        bisect_left(range(len(gamle)), n, key=lambda i: gamle[i].as_py())
        for n in samlet[1].to_pylist()
    ]
    plass = np.arange(len(gamle), len(gamle) + len(steder))
    return pa.array(np.insert(np.arange(len(gamle)), steder, plass))
