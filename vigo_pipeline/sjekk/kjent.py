"""What a Sentralbase knows beside a file: nothing, where none is named."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

Tabeller = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Kjent:
    """What was known before, of those the files are of.

    ``kontroll``: the tables of earlier collections, as rules call them. ``leser``: what deliveries
    read and the file does not bring. ``forrige``, ``i_fjor``: by delivery, its rows as they were
    delivered earlier in the skoleår and the year before.
    """

    kontroll: Tabeller = field(default_factory=dict)
    leser: Tabeller = field(default_factory=dict)
    forrige: Tabeller = field(default_factory=dict)
    i_fjor: Tabeller = field(default_factory=dict)


INGENTING = Kjent()


def at_schools(tabell: pa.Table, skoler: Collection[str]) -> pa.Table:
    """Return the rows at some schools; all of a table that has none."""
    if "skolenr" not in tabell.column_names:
        return tabell
    return tabell.filter(pc.is_in(tabell["skolenr"], pa.array(sorted(skoler), pa.string())))
