"""Evaluate rules over DuckDB tables: every bad row by number, in one pass per table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.query import Galt, QueryFailed, run_query, what
from vigo_pipeline.engine.rules.generate import Kontrakt, Sjekk, expand, must_have
from vigo_pipeline.engine.values import now_set, why_not
from vigo_pipeline.engine.words import words

FUNN = pa.schema(
    [
        pa.field("regel", pa.string()),
        pa.field("alvor", pa.string()),
        pa.field("tabell", pa.string()),
        pa.field("kolonne", pa.string()),
        pa.field("rad", pa.int64()),
    ]
)

INGEN: Mapping[str, pa.Table] = MappingProxyType({})
# Where a row costs less than a question; what is found is the same.
FEW = 20_000
# What a check that reads another table has in it: a query, or a macro that is one.
_LOOKS_UP = {"select", "from"}
_LOOKS_UP |= {navn for navn, sql in duck.MAKROER.items() if "select" in words(sql)}
# What has such a word in it, and reads nothing.
_SAMMENLIGNER = re.compile(r"\bdistinct\s+from\b", re.IGNORECASE)


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


def find(
    con: duckdb.DuckDBPyConnection,
    sjekker: Sequence[Sjekk],
    *,
    also_empty: bool = False,
    for_haanden: Mapping[str, pa.Table] = INGEN,
) -> pa.Table:
    """Return what checks find, as ``evaluate`` does of the rules they come from.

    What is asked of a table without rows, or of a column without values that it must have, finds
    nothing, and is not asked. ``also_empty``: it is
    asked all the same, for whoever wants to know whether it can be. ``for_haanden``: tables as
    Arrow has them, with the same rows and no value that the database does not have, so that they
    are not counted there.

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
    antall, fylt = _sizes(con, sjekker, for_haanden)
    spurt = [s for s in sjekker if also_empty or (antall[s.tabell] and _may_hold(s, fylt))]
    smaa = [s for s in spurt if antall[s.tabell] <= FEW]
    # A query may read other tables than the one it is asked of: alone it has the memory for itself.
    sammen = smaa if smaa == spurt else [s for s in smaa if s.art != "spoerring"]
    for tabell, samme in _by_table(s for s in sammen if not _looks_elsewhere(s)):
        _ask_at_once(con, tabell, samme)
    _ask_together(con, [s for s in sammen if _looks_elsewhere(s)])
    alene = {*spurt} - {*sammen}
    for tabell, samme in _by_table(s for s in spurt if s in alene):
        _ask_many(con, tabell, samme)
    funn = con.sql("select * from funn order by regel, tabell, kolonne, rad").to_arrow_table()
    return funn.cast(FUNN)


def which(funn: pa.Table, *felt: str) -> set[tuple[str | None, ...]]:
    """Return what findings have in these columns, each once."""
    # Rows are told apart by one number: Arrow's own grouping takes long to read in.
    kolonner = [funn[n].combine_chunks().dictionary_encode("encode") for n in felt]
    verdier = [k.dictionary.to_pylist() for k in kolonner]
    nummer = pa.repeat(pa.scalar(0, pa.int64()), len(funn))
    for kolonne, ulike in zip(kolonner, verdier, strict=True):
        nummer = pc.add(pc.multiply(nummer, len(ulike)), kolonne.indices)
    return {_written(nr, verdier) for nr in pc.unique(nummer).to_pylist()}


def _written(nummer: int, verdier: Sequence[Sequence[str | None]]) -> tuple[str | None, ...]:
    """Return the values that a number of ``which`` stands for, the last of them in its last place.

    >>> _written(5, [["a", "b"], ["x", None, "y"]])
    ('b', 'y')
    """
    rad: list[str | None] = []
    for ulike in reversed(verdier):
        nummer, plass = divmod(nummer, len(ulike))
        rad.append(ulike[plass])
    return tuple(reversed(rad))


def _sizes(
    con: duckdb.DuckDBPyConnection, sjekker: Sequence[Sjekk], for_haanden: Mapping[str, pa.Table]
) -> tuple[dict[str, int], set[tuple[str, str]]]:
    """Return how many rows each table has that something is asked of, and which columns have some.

    The columns are those that a condition begins by saying is not blank.
    """
    spurt: dict[str, dict[str, None]] = {}
    for s in sjekker:
        spurt.setdefault(s.tabell, {}).update(dict.fromkeys(_must_have(s)))
    telt = {t: _counted(for_haanden[t], egne) for t, egne in spurt.items() if t in for_haanden}
    deler = [
        f"select '{tabell}', count(*), [{', '.join(f'count({n})' for n in egne)}]::bigint[] "
        f"from {tabell}"
        for tabell, egne in spurt.items()
        if tabell not in telt
    ]
    svar = _asked(con, sjekker, deler) if deler else []
    telt |= {tabell: (rader, verdier) for tabell, rader, verdier in svar}
    fylt = {
        (tabell, navn)
        for tabell, (_, verdier) in telt.items()
        for navn, har in zip(spurt[tabell], verdier, strict=True)
        if har
    }
    return {tabell: rader for tabell, (rader, _) in telt.items()}, fylt


def _counted(tabell: pa.Table, kolonner: Iterable[str]) -> tuple[int, list[int]]:
    """Return how many rows a table has, and how many of them have a value in each column.

    One that it does not have counts as filled: a question of it says what is wrong.
    """
    rader = len(tabell)
    har = {*tabell.column_names}
    return rader, [rader - tabell[n].null_count if n in har else 1 for n in kolonner]


def _must_have(sjekk: Sjekk) -> list[str]:
    navn = None if sjekk.art == "spoerring" else must_have(sjekk.sql)
    return [navn] if navn else []


def _may_hold(sjekk: Sjekk, fylt: set[tuple[str, str]]) -> bool:
    """Say whether a condition may hold: it does not where it asks for a column without values."""
    return all((sjekk.tabell, navn) in fylt for navn in _must_have(sjekk))


def _by_table(sjekker: Iterable[Sjekk]) -> list[tuple[str, list[Sjekk]]]:
    av: dict[str, list[Sjekk]] = {}
    for sjekk in sjekker:
        av.setdefault(sjekk.tabell, []).append(sjekk)
    return sorted(av.items())


def _looks_elsewhere(sjekk: Sjekk) -> bool:
    """Say whether a check reads another table than the one it is asked of."""
    return sjekk.art == "spoerring" or not words(_SAMMENLIGNER.sub("", sjekk.sql)).isdisjoint(
        _LOOKS_UP
    )


def _ask_at_once(con: duckdb.DuckDBPyConnection, tabell: str, sjekker: list[Sjekk]) -> None:
    """Ask a table of few rows all its checks at once: a question costs more there than a row."""
    for sjekk in _broken(con, tabell, sjekker):
        _keep(con, sjekk, f"select rad from {tabell} where {sjekk.sql}")


def _ask_together(con: duckdb.DuckDBPyConnection, sjekker: list[Sjekk]) -> None:
    """Ask what looks elsewhere from tables of few rows, as one query: as columns they cost more."""
    deler = [
        f"(select {n} from ({s.sql}) limit 1)"
        if s.art == "spoerring"
        else f"select {n} from {s.tabell} where {s.sql}"
        for n, s in enumerate(sjekker)
    ]
    funnet = {n for (n,) in _asked(con, sjekker, deler)} if deler else set()
    for sjekk in (s for n, s in enumerate(sjekker) if n in funnet):
        if sjekk.art == "spoerring":
            _run_query(con, sjekk)
        else:
            _keep(con, sjekk, f"select rad from {sjekk.tabell} where {sjekk.sql}")


def _ask_many(con: duckdb.DuckDBPyConnection, tabell: str, sjekker: list[Sjekk]) -> None:
    """Judge columns on their distinct values, looked up only where some are bad; scan rows once."""
    verdier = [s for s in sjekker if s.art == "verdi"]
    for kolonne in sorted({s.kolonne or "" for s in verdier}):
        ulike = f"(select distinct {kolonne} from {tabell})"
        for sjekk in _broken(con, ulike, [s for s in verdier if s.kolonne == kolonne]):
            _keep(
                con,
                sjekk,
                f"with daarlige as (from {ulike} where {sjekk.sql}) select rad from {tabell} "
                "where exists (from daarlige as d "
                f"where d.{kolonne} is not distinct from {tabell}.{kolonne})",
            )
    for sjekk in (s for s in sjekker if s.art == "spoerring"):
        _run_query(con, sjekk)
    if rader := [s for s in sjekker if s.art == "rad"]:
        _scan_rows(con, tabell, rader)


def _broken(con: duckdb.DuckDBPyConnection, kilde: str, sjekker: list[Sjekk]) -> list[Sjekk]:
    brutt = ", ".join(f"bool_or({s.sql})" for s in sjekker)
    svar = _try(con, sjekker, kilde, f"select {brutt} from {kilde}").fetchall()[0]
    return [s for s, er_brutt in zip(sjekker, svar, strict=True) if er_brutt]


def _run_query(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> None:
    if _keep(con, sjekk, f"select distinct rad from ({sjekk.sql})"):
        _demand_rows(con, sjekk)


def _demand_rows(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> None:
    """Refuse a query that finds rows which its table lacks: nobody would count them."""
    uten_rad = con.execute(
        f"select 1 from funn anti join {sjekk.tabell} as t on funn.rad = t.rad "
        "where funn.regel = $regel and funn.tabell = $tabell limit 1",
        {"regel": sjekk.regel, "tabell": sjekk.tabell},
    ).fetchone()
    if uten_rad:
        raise RuleFailed(sjekk.regel, f"spørringen gir radnumre som ikke finnes i {sjekk.tabell}")


def _keep(con: duckdb.DuckDBPyConnection, sjekk: Sjekk, rader: str) -> int:
    """Keep a check's findings, and return how many there are."""
    [(antall,)] = _execute(
        con,
        sjekk,
        f"insert into funn select $regel, $alvor, $tabell, $kolonne, rad from ({rader})",
        {
            "regel": sjekk.regel,
            "alvor": sjekk.alvor,
            "tabell": sjekk.tabell,
            "kolonne": sjekk.kolonne,
        },
    ).fetchall()
    return int(antall)


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
    svar = con.execute(f"select {hver} from brutt").fetchall()[0]
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


def _asked(
    con: duckdb.DuckDBPyConnection, sjekker: Iterable[Sjekk], deler: Iterable[str]
) -> list[tuple[Any, ...]]:
    """Return what queries of checks answer together; where that cannot be run, name the wrong one.

    Raises:
        RuleFailed: names it.
    """
    try:
        return con.execute(" union all ".join(deler)).fetchall()
    except duckdb.Error:
        for sjekk in sjekker:
            kilde = f"({sjekk.sql})" if sjekk.art == "spoerring" else sjekk.tabell
            hvor = "" if sjekk.art == "spoerring" else f" where {sjekk.sql}"
            _execute(con, sjekk, f"select count(*) from {sjekk.tabell}")
            _execute(con, sjekk, f"select count(*) from {kilde}{hvor}")
        raise


def _execute(
    con: duckdb.DuckDBPyConnection,
    sjekk: Sjekk,
    sql: str,
    params: dict[str, str | None] | None = None,
) -> duckdb.DuckDBPyConnection:
    try:
        return con.execute(sql, params) if params else con.execute(sql)
    except duckdb.Error as error:
        raise RuleFailed(sjekk.regel, str(what(error)).rstrip(".")) from None


def bind(con: duckdb.DuckDBPyConnection, sjekk: Sjekk) -> None:
    """Ask one check of the tables that are there, for what is wrong with the check itself.

    Raises:
        QueryFailed: its SQL cannot be run; the line is the SQL's own, 0 for what it is asked of.
    """
    if grunn := why_not(now_set(con), sjekk.sql):
        raise QueryFailed(sjekk.regel, Galt(0, f"{grunn}."))
    run_query(con, sjekk.tabell, "", f"select rad from {sjekk.tabell} limit 0")
    if sjekk.art == "spoerring":
        run_query(con, sjekk.regel, sjekk.sql, "select distinct rad from (", ")")
        return
    kilde = f"select distinct {sjekk.kolonne} from" if sjekk.art == "verdi" else "from"
    run_query(con, sjekk.tabell, "", f"{kilde} {sjekk.tabell} limit 0")
    run_query(
        con, sjekk.regel, sjekk.sql, f"select count(*) from ({kilde} {sjekk.tabell}) where (", ")"
    )
