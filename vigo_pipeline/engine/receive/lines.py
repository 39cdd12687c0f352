"""Split a file into posts: one text table per line type, each row with its line number."""

from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from vigo_pipeline.contract.grensesnitt import Post, grensesnitt, linjetyper
from vigo_pipeline.engine.receive.characters import decode

LINJE = pa.schema(
    [
        pa.field("rad", pa.int64()),
        pa.field("type", pa.string()),
        pa.field("antall_felt", pa.int32()),
        pa.field("ventet", pa.int32()),
        pa.field("er_blank", pa.bool_()),
    ]
)
# A row number holds its file: file number times this, plus the line number in the file.
RAD_PER_FIL = 1_000_000_000
KODE, BLOKK = 3, 1 << 24


@dataclass(frozen=True)
class Linjer:
    """A file's lines: text tables of its posts, the lines that fit none, and their number."""

    poster: dict[str, pa.Table]
    ukjente: pa.Table
    antall: int

    def count(self, kode: str) -> int:
        """Return how many lines there are of a post."""
        return self.poster[kode].num_rows if kode in self.poster else 0


@cache
def empty(post: Post) -> pa.Table:
    """Return a post's columns as text, without rows."""
    return pa.schema(
        [pa.field("rad", pa.int64()), *(pa.field(n, pa.string()) for n in post.felt if n)]
    ).empty_table()


def split(data: bytes, fil_nr: int) -> Linjer:
    """Return the file's posts as text. Blank is null; nothing is typed, nothing is dropped.

    Args:
        data: the bytes of a file whose characters are right (engine/receive/characters.py).
        fil_nr: the file's number in the drop; ``rad`` = number * 1e9 + line number from 1.
    """
    if not data:
        return Linjer({}, LINJE.empty_table(), 0)
    linjer = _lines(data)
    rad = pa.arange(fil_nr * RAD_PER_FIL + 1, fil_nr * RAD_PER_FIL + len(linjer) + 1)
    skille = grensesnitt().fil.skilletegn
    felt = pc.add(pc.count_substring(linjer, skille), 1)
    # A post that is not in the file takes no room: a drop may be many small files.
    koder = set(pc.unique(pc.utf8_slice_codeunits(linjer, 0, KODE)).to_pylist())
    kjent = pa.repeat(False, len(linjer))
    poster = {}
    for post in (p for p in linjetyper() if p.kode in koder):
        er_post = pc.starts_with(linjer, post.kode + skille)
        hel = pc.and_(er_post, pc.equal(felt, post.antall_felt))
        if pc.any(hel).as_py():
            poster[post.kode] = _fields(post, linjer.filter(hel), rad.filter(hel))
        kjent = pc.or_(kjent, hel)
    return Linjer(poster, _unknown(linjer, rad, felt, pc.invert(kjent)), len(linjer))


def _lines(data: bytes) -> pa.Array:
    tekst = decode(data).removesuffix("\n")
    linjer = pc.split_pattern(pa.array([tekst], pa.large_string()), "\n").values
    return (
        pc.ascii_rtrim(linjer.cast(pa.string()), characters="\r")
        if "\r" in tekst
        else linjer.cast(pa.string())
    )


def _fields(post: Post, linjer: pa.Array, rad: pa.Array) -> pa.Table:
    """Return a post's columns as text, the line identifier and unused positions left out."""
    plasser = [n or f"_{nr}" for nr, n in enumerate(post.felt)]
    tekst = pc.binary_join(pa.LargeListArray.from_arrays(pa.array([0, len(linjer)]), linjer), "\n")
    tabell = pyarrow.csv.read_csv(
        pa.BufferReader(tekst[0].as_buffer()),
        pyarrow.csv.ReadOptions(use_threads=False, column_names=plasser, block_size=BLOKK),
        pyarrow.csv.ParseOptions(
            delimiter=grensesnitt().fil.skilletegn, quote_char=False, ignore_empty_lines=False
        ),
        pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(plasser, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return tabell.select([n for n in post.felt if n]).add_column(0, "rad", rad)


def _unknown(linjer: pa.Array, rad: pa.Array, felt: pa.Array, hvilke: pa.Array) -> pa.Table:
    """Return the lines that no post explains: the type, when known, and the count of fields."""
    if not pc.any(hvilke).as_py():
        return LINJE.empty_table()
    linjer, rad, felt = (a.filter(hvilke) for a in (linjer, rad, felt))
    kode = pc.utf8_slice_codeunits(linjer, 0, KODE)
    ventet = {p.kode: p.antall_felt for p in linjetyper()}
    kjent = pc.is_in(kode, pa.array(list(ventet)))
    typer = pc.if_else(kjent, kode, None)
    antall = pa.array([ventet.get(t.as_py() or "") for t in typer], pa.int32())
    blank = pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(linjer)), 0)
    return pa.table([rad, typer, felt.cast(pa.int32()), antall, blank], schema=LINJE)
