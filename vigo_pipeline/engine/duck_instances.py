"""The instances of DuckDB of this process: each is lent to one use at a time, and is then empty.

To make one takes longer than many a step needs it for. Nothing that a use makes can be seen by
another: its tables, views, macros and variables are in a connection and a catalog of its own, in an
instance that nobody else has meanwhile, and go with them.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import duckdb

from vigo_pipeline.engine.interrupted import was_interrupted

OPPSETT = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # Rows are persons: under pressure it stops, it does not write them where it stands.
    "temp_directory": "",
    # Whatever needs an order says so; keeping the input's costs memory.
    "preserve_insertion_order": "false",
}
# How many of each kind wait for somebody; one more, and the one that has waited longest is closed.
VENTER = 2
# What a use may add to the process's memory, in pages, without its instance being closed: a closed
# one gives back what it has, one that waits does not.
SMAATT = 64 * 2**20 // os.sysconf("SC_PAGE_SIZE")
_LEDIGE: dict[bool, deque[duckdb.DuckDBPyConnection]] = {
    False: deque(maxlen=VENTER),
    True: deque(maxlen=VENTER),
}
# Those of one core when nobody wants such any more. To close one takes half as long as to make it,
# and the process is about to end.
_I_RO: list[duckdb.DuckDBPyConnection] = []
_NR = count(1)


@contextmanager
def borrow(*, side_by_side: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an instance that nobody else has, in a catalog of its own.

    ``side_by_side``: the instance has one core and not all of them.

    Raises:
        KeyboardInterrupt: somebody interrupted the process while a statement ran.
    """
    try:
        with _borrowed(side_by_side) as con:
            yield con
    except Exception as feil:
        if was_interrupted(feil):
            raise KeyboardInterrupt from feil
        raise


@contextmanager
def _borrowed(side_by_side: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    foer, ledige = _resident(), _LEDIGE[side_by_side]
    try:
        instans = ledige.pop()
    except IndexError:
        instans = duckdb.connect(config={**OPPSETT, **({"threads": "1"} if side_by_side else {})})
    navn = f"bruk{next(_NR)}"
    instans.execute(f"attach ':memory:' as {navn}")
    con = instans.cursor()
    # A spawned process looks interactive to DuckDB, and the bar would stand in the run's log.
    con.execute(f"use {navn}; set enable_progress_bar = false")
    try:
        yield con
    finally:
        con.close()
        lite = keeps_lists() or _resident() - foer < SMAATT
        if _emptied(instans, navn) and lite:
            ledige.append(instans)
        else:
            instans.close()


@contextmanager
def one_core() -> Iterator[None]:
    """Let every instance that is made meanwhile have one core, and wait for the next who wants one.

    The work is little, and so is what they hold. What a use has of code lists stays for the next.
    """
    OPPSETT["threads"] = "1"
    try:
        yield
    finally:
        del OPPSETT["threads"]
        _I_RO.extend(con for ledige in _LEDIGE.values() for con in ledige)
        for ledige in _LEDIGE.values():
            ledige.clear()


def keeps_lists() -> bool:
    """Say whether instances are as of ``one_core`` now."""
    return "threads" in OPPSETT


def _emptied(instans: duckdb.DuckDBPyConnection, navn: str) -> bool:
    """Say whether an instance is as it was; one that something went wrong in may not be."""
    lister = "" if keeps_lists() else "detach database if exists kodeverk; "
    try:
        instans.execute(f"{lister}detach {navn}")
    except duckdb.Error:
        return False
    return True


def _resident() -> int:
    """Return how many pages of memory the process has; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1])
    except FileNotFoundError:
        return 0


def _close_all() -> None:
    for ledige in (*_LEDIGE.values(), _I_RO):
        while ledige:
            ledige.pop().close()


# A process that is forked off has the instances, but not their threads.
os.register_at_fork(before=_close_all)
