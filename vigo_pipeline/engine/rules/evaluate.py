"""Evaluate rules over DuckDB tables: every bad row by number, in one pass per table."""

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.query import QueryFailed, run_query, what
from vigo_pipeline.engine.rules.generate import Kontrakt, Sjekk, expand
from vigo_pipeline.engine.values import now_set, why_not

FUNN = pa.schema(
    [
        pa.field("regel", pa.string()),
        pa.field("alvor", pa.string()),
        pa.field("tabell", pa.string()),
        pa.field("kolonne", pa.string()),
        pa.field("rad", pa.int64()),
    ]
)

# Where a row costs less than a question; what is found is the same.
FEW = 2_000


class RuleFailed(VigoError):
    """A rule's own SQL cannot be run: the rule is wrong, not the data."""

    def __init__(self, regel: str, aarsak: str) -> None:
        super().__init__(f"Regel {regel} kan ikke kjøres: {aarsak}. Rett regelen i expectations/.")


def evaluate(
    con: duckdb.DuckDBPyConnection,
    regler: Iterable[Regel],
    kontrakt: Kontrakt,
) -> pa.Table:
    """Return one row per broken rule, table, column and row, sorted; the FUNN schema.

    Every table has a unique ``rad``. ``kontrakt`` names the tables whose columns the contract
    describes.

    Raises:
        RuleFailed: a rule's SQL cannot be run, reads a value that is not set in this step, or
            finds rows that are not there.
    """
    return find(con, [s for regel in regler for s in expand(regel, kontrakt)])


def find(con: duckdb.DuckDBPyConnection, sjekker: Sequence[Sjekk]) -> pa.Table:
    """Return what checks find, as ``evaluate`` does of the rules they come from.

    Raises:
        RuleFailed: a check's SQL cannot be run, reads a value that is not set in this step, or
            finds rows that are not there.
    """
    satt = now_set(con)
    for sjekk in sjekker:
        if grunn := why_not(satt, sjekk.sql):
            raise RuleFailed(sjekk.regel, grunn)
    con.execute(
        "create or replace temp table funn "
        "(regel varchar, alvor varchar, tabell varchar, kolonne varchar, rad bigint)"
    )
    for tabell, samme in _by_table(sjekker, "verdi"):
        _judge_values(con, tabell, samme)
    for sjekk in (s for s in sjekker if s.art == "spoerring"):
        _run_query(con, sjekk)
    for tabell, samme in _by_table(sjekker, "rad"):
        _scan_rows(con, tabell, samme)
    truffet = {*con.sql("select distinct regel, tabell from funn").fetchall()}
    for sjekk in (s for s in sjekker if s.art == "spoerring" and (s.regel, s.tabell) in truffet):
        _demand_rows(con, sjekk)
    funn = con.sql("select * from funn order by regel, tabell, kolonne, rad").to_arrow_table()
    return funn.cast(FUNN)


def _by_table(sjekker: Sequence[Sjekk], art: str) -> list[tuple[str, list[Sjekk]]]:
    av: dict[str, list[Sjekk]] = {}
    for sjekk in (s for s in sjekker if s.art == art):
        av.setdefault(sjekk.tabell, []).append(sjekk)
    return sorted(av.items())


def _judge_values(con: duckdb.DuckDBPyConnection, tabell: str, sjekker: list[Sjekk]) -> None:
    """Judge columns on their distinct values; look rows up only where some value is bad.

    A table of few rows is asked as it is, of all its columns at once: a question costs more there
    than a row does.
    """
    [antall] = con.sql(f"select count(*) from {tabell}").fetchall()[0]
    if antall <= FEW:
        for sjekk in _broken(con, tabell, sjekker):
            _keep(con, sjekk, f"select rad from {tabell} where {sjekk.sql}")
        return
    for kolonne in sorted({s.kolonne or "" for s in sjekker}):
        verdier = f"(select distinct {kolonne} from {tabell})"
        for sjekk in _broken(con, verdier, [s for s in sjekker if s.kolonne == kolonne]):
            _keep(
                con,
                sjekk,
                f"with daarlige as (from {verdier} where {sjekk.sql}) select rad from {tabell} "
                "where exists (from daarlige as d "
                f"where d.{kolonne} is not distinct from {tabell}.{kolonne})",
            )


def _broken(con: duckdb.DuckDBPyConnection, kilde: str, sjekker: list[Sjekk]) -> list[Sjekk]:
    brutt = ", ".join(f"bool_or({s.sql})" for s in sjekker)
    svar = _try(con, sjekker, kilde, f"select {brutt} from {kilde}").fetchall()[0]
    return [s for s, er_brutt in zip(sjekker, svar, strict=True) if er_brutt]


def _run_query(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> None:
    _keep(con, sjekk, f"select distinct rad from ({sjekk.sql})")


def _demand_rows(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> None:
    """Refuse a query that finds rows which its table lacks: nobody would count them."""
    uten_rad = con.execute(
        f"select 1 from funn anti join {sjekk.tabell} as t on funn.rad = t.rad "
        "where funn.regel = $regel and funn.tabell = $tabell limit 1",
        {"regel": sjekk.regel, "tabell": sjekk.tabell},
    ).fetchone()
    if uten_rad:
        raise RuleFailed(sjekk.regel, f"spørringen gir radnumre som ikke finnes i {sjekk.tabell}")


def _keep(con: duckdb.DuckDBPyConnection, sjekk: Sjekk, rader: str) -> None:
    _execute(
        con,
        sjekk,
        f"insert into funn select $regel, $alvor, $tabell, $kolonne, rad from ({rader})",
        {
            "regel": sjekk.regel,
            "alvor": sjekk.alvor,
            "tabell": sjekk.tabell,
            "kolonne": sjekk.kolonne,
        },
    )


def _scan_rows(con: duckdb.DuckDBPyConnection, tabell: str, sjekker: list[Sjekk]) -> None:
    """Judge all row rules of a table in one scan; only bad rows leave it."""
    brutt = ", ".join(f"coalesce(({s.sql}), false) as b{n}" for n, s in enumerate(sjekker))
    noen = " or ".join(f"b{n}" for n in range(len(sjekker)))
    _try(
        con,
        sjekker,
        tabell,
        "create or replace temp table brutt as "
        f"from (select rad, {brutt} from {tabell}) where {noen}",
    )
    # Most rules are broken by nobody, and one question is less than one of each.
    hver = ", ".join(f"bool_or(b{n})" for n in range(len(sjekker)))
    svar = con.sql(f"select {hver} from brutt").fetchall()[0]
    for n, sjekk in ((n, s) for n, s in enumerate(sjekker) if svar[n]):
        _keep(con, sjekk, f"select rad from brutt where b{n}")


def _try(
    con: duckdb.DuckDBPyConnection, sjekker: list[Sjekk], tabell: str, sql: str
) -> duckdb.DuckDBPyConnection:
    """Run a query made of several checks; when it fails, run each to name the wrong one."""
    try:
        return con.execute(sql)
    except duckdb.Error:
        for sjekk in sjekker:
            _execute(con, sjekk, f"select count(*) from {tabell} where {sjekk.sql}")
        raise


def _execute(
    con: duckdb.DuckDBPyConnection,
    sjekk: Sjekk,
    sql: str,
    params: dict[str, str | None] | None = None,
) -> None:
    try:
        con.execute(sql, params) if params else con.execute(sql)
    except duckdb.Error as error:
        raise RuleFailed(sjekk.regel, what(error)[1].rstrip(".")) from None


def bind(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> None:
    """Ask one check of the tables that are there, for what is wrong with the check itself.

    Raises:
        QueryFailed: its SQL cannot be run; the line is the SQL's own, 0 for what it is asked of.
    """
    if grunn := why_not(now_set(con), sjekk.sql):
        raise QueryFailed(sjekk.regel, 0, f"{grunn}.")
    run_query(con, sjekk.tabell, "", f"select rad from {sjekk.tabell} limit 0")
    if sjekk.art == "spoerring":
        run_query(con, sjekk.regel, sjekk.sql, "select distinct rad from (", ")")
        return
    kilde = f"select distinct {sjekk.kolonne} from" if sjekk.art == "verdi" else "from"
    run_query(con, sjekk.tabell, "", f"{kilde} {sjekk.tabell} limit 0")
    run_query(
        con, sjekk.regel, sjekk.sql, f"select count(*) from ({kilde} {sjekk.tabell}) where (", ")"
    )
