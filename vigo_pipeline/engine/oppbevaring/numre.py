"""Find a person in a file by token alone, and what is left of a file without the person."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.grensesnitt import linjetyper
from vigo_pipeline.engine.arrow_file import ENDELSE, MERKE, decoded
from vigo_pipeline.engine.persontoken import Persontoken
from vigo_pipeline.engine.receive import kept_copies
from vigo_pipeline.engine.store import schema_of, table_of

# A number as it is written, also where a program has taken its leading zero.
_NUMMER = re.compile(rb"(?<!\d)(?:\d{6} ?\d{5}|\d{10})(?!\d)")
SOEKNAD = "soeknad_id"
TEGNSETT = "iso-8859-1"


class Damaged(Exception):
    """A file of rows is none, or is one no longer."""


class Kjenner:
    """Knows some persons by their tokens: the number need not be known to whoever looks."""

    def __init__(self, merker: Persontoken, tokener: Collection[str]) -> None:
        self._tokener = frozenset(tokener)
        # The same numbers stand in many files.
        self._tokens = lru_cache(maxsize=None)(merker.all_on)

    def is_one(self, nummer: str) -> bool:
        """Say whether a number is one of these persons'."""
        return not self._tokener.isdisjoint(self._tokens(nummer.replace(" ", "").zfill(11)))

    def in_bytes(self, data: bytes) -> bool:
        """Say whether one of them is in bytes, in two bytes a character too."""
        funnet = {*_NUMMER.findall(data)}
        if b"\0" in data:
            funnet |= {*_NUMMER.findall(data.replace(b"\0", b""))}
        return any(self.is_one(n.decode("ascii")) for n in funnet)

    def in_file(self, sti: Path, *, damaged: bool = False) -> bool:
        """Say whether one of them is in a file, also where its format packs what it holds.

        ``damaged``: what is said of a file of rows that cannot be read, in which nobody can see it.
        """
        try:
            return any(self.in_bytes(bit) for bit in _contents(sti))
        except Damaged:
            return damaged or self.in_bytes(sti.read_bytes())

    def in_sent(self, data: bytes) -> bool:
        """Say whether one of them is in the bytes of a file that was sent."""
        return any(self.in_bytes(bit) for bit in _unpacked(data))

    def rows_without(self, rader: pa.Table) -> pa.Table:
        """Return rows without theirs; the same table when there are none."""
        if "fnr" not in rader.column_names:
            return rader
        egne = [n for n in pc.unique(rader["fnr"]).to_pylist() if n and self.is_one(n)]
        if not egne:
            return rader
        er = pc.is_in(rader["fnr"], pa.array(egne, rader.schema.field("fnr").type))
        return rader.filter(pc.invert(er))

    def text_without(self, data: bytes) -> bytes:
        """Return a file of an avgiver without their lines, and those of their applications.

        Nothing is left of what is no such file and has them.
        """
        linjer = data.splitlines(keepends=True)
        borte = [self.in_bytes(linje) for linje in linjer]
        saker = {s for linje, b in zip(linjer, borte, strict=True) if b for s in _case(linje)}
        ut = b"".join(
            linje
            for linje, b in zip(linjer, borte, strict=True)
            if not b and saker.isdisjoint(_case(linje))
        )
        return b"" if any(self.in_bytes(bit) for bit in _unpacked(ut)) else ut


def _case(linje: bytes) -> Iterator[str]:
    felt = linje.decode(TEGNSETT).rstrip("\r\n").split(";")
    for post in linjetyper():
        if post.kode == felt[0]:
            yield from (
                felt[k.nr - 1] for k in post.i_bruk if k.variabel == SOEKNAD and k.nr <= len(felt)
            )


def _contents(sti: Path) -> Iterator[bytes]:
    if sti.suffix == ".zst":
        yield from _unpacked(kept_copies.read(sti))
        return
    data = sti.read_bytes()
    if sti.suffix in {".parquet", ENDELSE}:
        try:
            yield from _texts(data)
        except (pa.ArrowException, OSError, ValueError, KeyError):
            raise Damaged from None
        return
    yield from _unpacked(data)


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    # A workbook is a zip file.
    if data[:2] == b"PK":
        try:
            with ZipFile(BytesIO(data)) as pakke:
                yield from map(pakke.read, pakke.namelist())
        except (BadZipFile, RuntimeError, NotImplementedError):
            return


def _texts(data: bytes) -> Iterator[bytes]:
    """Yield what stands in the columns of a file of rows, each value once where it is text."""
    for navn in schema_of(data).names:
        rader = table_of(data, [navn], coded=data.startswith(MERKE))
        # Nobody has summed it: where a place or a number of it is wrong, Arrow reads beside it.
        rader.validate(full=True)
        kolonne = decoded(rader)[navn]
        if pa.types.is_string(kolonne.type) or pa.types.is_large_string(kolonne.type):
            yield "\n".join(v for v in pc.unique(kolonne).to_pylist() if v).encode()
        elif pa.types.is_nested(kolonne.type):
            yield repr(kolonne.to_pylist()).encode()
