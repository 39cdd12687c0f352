"""Judge a delivery in one DuckDB pass: counts per rule and fylke; persons stay behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract import nudb
from vigo_pipeline.contract.nudb import Nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain import fnr
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.judge.macros import aggregate
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag, Ventet, of_receiver
from vigo_pipeline.engine.load.beside import KRYMPET
from vigo_pipeline.engine.rules import nudb as mottaker
from vigo_pipeline.engine.rules.evaluate import RuleFailed, find
from vigo_pipeline.engine.rules.generate import Sjekk

# The key of a delivery of pupils at schools has these; of the round before, only keys are read.
OF_SCHOOLS = {"skolenr", "fnr"}
# The avgivere of the collection whom the installation does not expect, for MOT-003.
UTELATT = "utelatt_avgiver"
ANTALL = pa.schema(
    [
        pa.field("regel", pa.string()),
        pa.field("alvor", pa.string()),
        pa.field("fylke", pa.string()),
        pa.field("antall", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Kontroll:
    """What the rules found.

    ``antall``: broken rows per rule, severity and fylke, the ANTALL schema; rules that nothing
    breaks are not in it. ``funn``: one row per finding, with table and row number.
    ``fylker``: every fylke that was judged. ``makro``: the tables of schools and fylker.
    """

    antall: pa.Table
    funn: pa.Table
    fylker: tuple[str, ...]
    makro: dict[str, pa.Table]


def judge(grunnlag: Domsgrunnlag, tabeller: Mapping[str, pa.Table]) -> Kontroll:
    """Return what the rules find in a delivery's rows, and in what it is judged together with.

    Args:
        grunnlag: everything but rows that it is judged by.
        tabeller: the delivery, those in ``sammen_med``, the accounts, ``mottak``, ``i_fjor`` when
            it was delivered last year, ``forrige_runde`` when it was earlier in the skoleår, and
            ``krympet`` when somebody is gone within the round.

    Raises:
        RuleFailed: a rule's SQL cannot be run, or what it finds cannot be counted.
        UnknownValue: a query of schools or fylker reads a value that is not set here.
    """
    with duck.connect() as con:
        sjekker, laget = lay_out(
            con, grunnlag, tabeller, nudb.installed() if grunnlag.mottaker else None
        )
        funn = find(con, sjekker)
        return _count(con, grunnlag.leveranse, funn, laget)


def lay_out(
    con: duckdb.DuckDBPyConnection,
    grunnlag: Domsgrunnlag,
    tabeller: Mapping[str, pa.Table],
    mottakers: Nudb | None,
    *,
    of_schools: bool = True,
) -> tuple[list[Sjekk], dict[str, pa.Table]]:
    """Register all that the rules look at; return the checks, and the tables of whole schools.

    ``mottakers``: the receiver's contract, when it has one. ``of_schools``: also what is said of
    a school or a fylke as a whole. The rest is as for ``judge``.

    Raises:
        UnknownValue: a query of schools or fylker reads a value that is not set here.
    """
    leveranse = grunnlag.leveranse
    duck.register_kodeverk(con, *grunnlag.periode)
    duck.define(con, grunnlag.makroer)
    duck.set_variables(con, "port", grunnlag.verdier)
    for navn, tabell in ({**tabeller} | _expected(grunnlag.avgivere, tabeller["mottak"])).items():
        con.register(navn, tabell)
    con.register("rader", tabeller[leveranse.stamme])
    for navn in {"i_fjor", "forrige_runde"} - tabeller.keys():
        con.register(navn, promised_schema(leveranse).empty_table())
    if "krympet" not in tabeller:
        con.register("krympet", KRYMPET.empty_table())
    if "fnr" in leveranse.navn:
        con.register("person", _persons(con, leveranse))
    _register_assumed(con, leveranse)
    sjekker = [*grunnlag.sjekker]
    if mottakers is not None:
        kolonner = mottaker.register_receiver(con, leveranse, mottakers)
        sjekker += of_receiver(grunnlag, kolonner)
    skoler = of_schools and {*leveranse.noekkel} >= OF_SCHOOLS
    laget = aggregate(con, leveranse, grunnlag.makro, grunnlag.publisert) if skoler else {}
    return sjekker, laget


def _expected(avgivere: Ventet, mottak: pa.Table) -> dict[str, pa.Table]:
    """Return ``mottak`` with those expected whom the load did not ask, and ``utelatt_avgiver``."""
    spurt = {*mottak["fylke"].to_pylist()}
    rader = mottak.to_pylist()
    for avgiver in (a for a in avgivere.ventet if a not in spurt):
        nytt = {"fylke": avgiver, "har_rapportert": False, "avviste_filer": 0}
        rader.append({"rad": len(rader) + 1, **nytt})
    utelatt = [{"rad": n, "fylke": a} for n, a in enumerate(avgivere.utelatt, start=1)]
    return {
        "mottak": pa.Table.from_pylist(rader, schema=mottak.schema),
        UTELATT: pa.Table.from_pylist(
            utelatt, schema=pa.schema([("rad", pa.int64()), ("fylke", pa.string())])
        ),
    }


def _persons(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> pa.Table:
    numre = con.sql(
        f"select distinct fnr from {leveranse.stamme} where fnr is not null"
    ).to_arrow_table()
    return fnr.classify(numre["fnr"])


def _register_assumed(con: duckdb.DuckDBPyConnection, leveranse: Leveranse) -> None:
    """Make view ``antatt``: one row when ASSUMED columns would be written, for LEV-001."""
    fylt = " or ".join(f"count({n}) > 0" for n in leveranse.antatte) or "false"
    con.execute(
        "create view antatt as "
        f"select 1 as rad, null::varchar as fylke, {fylt} as fylt from {leveranse.stamme}"
    )


def _count(
    con: duckdb.DuckDBPyConnection, leveranse: Leveranse, funn: pa.Table, makro: dict[str, pa.Table]
) -> Kontroll:
    con.register("funnet", funn)
    tabeller = dict.fromkeys(("regnskap", "regnskap_inn", "mottak", UTELATT, "antatt"), "fylke")
    tabeller |= {mottaker.TABELL: "fylke"} if leveranse.nudb_datasett else {}
    tabeller |= dict.fromkeys((leveranse.stamme, "rader", *leveranse.sammen_med), "avgiverfylke")
    tabeller |= dict.fromkeys(("forrige_runde", "krympet", *makro), "avgiverfylke")
    _demand_known(funn, tabeller)
    # The delivery has two names; row 1 of another table is another row.
    deler = " union all ".join(
        f"select funnet.regel, funnet.alvor, t.{fylke} as fylke, "
        f"('{leveranse.stamme if tabell == 'rader' else tabell}', funnet.rad) as rad from funnet "
        f"inner join {tabell} as t on funnet.rad = t.rad where funnet.tabell = '{tabell}'"
        for tabell, fylke in tabeller.items()
    )
    antall = con.sql(
        "select regel, alvor, coalesce(fylke, 'ukjent') as fylke, count(distinct rad) as antall "
        f"from ({deler}) "
        "group by all order by all"
    ).to_arrow_table()
    fylker = con.sql(
        f"select distinct coalesce(avgiverfylke, 'ukjent') as f from {leveranse.stamme} "
        "union select coalesce(fylke, 'ukjent') from mottak "
        "union select fylke from regnskap"
    ).fetchall()
    # What concerns no fylke is counted as one of its own, or the suite would not look at it.
    alle = {f[0] for f in fylker} | set(antall["fylke"].to_pylist())
    return Kontroll(antall.cast(ANTALL), funn, tuple(sorted(alle)), makro)


def _demand_known(funn: pa.Table, tabeller: Iterable[str]) -> None:
    """Refuse findings in tables that are not counted: they would pass unseen."""
    for tabell in set(funn["tabell"].to_pylist()) - set(tabeller):
        regel = funn.filter(pc.equal(funn["tabell"], tabell))["regel"][0].as_py()
        raise RuleFailed(regel, f"porten teller ikke rader i {tabell}")
