"""Derive a delivery: SQL over the Sentralbase in DuckDB, cast to exactly the promised schema."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain import fnr
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive.account import account, counted
from vigo_pipeline.engine.derive.pieces import pieces
from vigo_pipeline.engine.derive.recipe import Oppskrift, promised_schema
from vigo_pipeline.engine.query import Galt, QueryFailed, run_query, what
from vigo_pipeline.engine.values import demand_set
from vigo_pipeline.engine.words import words

# The piece of a delivery that is being made, and what came out of it.
BIT = "bit"
UT = (
    "select 'ut' as slag, av as avgiver, skole as skolenr, utelatt, count(*) as antall "
    f"from {BIT} group by all"
)


@dataclass(frozen=True)
class Avledet:
    """A delivery before the gate.

    ``rader``: the delivered and control columns, sorted by key, with ``rad`` from 1.
    ``antall``: what the account is made of, the ANTALL columns.
    """

    rader: pa.Table
    antall: pa.Table

    @property
    def regnskap(self) -> pa.Table:
        """Return per avgiver rows in, out and left out, with reasons; the REGNSKAP columns."""
        return account(self.antall)


def derive(
    oppskrift: Oppskrift, tabeller: Mapping[str, pa.Table], forrige: pa.Table | None
) -> Avledet:
    """Return a delivery's rows and account of them.

    Args:
        oppskrift: everything but rows that it is made by.
        tabeller: the Sentralbase at a watermark, by table name.
        forrige: the rows of the delivery before this one in the skoleår, or the columns ``foer``.

    Raises:
        QueryFailed: a query cannot be run, or lacks a column that the spec promises.
        UnknownReason: a row is left out without a reason in the spec.
        UnknownValue: a query reads a value that is not set here.
        pyarrow.ArrowInvalid: the query's columns do not fit the promised schema.
    """
    leveranse = oppskrift.leveranse
    with duck.connect() as con:
        kolonner = lay_out(con, oppskrift, tabeller, forrige)
        try:
            return _made(con, leveranse, tabeller[leveranse.grunnlag], kolonner)
        except duckdb.Error as feil:
            # Views are computed here, and some values can only be judged by their rows.
            raise QueryFailed(oppskrift.query_file("alle"), what(feil)) from None


def lay_out(
    con: duckdb.DuckDBPyConnection,
    oppskrift: Oppskrift,
    tabeller: Mapping[str, pa.Table],
    forrige: pa.Table | None,
) -> list[str]:
    """Make ``alle``, every row of the delivery's query, and all that it reads; as for ``derive``.

    Return the names of its columns.

    Raises:
        QueryFailed: a query cannot be run, or lacks a column that the spec promises.
        UnknownValue: a query reads a value that is not set here.
    """
    leveranse = oppskrift.leveranse
    lovet = promised_schema(leveranse)
    duck.register_kodeverk(con, *oppskrift.periode)
    duck.define(con, oppskrift.makroer, oppskrift.sql.values())
    duck.set_variables(con, "utledning", oppskrift.verdier)
    for navn in leveranse.leser:
        con.register(navn, tabeller[navn])
    _register_persons(con, oppskrift, tabeller)
    foer = lovet.empty_table() if forrige is None else forrige
    # One that was made by an older contract may lack some, and the query says so.
    con.register("forrige", foer.select([n for n in oppskrift.foer if n in foer.column_names]))
    _make_views(con, oppskrift)
    return _demand_promised(con, oppskrift, lovet)


def _register_persons(
    con: duckdb.DuckDBPyConnection, oppskrift: Oppskrift, tabeller: Mapping[str, pa.Table]
) -> None:
    """Make table ``person`` of those with an elevkurs, else of those the delivery is made from.

    A delivery whose queries do not name it, has none.
    """
    if not any("person" in words(sql) for sql in oppskrift.sql.values()):
        return
    leveranse = oppskrift.leveranse
    kilde = tabeller["elevkurs" if "elevkurs" in leveranse.leser else leveranse.grunnlag]
    if "fnr" in kilde.column_names:
        con.register("person", fnr.classify(pc.unique(kilde["fnr"])))


def _make_views(con: duckdb.DuckDBPyConnection, oppskrift: Oppskrift) -> None:
    """Make each derived value, and ``alle``: every row of the delivery's query.

    What is read in more than one place is computed once; the rest are views, so that nobody makes
    more columns than are asked for.
    """
    alle = oppskrift.sql.values()
    for navn, spoerring in oppskrift.sql.items():
        if navn in oppskrift.regler:
            con.register(f"{navn}_regler", pa.Table.from_pylist(oppskrift.regler[navn]))
        fil = oppskrift.query_file(navn)
        demand_set(con, fil, spoerring)
        lest = sum(len(re.findall(rf"\b(?:from|join) {navn}\b", s)) for s in alle)
        run_query(con, fil, spoerring, f"create {'table' if lest > 1 else 'view'} {navn} as")


def _demand_promised(
    con: duckdb.DuckDBPyConnection, oppskrift: Oppskrift, lovet: pa.Schema
) -> list[str]:
    """Refuse a query without a column that the spec promises, or with it as another kind of value.

    Return the names of all its columns.

    Raises:
        QueryFailed: names each of them.
    """
    tomt = con.sql("from alle limit 0").to_arrow_table()
    har: list[str] = tomt.column_names
    skal = [*lovet.names[1:], "avgiver", "utelatt"]
    feil = [f"kolonnen «{n}» mangler.{meant(n, har)}" for n in skal if n not in har]
    if not feil and (
        ulike := [f for f in lovet if f.name in har and not _fits(tomt[f.name], f.type)]
    ):
        er = {rad[0]: rad[1] for rad in con.execute("describe alle").fetchall()}
        feil = [f"kolonnen «{f.name}» er {er[f.name]}, men variabelen er {f.type}." for f in ulike]
    if feil:
        raise QueryFailed(oppskrift.query_file("alle"), Galt(0, " ".join(feil)))
    return har


def _fits(kolonne: pa.ChunkedArray, type_: pa.DataType) -> bool:
    try:
        kolonne.cast(type_)
    except pa.ArrowException:
        return False
    return True


def _made(
    con: duckdb.DuckDBPyConnection,
    leveranse: Leveranse,
    grunnlag: pa.Table,
    kolonner: Collection[str],
) -> Avledet:
    """Return what ``alle``, which has these columns, comes to, each row computed once."""
    lovet = promised_schema(leveranse)
    skole = "skolenr" if "skolenr" in kolonner else "null"
    navn, noekkel = ", ".join(lovet.names[1:]), ", ".join(leveranse.noekkel)
    hvor = f"avgiver as av, {skole}::varchar as skole, utelatt::varchar as utelatt"
    rader, antall = [], [_rows_read(con, leveranse, grunnlag.column_names)]
    for bit in pieces(leveranse.noekkel[0], grunnlag):
        con.execute(
            f"create or replace temp table {BIT} as "
            f"select {navn}, {hvor} from alle where {bit.condition(con)}"
        )
        antall.append(con.sql(UT).to_arrow_table())
        levert = con.sql(f"select {navn} from {BIT} where utelatt is null order by {noekkel}")
        rader.append(levert.to_arrow_table())
    return Avledet(numbered(pa.concat_tables(rader), lovet), counted(leveranse, antall))


def numbered(rader: pa.Table, lovet: pa.Schema) -> pa.Table:
    """Return rows with ``rad`` from 1, of exactly the promised schema.

    Raises:
        pyarrow.ArrowInvalid: their columns do not fit it.
    """
    # Numbered here: a window in DuckDB would hold every row once more.
    return rader.add_column(0, "rad", pa.arange(1, len(rader) + 1)).cast(lovet)


def _rows_read(
    con: duckdb.DuckDBPyConnection, leveranse: Leveranse, kolonner: Collection[str]
) -> pa.Table:
    """Return how many rows were read, of the ANTALL columns. ``kolonner``: of what is read."""
    skole = "skolenr" if "skolenr" in kolonner else "null"
    return con.sql(
        f"select 'inn' as slag, avgiver, {skole}::varchar as skolenr, null::varchar as utelatt, "
        f"count(*) as antall from {leveranse.grunnlag} group by all"
    ).to_arrow_table()
