"""Derive a delivery: SQL over the Sentralbase in DuckDB, cast to exactly the promised schema."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.fault import meant
from vigo_pipeline.contract.grensesnitt import Post, linjetyper
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.contract.variabel import Variabel, schema, variabler
from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.retthistorie import oldest_in_ot
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.basis import Grunnlag
from vigo_pipeline.engine.derive.pieces import pieces
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.query import QueryFailed, run_query, what
from vigo_pipeline.engine.values import demand_set, read_by

REGNSKAP = pa.schema(
    [
        pa.field("rad", pa.int64()),
        pa.field("fylke", pa.string()),
        pa.field("inn", pa.int64()),
        pa.field("ut", pa.int64()),
        pa.field("utelatt", pa.int64()),
        pa.field("hvorfor", pa.map_(pa.string(), pa.int64())),
    ]
)


ORDEN = ("slag", "avgiver", "skolenr", "utelatt")
REGNSKAPET = """
with
inn as (select avgiver, sum(antall) as antall from antall where slag = 'inn' group by avgiver),
alle as (
    select avgiver, utelatt, sum(antall) as antall from antall where slag = 'ut' group by all
),
ut as (select avgiver, antall from alle where utelatt is null),
grunn as (from alle where utelatt is not null),
utelatt as (
    select
        avgiver,
        sum(antall) as antall,
        map_from_entries(list((utelatt, antall::bigint) order by utelatt)) as hvorfor
    from grunn group by avgiver
)
select
    row_number() over (order by inn.avgiver) as rad,
    inn.avgiver as fylke,
    inn.antall as inn,
    coalesce(ut.antall, 0) as ut,
    coalesce(utelatt.antall, 0) as utelatt,
    utelatt.hvorfor
from inn left join ut using (avgiver) left join utelatt using (avgiver)
order by rad
"""


# A column of the delivery before, in a query.
FORRIGE = re.compile(r"\bforrige\.(\w+)")
# The piece of a delivery that is being made, and what came out of it.
BIT = "bit"
UT = (
    "select 'ut' as slag, av as avgiver, skole as skolenr, utelatt, count(*) as antall "
    f"from {BIT} group by all"
)


class UnknownReason(VigoError):
    """A delivery's query leaves rows out for a reason that its spec does not name."""


@dataclass(frozen=True)
class Oppskrift(Grunnlag):
    """What a delivery is made by: its spec, contract, queries, macros, values and code lists.

    ``variabler``: what is read and delivered. ``poster``: the line types, which say what the tables
    of the Sentralbase are. ``sql``: the derived values in order, then ``alle``, the delivery's own.
    ``regler``: the tables of rules that a derived value has beside its query.
    """

    leveranse: Leveranse
    variabler: Mapping[str, Variabel]
    poster: Mapping[str, Post]
    sql: Mapping[str, str]
    regler: Mapping[str, list[dict[str, object]]]
    makroer: Mapping[str, str]
    verdier: duck.Verdier
    periode: tuple[date, date]
    kodeverk: str

    @property
    def foer(self) -> list[str]:
        """Return the columns of the delivery before that are read: its key, and those named."""
        lest = {n for sql in self.sql.values() for n in FORRIGE.findall(sql)}
        alle = promised_schema(self.leveranse).names
        return [n for n in alle if n in lest or n in self.leveranse.noekkel]

    def query_file(self, navn: str) -> str:
        """Return the file of a query, as seen from where assets are."""
        egen = f"{self.leveranse.spoerring}.sql"
        return f"assets/leveranser/{egen if navn == 'alle' else f'avledet/{navn}.sql'}"


def recipe(
    leveranse: Leveranse,
    leveranser: Path,
    skoleaar: Skoleaar,
    *,
    telledato: date | None = None,
    med_privatister: str = "",
) -> Oppskrift:
    """Return what a delivery is made by in a skoleår, as the files say now.

    Args:
        leveranse: the spec.
        leveranser: the folder of the queries; those that several share lie in ``avledet``.
        skoleaar: gives telledato and 1 November.
        telledato: the day the round is counted on; 1 October when left out.
        med_privatister: the avgivere whose privatister are counted, with comma between.
    """
    dag = telledato or skoleaar.telledato
    lest = {n for kolonner in leveranse.leser.values() for n in kolonner}
    navn = sorted((lest | {*promised_schema(leveranse).names}) & variabler().keys())
    avledet = leveranser / "avledet"
    sql = {n: (avledet / f"{n}.sql").read_text("utf-8") for n in leveranse.avleder}
    sql["alle"] = (leveranser / f"{leveranse.spoerring}.sql").read_text("utf-8")
    # A choice that no query reads makes nothing else of it.
    valgt = {"med_privatister": med_privatister} if reads_choice(sql.values()) else {}
    return Oppskrift(
        # These decide nothing that is in it; the verdict is of the first.
        leveranse=leveranse.model_copy(update={"krever_godkjenning": False, "per_skole": False}),
        variabler={n: variabler()[n] for n in navn},
        poster={p.kode: p for p in linjetyper()},
        sql=sql,
        regler={
            n: tomllib.loads(sti.read_text("utf-8"))["regel"]
            for n in leveranse.avleder
            if (sti := avledet / f"{n}.toml").exists()
        },
        makroer=dict(duck.MAKROER),
        verdier=duck.of_skoleaar(
            skoleaar,
            foerste_november=date(skoleaar.start, 11, 1),
            telledato=dag,
            ot_foedt_fra=date(oldest_in_ot(dag), 1, 1),
            **valgt,
        ),
        periode=(skoleaar.start_dato, skoleaar.slutt_dato),
        kodeverk=kodeverk.version(),
    )


def reads_choice(sql: Iterable[str]) -> bool:
    """Say whether queries ask whose privatister are counted."""
    return any("med_privatister" in read_by(s) for s in sql)


# What an account is made of: rows by avgiver and school, what of them is read (``inn``) and what of
# them came out, by the reason to leave them out, blank of those that are delivered.
ANTALL = pa.schema(
    [pa.field(n, pa.string()) for n in ("slag", "avgiver", "skolenr", "utelatt")]
    + [pa.field("antall", pa.int64())]
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


def promised_schema(leveranse: Leveranse) -> pa.Schema:
    """Return the Arrow schema of a delivery's rows: row number, delivered and control columns."""
    navn = leveranse.navn + [k for k in leveranse.kontrollkolonner if k not in leveranse.navn]
    # What is there for the rules only, and is no variable, is text.
    felt = [schema([n]).field(0) if n in variabler() else pa.field(n, pa.string()) for n in navn]
    return pa.schema([pa.field("rad", pa.int64()), *felt])


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
        lay_out(con, oppskrift, tabeller, forrige)
        try:
            return _made(con, leveranse, tabeller[leveranse.grunnlag])
        except duckdb.Error as feil:
            # Views are computed here, and some values can only be judged by their rows.
            raise QueryFailed(oppskrift.query_file("alle"), *what(feil)) from None


def lay_out(
    con: duckdb.DuckDBPyConnection,
    oppskrift: Oppskrift,
    tabeller: Mapping[str, pa.Table],
    forrige: pa.Table | None,
) -> None:
    """Make ``alle``, every row of the delivery's query, and all that it reads; as for ``derive``.

    Raises:
        QueryFailed: a query cannot be run, or lacks a column that the spec promises.
        UnknownValue: a query reads a value that is not set here.
    """
    leveranse = oppskrift.leveranse
    lovet = promised_schema(leveranse)
    duck.register_kodeverk(con, *oppskrift.periode)
    duck.define(con, oppskrift.makroer)
    duck.set_variables(con, "utledning", oppskrift.verdier)
    for navn in leveranse.leser:
        con.register(navn, tabeller[navn])
    _register_persons(con, leveranse, tabeller)
    foer = lovet.empty_table() if forrige is None else forrige
    # One that was made by an older contract may lack some, and the query says so.
    con.register("forrige", foer.select([n for n in oppskrift.foer if n in foer.column_names]))
    _make_views(con, oppskrift)
    _demand_promised(con, oppskrift, lovet)


def put_together(
    leveranse: Leveranse, foer: Avledet, nytt: Avledet, skoler: Collection[str]
) -> Avledet:
    """Return a delivery in which some schools are as they have been derived anew.

    Args:
        leveranse: one whose rows at a school are made of nothing but that school's.
        foer: the delivery as it was.
        nytt: the same of these schools only.
        skoler: the schools.
    """
    egne = pa.array(sorted(skoler), pa.string())

    def others(tabell: pa.Table) -> pa.Table:
        return tabell.filter(pc.invert(pc.is_in(tabell["skolenr"], egne)))

    staar, nye = others(foer.rader).drop_columns(["rad"]), nytt.rader.drop_columns(["rad"])
    rader = pa.concat_tables([staar, nye]).take(_merged(staar, nye, leveranse.noekkel))
    antall = pa.concat_tables([others(foer.antall), nytt.antall])
    return Avledet(
        _numbered(rader, promised_schema(leveranse)),
        antall.sort_by([(n, "ascending") for n in ORDEN]),
    )


def _merged(staar: pa.Table, nye: pa.Table, noekkel: Sequence[str]) -> pa.Array:
    """Return the order of both together, by a key of texts that each of them is sorted by."""
    # No text of a key has a character before it, so joined they sort as one by one.
    samlet = [
        pc.binary_join_element_wise(*(t[n] for n in noekkel), "\x1f").cast(pa.binary())
        for t in (staar, nye)
    ]
    gamle = samlet[0].combine_chunks()
    steder = [
        bisect_left(range(len(gamle)), n, key=lambda i: gamle[i].as_py())
        for n in samlet[1].to_pylist()
    ]
    plass = np.arange(len(gamle), len(gamle) + len(steder))
    return pa.array(np.insert(np.arange(len(gamle)), steder, plass))


def _register_persons(
    con: duckdb.DuckDBPyConnection, leveranse: Leveranse, tabeller: Mapping[str, pa.Table]
) -> None:
    """Make table ``person`` of those with an elevkurs, else of those the delivery is made from."""
    kilde = tabeller["elevkurs" if "elevkurs" in leveranse.leser else leveranse.grunnlag]
    if "fnr" in kilde.column_names:
        con.register("person", fnr.classify(pc.unique(kilde["fnr"])))


def _make_views(con: duckdb.DuckDBPyConnection, oppskrift: Oppskrift) -> None:
    """Make each derived value, and ``alle``: every row of the delivery's query.

    What several queries read is computed once; the rest are views, so that nobody makes more
    columns than are asked for.
    """
    alle = oppskrift.sql.values()
    for navn, spoerring in oppskrift.sql.items():
        if navn in oppskrift.regler:
            con.register(f"{navn}_regler", pa.Table.from_pylist(oppskrift.regler[navn]))
        fil = oppskrift.query_file(navn)
        demand_set(con, fil, spoerring)
        lesere = sum(bool(re.search(rf"\b(from|join) {navn}\b", s)) for s in alle)
        run_query(con, fil, spoerring, f"create {'table' if lesere > 1 else 'view'} {navn} as")


def _demand_promised(
    con: duckdb.DuckDBPyConnection, oppskrift: Oppskrift, lovet: pa.Schema
) -> None:
    """Refuse a query without a column that the spec promises, or with it as another kind of value.

    Raises:
        QueryFailed: names each of them.
    """
    har = {rad[0]: rad[1] for rad in con.execute("describe alle").fetchall()}
    skal = [*lovet.names[1:], "avgiver", "utelatt"]
    feil = [f"kolonnen «{n}» mangler.{meant(n, har)}" for n in skal if n not in har]
    if not feil:
        tomt = con.sql("from alle limit 0").to_arrow_table()
        feil = [
            f"kolonnen «{f.name}» er {har[f.name]}, men variabelen er {f.type}."
            for f in lovet
            if f.name in har and not _fits(tomt[f.name], f.type)
        ]
    if feil:
        raise QueryFailed(oppskrift.query_file("alle"), 0, " ".join(feil))


def _fits(kolonne: pa.ChunkedArray, type_: pa.DataType) -> bool:
    try:
        kolonne.cast(type_)
    except pa.ArrowException:
        return False
    return True


def _made(con: duckdb.DuckDBPyConnection, leveranse: Leveranse, grunnlag: pa.Table) -> Avledet:
    """Return what ``alle`` comes to, each row computed once."""
    lovet = promised_schema(leveranse)
    skole = "skolenr" if "skolenr" in con.table("alle").columns else "null"
    navn, noekkel = ", ".join(lovet.names[1:]), ", ".join(leveranse.noekkel)
    hvor = f"avgiver as av, {skole}::varchar as skole, utelatt::varchar as utelatt"
    rader, antall = [], [_read(con, leveranse)]
    for bit in pieces(leveranse.noekkel[0], grunnlag):
        con.execute(
            f"create or replace temp table {BIT} as "
            f"select {navn}, {hvor} from alle where {bit.condition(con)}"
        )
        antall.append(con.sql(UT).to_arrow_table())
        levert = con.sql(f"select {navn} from {BIT} where utelatt is null order by {noekkel}")
        rader.append(levert.to_arrow_table())
    return Avledet(_numbered(pa.concat_tables(rader), lovet), _counted(leveranse, antall))


def _numbered(rader: pa.Table, lovet: pa.Schema) -> pa.Table:
    # Numbered here: a window in DuckDB would hold every row once more.
    return rader.add_column(0, "rad", pa.array(np.arange(1, len(rader) + 1))).cast(lovet)


def _read(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> pa.Table:
    """Return how many rows were read, of the ANTALL columns."""
    skole = "skolenr" if "skolenr" in con.table(leveranse.grunnlag).columns else "null"
    return con.sql(
        f"select 'inn' as slag, avgiver, {skole}::varchar as skolenr, null::varchar as utelatt, "
        f"count(*) as antall from {leveranse.grunnlag} group by all"
    ).to_arrow_table()


def _counted(leveranse: Leveranse, antall: Sequence[pa.Table]) -> pa.Table:
    """Return how many rows were read and came out, so that nobody disappears unseen."""
    telt = pa.concat_tables([t.cast(ANTALL) for t in antall])
    samlet = telt.group_by([*ORDEN]).aggregate([("antall", "sum")]).rename_columns(ANTALL.names)
    grunner = {*samlet["utelatt"].to_pylist()} - {None}
    if ukjente := grunner - leveranse.utelatt.keys():
        raise UnknownReason(
            f"{leveranse.stamme}.sql utelater rader med grunn {', '.join(sorted(ukjente))}, "
            f"som ikke står under [utelatt] i {leveranse.stamme}.toml."
        )
    return samlet.sort_by([(n, "ascending") for n in ORDEN])


def account(antall: pa.Table) -> pa.Table:
    """Return per avgiver where every row read went; the REGNSKAP columns."""
    with duck.connect() as con:
        con.register("antall", antall)
        return con.sql(REGNSKAPET).to_arrow_table().cast(REGNSKAP)
