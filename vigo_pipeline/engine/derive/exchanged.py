"""Which rows of a delivery were exchanged, when only some schools were derived anew.

Whoever kept something of the rows before goes on from there, and looks at what was exchanged.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.store import table_of

BYTTET = "byttet.parquet"
SKJEMA = pa.schema(
    [
        pa.field("rad", pa.int64()),
        # Whether it was put in; otherwise it was taken out.
        pa.field("inn", pa.bool_()),
        pa.field("fnr", pa.string()),
        pa.field("skolenr", pa.string()),
    ]
)
# The sum of the rows that some were exchanged in; blank when all were made anew.
FOER = b"foer"


@dataclass(frozen=True)
class Byttet:
    """Rows that were taken out of a delivery and put in, the SKJEMA columns.

    ``foer``: the sha256 of the rows before, blank when there were none to go on from.
    """

    foer: str
    rader: pa.Table = field(repr=False)

    @property
    def taken_out(self) -> pa.ChunkedArray:
        """Return the numbers before of the rows that were taken out."""
        return self._numbers(inn=False)

    @property
    def put_in(self) -> pa.ChunkedArray:
        """Return the numbers now of the rows that were put in."""
        return self._numbers(inn=True)

    def moved(self, rad: np.ndarray) -> np.ndarray:
        """Return the numbers now of rows that stand, by their numbers before; both from 1."""
        ut, inn = (np.sort(k.to_numpy()) for k in (self.taken_out, self.put_in))
        blant_dem_som_staar = rad - np.searchsorted(ut, rad)
        # How many that stand there are before each new one, in order.
        foran = inn - np.arange(len(inn))
        return blant_dem_som_staar + np.searchsorted(foran, blant_dem_som_staar, side="right")

    def _numbers(self, *, inn: bool) -> pa.ChunkedArray:
        return self.rader.filter(pc.equal(self.rader["inn"], inn))["rad"]

    def to_table(self) -> pa.Table:
        """Return it as it is written."""
        return self.rader.replace_schema_metadata({FOER: self.foer})


def nothing() -> Byttet:
    """Return that no row was exchanged, or that all were made anew."""
    return Byttet("", SKJEMA.empty_table())


def exchanged(foer: str, rader_foer: pa.Table, rader: pa.Table, skoler: Collection[str]) -> Byttet:
    """Return what was exchanged when the rows of some schools were made anew.

    Args:
        foer: the sha256 of the file of the rows before.
        rader_foer: its rows.
        rader: the rows now.
        skoler: the schools.
    """
    deler = [
        _rows(at_schools(t, skoler), inn=inn) for t, inn in ((rader_foer, False), (rader, True))
    ]
    return Byttet(foer, pa.concat_tables(deler))


def at_schools(rader: pa.Table, skoler: Collection[str]) -> pa.Table:
    """Return the rows at some schools."""
    return rader.filter(pc.is_in(rader["skolenr"], pa.array(sorted(skoler), pa.string())))


def _rows(rader: pa.Table, *, inn: bool) -> pa.Table:
    kolonner = [rader["rad"], pa.repeat(inn, len(rader)), rader["fnr"], rader["skolenr"]]
    return pa.table(kolonner, names=SKJEMA.names).cast(SKJEMA)


def read_exchanged(egne: Artefakter) -> Byttet:
    """Return what was exchanged in a delivery the last time that it was derived.

    Raises:
        ChangedOnDisk: it is not what the step wrote, or a version that did not write it did.
        MissingInput: the delivery has not been derived.
    """
    rader = table_of(egne.read(BYTTET))
    return Byttet((rader.schema.metadata or {}).get(FOER, b"").decode(), rader)
