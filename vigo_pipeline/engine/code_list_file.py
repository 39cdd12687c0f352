"""The code lists as a database that every step reads: made once in a process and period.

To make the tables of all code lists takes longer than most steps need for the rest. The file holds
codes, never a person. DuckDB reads only what has a name, so it lies in a folder of the process,
which goes with it; what a process that was killed has left, the next one removes.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date
from functools import cache
from pathlib import Path
from threading import Lock

import duckdb
import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.errors import VigoError

MAPPE = "vigo-kodeverk-"
Lister = Mapping[str, pa.Table]
# Every set of lists that somebody has asked for, and its number. They are kept, so that no other
# table is ever taken for one of them.
_KJENTE: dict[tuple[tuple[str, int], ...], tuple[int, Lister]] = {}
# The files that have been made, by the number of what they hold.
_FILER: dict[int, Path] = {}
# Avgivere are read side by side, and each of them asks.
_EN_OM_GANGEN = Lock()
# The lists that somebody looks in; all of them when nobody says so.
_BARE: ContextVar[frozenset[str] | None] = ContextVar("lister", default=None)


class ListsNotWritten(VigoError):
    """There is no room for the code lists, or no right to write them."""


@contextmanager
def only(lister: frozenset[str]) -> Iterator[None]:
    """Let there be these lists only for who asks meanwhile: who names another finds none.

    To make the tables of all takes a tenth of what it takes to check a school.
    """
    foer = _BARE.set(lister)
    try:
        yield
    finally:
        _BARE.reset(foer)


@contextmanager
def of_period(fra: date, til: date, con: duckdb.DuckDBPyConnection) -> Iterator[Path]:
    """Yield the file with the code lists of a period, which nobody else asks for meanwhile.

    ``con``: what it is made with, where it is not there; nothing of it is left in that.
    """
    lister = _valid(fra, til)
    with _EN_OM_GANGEN:
        nr = _number(lister)
        if nr not in _FILER:
            # A process that was forked off makes files in the same folder.
            fil = own_folder() / f"{len(list(own_folder().iterdir()))}.duckdb"
            _write(con, fil, lister)
            _FILER[nr] = fil
        yield _FILER[nr]


def in_memory(con: duckdb.DuckDBPyConnection, fra: date, til: date) -> None:
    """Give an instance the code lists of a period, where it has not kept them from its last use.

    To write the file and read it takes longer than all that one school's lines are looked up in.
    """
    lister = _valid(fra, til)
    with _EN_OM_GANGEN:
        nr = _number(lister)
    sql = "select schema_name from duckdb_schemas() where database_name = 'kodeverk'"
    if (f"nr_{nr}",) in con.execute(sql).fetchall():
        return
    con.execute("detach database if exists kodeverk; attach ':memory:' as kodeverk")
    _make(con, lister)
    con.execute(f"create schema kodeverk.nr_{nr}")


def _number(lister: Lister) -> int:
    """Return the number of these very lists: of another period, or brought in since, is another."""
    noekkel = tuple((navn, id(liste)) for navn, liste in lister.items())
    return _KJENTE.setdefault(noekkel, (len(_KJENTE), lister))[0]


def _valid(fra: date, til: date) -> Lister:
    # A school that another fylke gets in the middle of a skoleår is counted where it was.
    dag = Skoleaar.of(fra).telledato
    bare = _BARE.get()
    navn = [n for n in kodeverk.lister() if bare is None or n in bare]
    return {n: kodeverk.valid(n, fra, til, dag) for n in navn}


def _write(con: duckdb.DuckDBPyConnection, fil: Path, lister: Lister) -> None:
    try:
        # The usual block would make it ten times as large: most lists are a handful of codes.
        con.execute("attach $fil as kodeverk (block_size 16384)", {"fil": str(fil)})
        _make(con, lister)
        con.execute("detach kodeverk")
    # What it raises where it may not write, also while it gives up what it had begun.
    except (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException) as feil:
        raise ListsNotWritten(
            f"Kodeverkene kan ikke skrives i {fil.parent}. Se at det er plass der, eller sett "
            "TMPDIR til en mappe der det er plass."
        ) from feil


def _make(con: duckdb.DuckDBPyConnection, lister: Lister) -> None:
    # One by one each would be written to the disk twice.
    con.begin()
    # DuckDB finds what a name stands for here: to register each takes as long as to make the table.
    for navn, _liste in lister.items():
        con.execute(f"create table kodeverk.{navn} as from _liste")
    con.commit()


@cache
def own_folder() -> Path:
    """Return a folder of this process, gone when it ends."""
    _remove_leftovers()
    while True:
        mappe = Path(tempfile.mkdtemp(prefix=MAPPE))
        fd = os.open(mappe, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(fd, fcntl.LOCK_EX)
        # Until it was held, somebody could take it for a leftover.
        if mappe.exists():
            atexit.register(_remove, mappe, os.getpid())
            return mappe
        os.close(fd)


def _remove(mappe: Path, eier: int) -> None:
    # A process that was forked off has the same folder, and is not the one whose it is.
    if os.getpid() == eier:
        shutil.rmtree(mappe, ignore_errors=True)


def _remove_leftovers() -> None:
    for mappe in Path(tempfile.gettempdir()).glob(f"{MAPPE}*"):
        # Somebody else's, held by a process that lives, or gone meanwhile.
        with suppress(OSError):
            fd = os.open(mappe, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if os.fstat(fd).st_uid == os.getuid():
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(mappe, ignore_errors=True)
            finally:
                os.close(fd)
