"""Ranges of a delivery's key: a nation is made piece by piece, since at once it is much memory.

A piece is asked of the delivery's query with a condition on the first column of the key, so the
whole is the same however many there are. DuckDB takes the condition down to what is joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

# So many rows at a time, of some thirty values each, with all that they are joined to.
RADER_PER_BIT = 500_000
# So many values are looked at for each piece, to find where it ends.
PROEVER = 64


@dataclass(frozen=True)
class Bit:
    """A range of a column, from and up to; the last piece has those that are blank too."""

    kolonne: str
    fra: str | None = None
    til: str | None = None

    def condition(self, con: duckdb.DuckDBPyConnection) -> str:
        """Return the condition in SQL; the limits may be of persons, so they are variables."""
        con.execute("set variable bit_fra = $verdi", {"verdi": self.fra})
        con.execute("set variable bit_til = $verdi", {"verdi": self.til})
        vilkaar = ["true"]
        if self.fra is not None:
            blank = f" or {self.kolonne} is null" if self.til is None else ""
            vilkaar.append(f"({self.kolonne} >= getvariable('bit_fra'){blank})")
        if self.til is not None:
            vilkaar.append(f"{self.kolonne} < getvariable('bit_til')")
        return " and ".join(vilkaar)


def pieces(kolonne: str, grunnlag: pa.Table) -> Iterator[Bit]:
    """Yield ranges of a column, in order, that hold every row once.

    ``grunnlag``: what the rows are made of; without the column there is one piece.
    """
    antall = -(-len(grunnlag) // RADER_PER_BIT)
    grenser = _limits(grunnlag[kolonne], antall) if kolonne in grunnlag.column_names else []
    for fra, til in zip([None, *grenser], [*grenser, None], strict=True):
        yield Bit(kolonne, fra, til)


def _limits(verdier: pa.ChunkedArray, antall: int) -> list[str]:
    """Return where pieces of about the same size meet, in order; none when there is one piece."""
    if antall < 2:
        return []
    steg = max(1, len(verdier) // (antall * PROEVER))
    proever = sorted(verdier.take(pa.array(range(0, len(verdier), steg))).drop_null().to_pylist())
    return sorted(
        {proever[len(proever) * n // antall] for n in range(1, antall)} if proever else ()
    )
