"""The values that rules and queries read as getvariable('name'): which there are, and where."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import duckdb

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import read_named
from vigo_pipeline.engine.query import Galt, QueryFailed

Steg = Literal[
    "innlesing",
    "kontroll",
    "utledning",
    "port",
    "mottaker",
    "overfoering",
    "ottall",
    "programomraader",
]
STEG: tuple[Steg, ...] = get_args(Steg)
FIL = Path(__file__).with_suffix(".toml")
LEST = re.compile(r"\bgetvariable\b(?:\s*\(\s*'(?P<navn>[^']*)'\s*\))?", re.IGNORECASE)


class UnknownValue(QueryFailed):
    """A query reads a value that nobody sets there: DuckDB would say null, and find nothing."""


class Verdi(Strict):
    """One value: what it is, and the steps that set it."""

    doc: str
    steg: tuple[Steg, ...]


@cache
def values() -> dict[str, Verdi]:
    """Return every value by name, as values.toml declares it.

    Raises:
        WrongSpec: the file is not whole.
    """
    return read_named(FIL, Verdi)


def set_in(steg: Steg) -> set[str]:
    """Return the names of the values that a step sets."""
    return {navn for navn, verdi in values().items() if steg in verdi.steg}


def read_by(sql: str) -> set[str]:
    """Return the names of the values that a query reads; ``?`` for one that it does not name."""
    return {treff["navn"] or "?" for treff in LEST.finditer(sql)}


def demand_declared(navn: str, steg: Steg) -> None:
    """Refuse a value that is not declared as set in a step.

    Raises:
        UnknownValue: it is not.
    """
    if navn not in set_in(steg):
        hva = (
            f"Verdien «{navn}» settes i steget {steg}, men står ikke der i {FIL.name}. Er navnet "
            f"feilskrevet? Ellers: før den opp i {FIL.name}."
        )
        raise UnknownValue(FIL.name, Galt(0, hva))


def now_set(con: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the names of the values that are set in a database."""
    return {rad[0] for rad in con.execute("select name from duckdb_variables()").fetchall()}


def why_not(satt: set[str], sql: str) -> str | None:
    """Return in words which values a query reads that are not set, None when it may run."""
    lest = read_by(sql)
    if ukjente := sorted(lest - values().keys()):
        return f"verdien «{ukjente[0]}» finnes ikke i {FIL.name}{_meant(ukjente[0])}"
    if usatte := sorted(lest - satt):
        steg = ", ".join(values()[usatte[0]].steg)
        return f"verdien «{usatte[0]}» er ikke satt her, bare i {steg}"
    return None


def demand_set(con: duckdb.DuckDBPyConnection, hva: str, sql: str) -> None:
    """Refuse a query that reads a value which is unknown, or not set in this step.

    Raises:
        UnknownValue: names the query and the value.
    """
    if read_by(sql) and (grunn := why_not(satt := now_set(con), sql)):
        raise UnknownValue(hva, Galt(_line(sql, satt), f"{grunn}."))


def _line(sql: str, satt: set[str]) -> int:
    """Return the line of the first value that a query reads and that is not set."""
    usatt = (t.start() for t in LEST.finditer(sql) if (t["navn"] or "?") not in satt)
    return sql[: next(usatt, 0)].count("\n") + 1


def _meant(navn: str) -> str:
    """Return what was perhaps meant, as a part of a sentence."""
    mente = meant(navn, values()).strip(" ?")
    return f" (m{mente[1:]}?)" if mente else ""
