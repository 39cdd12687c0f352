"""What is said of a school or a fylke as a whole: small tables that rules look at as any other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.query import ask
from vigo_pipeline.engine.values import demand_set

HER = Path(__file__).parent
# In this order: felt reads skoler.
TABELLER = ("skoler", "fylker", "felt")
# Each row of these is of one school.
PER_SKOLE = ("skoler", "felt")


def queries() -> dict[str, str]:
    """Return the query of each table, as the files beside this one say now."""
    return {navn: (HER / f"{navn}.sql").read_text("utf-8") for navn in TABELLER}


def aggregate(
    con: duckdb.DuckDBPyConnection,
    leveranse: Leveranse,
    spoerringer: Mapping[str, str],
    publisert: Sequence[Mapping[str, str]],
    *,
    nevnt: Collection[str] | None,
    ferdige: Mapping[str, pa.Table],
) -> dict[str, pa.Table]:
    """Make the tables of schools and fylker, register them, and return them by name.

    ``skoler``: one row per school; ``fylker``: one row per fylke (the queries beside this file).
    ``felt``: one row per school and column that some pupil had filled last year: pupils, and pupils
    with the column filled, now (``naa``, ``naa_fylt``) and then (``i_fjor``, ``i_fjor_fylt``).

    Args:
        con: with ``rader``, ``i_fjor``, ``forrige_runde`` and ``mottak``.
        leveranse: the delivery.
        spoerringer: the query of each table.
        publisert: the published pupils per fylke and year.
        nevnt: what the rules name: a table that none of them does, is not made, but for the
            schools, which reports show; all are when None.
        ferdige: tables that are made already.

    Raises:
        UnknownValue: a query reads a value that is not set here.
    """
    con.register("publisert", pa.Table.from_pylist([dict(p) for p in publisert]))
    _count_filled(con, leveranse)
    ut = {}
    for navn in (n for n in TABELLER if n == "skoler" or nevnt is None or n in nevnt):
        ut[navn] = ferdige[navn] if navn in ferdige else _made(con, navn, spoerringer[navn])
        con.register(navn, ut[navn])
    return ut


def _made(con: duckdb.DuckDBPyConnection, navn: str, sql: str) -> pa.Table:
    demand_set(con, f"{navn}.sql", sql)
    return ask(con, f"{navn}.sql", sql).to_arrow_table()


def _count_filled(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> None:
    """Make ``fylt_rader`` and ``fylt_i_fjor``: per school and column, pupils and those filled.

    Last year's delivery may have had other columns; only those of both are counted.
    """
    typer = {tabell: _types(con, tabell) for tabell in ("rader", "i_fjor")}
    utenom = {"rad", "skolenr", "fnr", *leveranse.noekkel}
    felles = [n for n in typer["rader"] if n in typer["i_fjor"] and n not in utenom]
    for tabell, egne in typer.items():
        con.execute(f"create view fylt_{tabell} as {_per_school(tabell, egne, felles)}")


def _per_school(tabell: str, typer: Mapping[str, str], kolonner: Collection[str]) -> str:
    """Return the query of how many of a school's pupils have each column filled."""
    per_elev = ", ".join(_filled(n, typer[n]) for n in kolonner)
    per_skole = ", ".join(f"count_if({n}) as {n}" for n in kolonner)
    return (
        f"from (select skolenr, count(*) as elever, {per_skole} from "
        f"(select skolenr, fnr, {per_elev} from {tabell} group by skolenr, fnr) group by skolenr) "
        f"unpivot (fylt for kolonne in ({', '.join(kolonner)}))"
    )


def _types(con: duckdb.DuckDBPyConnection, tabell: str) -> dict[str, str]:
    return {rad[0]: rad[1] for rad in con.sql(f"describe {tabell}").fetchall()}


def _filled(navn: str, type_: str) -> str:
    """Return whether some row of a pupil's says something; of a number, 0 says nothing."""
    er_tall = type_.startswith(("DECIMAL", "INTEGER", "BIGINT", "SMALLINT", "DOUBLE"))
    return f"bool_or({navn} is not null{f' and {navn} <> 0' if er_tall else ''}) as {navn}"
