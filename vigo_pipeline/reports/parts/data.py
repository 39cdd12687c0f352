"""A table for other programs: what many may see, with a concealed number as blank and as text."""

from collections.abc import Sequence

import pyarrow as pa

from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.reports.parts.table import Tabell

VIST = "_vist"


def as_data(tabell: Tabell, navn: Sequence[str]) -> pa.Table:
    """Return a report's table with short column names.

    A column of numbers becomes two: the number, blank where it is concealed or unknown, and
    ``<name>_vist``, what people are shown: ``<5`` and ``:`` stay apart from nothing.

    Args:
        tabell: small counts are concealed already.
        navn: one for each of its columns.
    """
    rader = [dict(zip(navn, rad, strict=True)) for rad in tabell.rader]
    ut: dict[str, pa.Array] = {}
    for kolonne, n in zip(tabell.kolonner, navn, strict=True):
        celler = [r[n] for r in rader]
        if kolonne.tall:
            tall = [None if isinstance(c, str) else c for c in celler]
            desimaler = any(isinstance(c, float) for c in tall)
            ut[n] = pa.array(tall, pa.float64() if desimaler else pa.int64())
            ut[n + VIST] = pa.array([_shown(c) for c in celler], pa.string())
        else:
            ut[n] = pa.array([_shown(c) for c in celler], pa.string())
    return pa.table(ut)


def _shown(celle: Celle) -> str | None:
    return None if celle is None else str(celle)
