"""Split a file into posts: one text table per line type, each row with its line number."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from vigo_pipeline.contract.grensesnitt import Post, grensesnitt, linjetyper

LINJE = pa.schema(
    [
        pa.field("rad", pa.int64()),
        pa.field("type", pa.string()),
        pa.field("antall_felt", pa.int32()),
        pa.field("ventet", pa.int32()),
    ]
)
# A row number holds its file: file number times this, plus the line number in the file.
RAD_PER_FIL = 1_000_000_000


@dataclass(frozen=True)
class Linjer:
    """A file's lines: text tables by post, the lines that fit none, and their number."""

    poster: dict[str, pa.Table]
    ukjente: pa.Table
    antall: int


def split(data: bytes, fil_nr: int) -> Linjer:
    """Return the file's posts as text. Blank is null; nothing is typed, nothing is dropped.

    Args:
        data: the file's bytes, free of control characters.
        fil_nr: the file's number in the drop; ``rad`` = number * 1e9 + line number from 1.
    """
    linjer = _lines(data)
    rad = pa.array(np.arange(1, len(linjer) + 1) + fil_nr * RAD_PER_FIL)
    felt = pc.add(pc.count_substring(linjer, grensesnitt().fil.skilletegn), 1)
    kjent = pa.scalar(False)
    poster = {}
    for post in linjetyper():
        er_post = pc.starts_with(linjer, post.kode + grensesnitt().fil.skilletegn)
        hel = pc.and_(er_post, pc.equal(felt, post.antall_felt))
        poster[post.kode] = _fields(post, linjer.filter(hel), rad.filter(hel))
        kjent = pc.or_(kjent, hel)
    rest = pc.invert(kjent)
    return Linjer(
        poster, _unknown(linjer.filter(rest), rad.filter(rest), felt.filter(rest)), len(linjer)
    )


def _lines(data: bytes) -> pa.Array:
    if not data:
        return pa.array([], pa.string())
    tekst = data.decode(grensesnitt().fil.tegnsett).removesuffix("\n")
    linjer = pc.split_pattern(pa.array([tekst], pa.large_string()), "\n").values
    return (
        pc.utf8_rtrim(linjer.cast(pa.string()), characters="\r")
        if "\r" in tekst
        else linjer.cast(pa.string())
    )


def _fields(post: Post, linjer: pa.Array, rad: pa.Array) -> pa.Table:
    """Return a post's columns as text, the line identifier and unused positions left out."""
    navn = [
        "",
        *(
            {k.nr: k.variabel or "" for k in post.kolonner}.get(nr, "")
            for nr in range(2, post.antall_felt + 1)
        ),
    ]
    plasser = [n or f"_{nr}" for nr, n in enumerate(navn)]
    tabell = pa.schema([pa.field(n, pa.string()) for n in plasser]).empty_table()
    if len(linjer):
        tekst = pc.binary_join(
            pa.LargeListArray.from_arrays(pa.array([0, len(linjer)]), linjer), "\n"
        )
        tabell = pyarrow.csv.read_csv(
            pa.BufferReader(tekst[0].as_buffer()),
            pyarrow.csv.ReadOptions(use_threads=False, column_names=plasser, block_size=1 << 24),
            pyarrow.csv.ParseOptions(
                delimiter=grensesnitt().fil.skilletegn, quote_char=False, ignore_empty_lines=False
            ),
            pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(plasser, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    return tabell.select([n for n in navn if n]).add_column(0, "rad", rad)


def _unknown(linjer: pa.Array, rad: pa.Array, felt: pa.Array) -> pa.Table:
    """Return the lines that no post explains: the type, when known, and the count of fields."""
    kode = pc.utf8_slice_codeunits(linjer, 0, 3)
    ventet = {p.kode: p.antall_felt for p in linjetyper()}
    kjent = pc.is_in(kode, pa.array(list(ventet)))
    typer = pc.if_else(kjent, kode, None)
    antall = pa.array([ventet.get(t.as_py() or "") for t in typer], pa.int32())
    return pa.table([rad, typer, felt.cast(pa.int32()), antall], schema=LINJE)
