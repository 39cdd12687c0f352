"""Artefacts: whole files in a partition's folder, written so that a reader sees all or nothing."""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import arrow_file, refused
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.once import once
from vigo_pipeline.engine.partial import is_here, remove, whole

T = TypeVar("T")

# What may have happened to a file of a step, and what to do.
ENDRET = (
    "Enten ble kjøringen avbrutt, eller så har noen endret fila. Kjør runden på nytt, så blir det "
    "laget på nytt."
)
# What a number into a list of texts takes, in bytes.
TALL = 4
# The least and the greatest of each column, which nobody asks for, take a third of writing.
PAKKING: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "write_statistics": False,
}


@dataclass(frozen=True)
class Partisjon:
    """A skoleår and a delivery round: ``2025-2026``, ``1-levering``."""

    skoleaar: str
    runde: str

    def __str__(self) -> str:
        return f"{self.skoleaar}|{self.runde}"

    @property
    def aar(self) -> Skoleaar:
        """Return the skoleår; raises UgyldigSkoleaar when the text is none."""
        return Skoleaar.parse(self.skoleaar)

    @property
    def i_fjor(self) -> "Partisjon":
        """Return the same round of the skoleår before."""
        return Partisjon(str(self.aar.previous), self.runde)

    def under(self, mappe: Path) -> Path:
        """Return the partition's own folder in another."""
        return mappe / self.skoleaar / self.runde


def write_bytes(path: Path, content: bytes) -> str:
    """Write a file whole or not at all, and return the sha256 of its bytes, in hex."""
    write_whole(path, content)
    return fingerprint(content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, whose sum is known."""
    with whole(path) as file:
        file.write(content)


def write_private(path: Path, content: bytes) -> str:
    """Write a file as ``write_bytes`` does, which only its owner can read from the first byte."""
    with whole(path, 0o600) as file:
        file.write(content)
    return fingerprint(content)


class _Summed:
    """A file that knows the sha256 of what is written to it, one piece after the other."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.sum, self.closed = file, hashlib.sha256(), False

    def write(self, data: bytes) -> int:
        self.sum.update(data)
        return self.file.write(data)

    def tell(self) -> int:
        return self.file.tell()

    def flush(self) -> None:
        self.file.flush()

    def close(self) -> None:
        """Leave the file open: who opened it closes it."""
        self.closed = True


def write_table(path: Path, table: pa.Table) -> str:
    """Write rows whole or not at all, and return the sha256 of the file, in hex.

    A file that is named ``.arrow`` is what the next steps read, ``arrow_file``; others are Parquet.
    The same rows give the same bytes. The sum is of what was written, not of what can be read.
    """
    with whole(path) as file:
        summed = _Summed(file)
        ut = pa.PythonFile(summed, "w")
        if path.suffix == arrow_file.ENDELSE:
            arrow_file.write_rows(ut, table)
        else:
            pq.write_table(table, ut, **PAKKING)
        return summed.sum.hexdigest()


def parquet(kodet: pa.Table) -> bytes:
    """Return rows as a Parquet file; the same rows give the same bytes.

    ``kodet``: as ``arrow_file.coded`` gives them, or read so: in half the time of texts. Who reads
    the file is not to know: without Arrow's own schema in it, they are texts.
    """
    ut = pa.BufferOutputStream()
    with pq.ParquetWriter(ut, kodet.schema, store_schema=False, **PAKKING) as fil:
        fil.write_table(kodet)
        fil.add_key_value_metadata(kodet.schema.metadata or {})
    return bytes(ut.getvalue())


def fingerprint(content: bytes) -> str:
    """Return the sha256 of bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def table_of(
    content: bytes, kolonner: Sequence[str] | None = None, *, coded: bool = False
) -> pa.Table:
    """Return the rows of a file that has been read; all columns when none are named.

    ``coded``: a text that repeats is a number into a list of texts, Arrow's dictionary. DuckDB
    takes it as the text that it is, and it is read in half the time; of a nation's fag it is half
    the memory. Not everything that Arrow does with texts can be done with it.
    """
    if content.startswith(arrow_file.MERKE):
        return arrow_file.read_rows(content, kolonner, coded=coded)
    fil = pa.BufferReader(content)
    return _rows(fil, kolonner, _repeated(fil) if coded else None)


def schema_of(content: bytes) -> pa.Schema:
    """Return the schema of a file of rows that has been read."""
    if content.startswith(arrow_file.MERKE):
        return arrow_file.schema_of(content)
    return pq.read_schema(pa.BufferReader(content))


def read_table(path: Path, hva: str, kolonner: Sequence[str] | None = None) -> pa.Table:
    """Return an artefact's rows; all columns when none are named.

    Raises:
        MissingInput: the step that makes it has not run for this partition.
        ChangedOnDisk: it is no file, or none of rows.
    """
    demand_made(path, hva)
    # What is no file, or is refused, is told with its name; Arrow says so in words of its own.
    with _regular(path):
        pass
    try:
        if path.suffix == arrow_file.ENDELSE:
            rader = arrow_file.read_rows(path.read_bytes(), kolonner, coded=True)
            # Nobody has summed it: where a place or a number of it is wrong, Arrow reads beside it.
            rader.validate(full=True)
            return arrow_file.decoded(rader)
        return _rows(path, kolonner)
    except (pa.ArrowException, ValueError, OSError) as feil:
        if isinstance(feil, OSError) and feil.errno:
            raise
        raise ChangedOnDisk(
            f"{hva}: {path} er ikke det som ble skrevet der, for den kan ikke leses. {ENDRET}"
        ) from None


def read_json(path: Path, form: type[T], kur: str) -> T:
    """Return what a file of ours says, which no run makes anew; empty where nothing lies.

    ``form``: what is written there, a list or a dict. ``kur``: what to do with a damaged file.

    Raises:
        ChangedOnDisk: it is no file, is not JSON or says something else.
        OSError: the machine lets nothing be read.
    """
    try:
        return TypeAdapter(form).validate_json(read_bytes(path), strict=True)
    except FileNotFoundError:
        return form()
    except ValidationError:
        raise ChangedOnDisk(
            f"{path} er skadet: den er ikke JSON, eller sier noe annet enn det som skrives der. "
            f"{kur}"
        ) from None


def _rows(
    fil: Path | pa.BufferReader, kolonner: Sequence[str] | None, coded: list[str] | None = None
) -> pa.Table:
    # Not as a dataset, which loads pandas: a file of ours is one file.
    with pq.ParquetFile(fil, read_dictionary=coded) as rader:
        return rader.read(columns=kolonner and list(kolonner))


def _repeated(fil: pa.BufferReader) -> list[str]:
    """Return the columns of text that take less room in the file than a number for each row."""
    meta, plass = pq.read_metadata(fil), Counter[str]()
    for gruppe in map(meta.row_group, range(meta.num_row_groups)):
        for kolonne in map(gruppe.column, range(meta.num_columns)):
            if kolonne.physical_type == "BYTE_ARRAY":
                plass[kolonne.path_in_schema] += kolonne.total_uncompressed_size
    return [navn for navn, antall in plass.items() if antall < TALL * meta.num_rows]


def demand_made(path: Path, hva: str, kommando: str = "") -> None:
    """Refuse to go on without an artefact. ``kommando``: what makes it.

    Raises:
        MissingInput: the step that makes it has not run for this partition.
    """
    if not is_here(path):
        steget = f"steget før først: {kommando}" if kommando else "steget før først."
        raise MissingInput(f"{hva} finnes ikke for denne partisjonen. Kjør {steget}")


def sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hex; raises as ``read_bytes`` does."""
    return once(path, lambda: _sum(path))


def _sum(path: Path) -> str:
    with _regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_of(path: Path, sum_: str) -> bool:
    """Say whether what lies somewhere is a file with this sha256."""
    try:
        return sha256(path) == sum_
    except ChangedOnDisk:
        return False


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        ChangedOnDisk: what lies there is no file, or nobody lets it be read.
        FileNotFoundError: nothing lies there.
        OSError: the machine lets nothing be read.
    """
    with _regular(path) as file:
        return file.read()


@contextmanager
def _regular(path: Path) -> Iterator[BufferedReader]:
    """Open a file, and nothing else: a pipe has no end, and a link points where it likes."""
    with ExitStack() as stack:
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            raise
        except OSError as feil:
            if feil.errno in refused.MASKINEN:
                raise
            raise _no_file(path, refused.reason(feil)) from None
        # A folder can be opened, but not as a file that is closed by itself.
        stack.callback(os.close, fd)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise _no_file(path, "mappe, rør eller enhet")
        yield stack.enter_context(open(fd, "rb", closefd=False))


def _no_file(path: Path, hva: str) -> ChangedOnDisk:
    return ChangedOnDisk(
        f"{path} er ikke en vanlig fil som kan leses ({hva}). Noen har endret det som ble skrevet "
        "der. Ta det bort, og hent fila fra sikkerhetskopien eller kjør runden på nytt."
    )


def is_open(fil: os.stat_result) -> bool:
    """Say whether others than who runs this can read or change a file.

    What Kubernetes gives a pod of secrets is root's, and is read by the pod's own group.

    >>> egen, andres = os.geteuid(), os.geteuid() + 1
    >>> filer = ((0o600, egen), (0o440, andres), (0o440, egen), (0o444, andres))
    >>> felt = [(modus, 0, 0, 1, eier, os.getegid(), 0, 0, 0, 0) for modus, eier in filer]
    >>> [is_open(os.stat_result(f)) for f in felt]
    [False, False, True, True]
    """
    gitt = fil.st_uid != os.geteuid() and fil.st_gid == os.getegid()
    return bool(fil.st_mode & (0o037 if gitt else 0o077))


def make_closed(mappe: Path) -> None:
    """Make a folder and those above it that are missing, which only their owner can enter.

    What is there already is not touched: somebody decided who comes there.
    """
    for del_ in reversed([mappe, *mappe.parents]):
        del_.mkdir(mode=0o700, exist_ok=True)


def leave_only(mappe: Path, navn: Container[str]) -> None:
    """Remove the files of a step's folder but some: what it made under another name in its time.

    Before the ledger has the step: once it has, nobody comes back to remove.
    """
    for sti in mappe.iterdir():
        if sti.is_file() and sti.name not in navn:
            remove(sti)


def restrict(mappe: Path) -> Path:
    """Make a folder that only its owner can enter, and return it."""
    mappe.mkdir(parents=True, exist_ok=True)
    mappe.chmod(0o700)
    return mappe
