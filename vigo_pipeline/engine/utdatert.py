"""Deliveries that are out of date: what they were derived from has changed since."""

from pathlib import Path

import pyarrow.parquet as pq

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.lukking import is_closed
from vigo_pipeline.engine.pipeline import FORRIGE, VANNMERKE, Pipeline, origin, rows_digest
from vigo_pipeline.engine.store import Partisjon


def outdated(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> str | None:
    """Return what a round of a flow would be derived from now, when that is not what it was.

    A late file of one round moves the rounds after it: their Sentralbase has another watermark, and
    the delivery before theirs other bytes. A round that has not been derived is not out of date,
    nor is one that is closed: it keeps its own.
    """
    samling, leveranser = pipeline.register.flyt(flyt)
    avledet = [
        (leveranse, sti)
        for leveranse in leveranser
        if (sti := _rows(pipeline, leveranse, partisjon)).exists()
    ]
    if not avledet:
        return None
    with pipeline.engine.connect() as con:
        if is_closed(con, flyt, partisjon):
            return None
    vannmerke = str(pipeline.vannmerke(samling.stamme, partisjon))
    forrige = [rows_digest(pipeline.forrige(leveranse, partisjon)) for leveranse, _ in avledet]
    for (_, sti), naa in zip(avledet, forrige, strict=True):
        da = origin(pq.read_schema(sti))
        if (da[VANNMERKE], da[FORRIGE]) != (vannmerke, naa):
            return "|".join([vannmerke, *(n[:12] for n in forrige)])
    return None


def _rows(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Path:
    return pipeline.folder("leveranser", leveranse.stamme, partisjon) / "rader.parquet"
