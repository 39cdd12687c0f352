"""What is said of a school or a fylke as a whole: small tables that rules look at as any other."""

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.syntetisk.forutsetning import fakta

HER = Path(__file__).parent
# In this order: felt reads skoler.
TABELLER = ("skoler", "fylker", "felt")


def aggregate(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> dict[str, pa.Table]:
    """Make the tables of schools and fylker, register them, and return them by name.

    ``skoler``: one row per school; ``fylker``: one row per fylke (the queries beside this file).
    ``felt``: one row per school and column that some pupil had filled last year: pupils, and pupils
    with the column filled, now (``naa``, ``naa_fylt``) and then (``i_fjor``, ``i_fjor_fylt``).
    """
    con.register("publisert", pa.Table.from_pylist(list(fakta("elever_per_fylke"))))
    ut = {}
    for navn in TABELLER:
        sti = HER / f"{navn}.sql"
        sql = sti.read_text("utf-8") if sti.exists() else _columns(con, leveranse)
        ut[navn] = con.sql(sql).to_arrow_table()
        con.register(navn, ut[navn])
    return ut


def _columns(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> str:
    """Return the query of ``felt``; last year's delivery may have had other columns."""
    naa, foer = (_types(con, tabell) for tabell in ("rader", "i_fjor"))
    utenom = {"rad", "skolenr", "fnr", *leveranse.noekkel}
    felles = [n for n in naa if n in foer and n not in utenom]
    deler = {t: _per_school(t, typer, felles) for t, typer in (("rader", naa), ("i_fjor", foer))}
    return f"""
        select
            row_number() over (order by skolenr, kolonne) as rad,
            skolenr,
            skoler.avgiverfylke,
            kolonne,
            naa.elever as naa,
            naa.fylt as naa_fylt,
            foer.elever as i_fjor,
            foer.fylt as i_fjor_fylt
        from ({deler["rader"]}) as naa
        inner join ({deler["i_fjor"]}) as foer using (skolenr, kolonne)
        inner join skoler using (skolenr)
        where foer.fylt > 0
    """


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
