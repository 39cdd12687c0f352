"""Judge a delivery in one DuckDB pass: counts per rule and fylke; persons stay behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract import nudb
from vigo_pipeline.contract.nudb import Nudb
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.judge.layout import UTELATT, lay_out
from vigo_pipeline.engine.judge.narrow import (
    NAERE,
    Tidligere,
    around,
    found_before,
    found_there,
    near,
    per_school,
    reach,
)
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag
from vigo_pipeline.engine.rules import nudb as mottaker
from vigo_pipeline.engine.rules.evaluate import FUNN, RuleFailed, find

# How findings are sorted.
ORDEN = [(n, "ascending") for n in ("regel", "tabell", "kolonne", "rad")]
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
    ``naere``: those findings that are of a person's rows or a school's alone, the NAERE schema.
    """

    antall: pa.Table
    funn: pa.Table
    fylker: tuple[str, ...]
    makro: dict[str, pa.Table]
    naere: pa.Table = field(default_factory=NAERE.empty_table)


def judge(
    grunnlag: Domsgrunnlag,
    tabeller: Mapping[str, pa.Table],
    tidligere: Tidligere | None = None,
) -> Kontroll:
    """Return what the rules find in a delivery's rows, and in what it is judged together with.

    Args:
        grunnlag: everything but rows that it is judged by.
        tabeller: the delivery, those in ``sammen_med``, the accounts, ``mottak``, ``i_fjor`` when
            it was delivered last year, ``forrige_runde`` when it was earlier in the skoleår, and
            ``krympet`` when somebody is gone within the round.
        tidligere: what was found the time before and what has been exchanged since, so that what
            looks no further than a person or a school is asked where something differs; all is
            asked of all when left out.

    Raises:
        RuleFailed: a rule's SQL cannot be run, or what it finds cannot be counted.
        UnknownValue: a query of schools or fylker reads a value that is not set here.
    """
    mottakers = nudb.installed() if grunnlag.mottaker else None
    if tidligere is None:
        return _of_all(grunnlag, tabeller, mottakers)
    return _of_exchanged(grunnlag, tabeller, mottakers, tidligere)


def _of_all(
    grunnlag: Domsgrunnlag, tabeller: Mapping[str, pa.Table], mottakers: Nudb | None
) -> Kontroll:
    with duck.connect() as con:
        sjekker, laget = lay_out(con, grunnlag, tabeller, mottakers, bare=grunnlag.sjekker)
        funn = find(con, sjekker)
        naere = near(con, funn, reach(grunnlag.leveranse, grunnlag.regler, sjekker), laget)
        return _count(con, grunnlag.leveranse, funn, laget, naere)


def _of_exchanged(
    grunnlag: Domsgrunnlag,
    tabeller: Mapping[str, pa.Table],
    mottakers: Nudb | None,
    tidligere: Tidligere,
) -> Kontroll:
    """Ask what looks no further of whom something differs for, and the rest of the whole."""
    leveranse, regler = grunnlag.leveranse, grunnlag.regler
    with duck.connect() as con:
        dem = around(leveranse, tabeller, tidligere)
        sjekker, laget = lay_out(con, grunnlag, dem, mottakers, bare=grunnlag.sjekker)
        laget = per_school(laget, tidligere)
        for navn, tabell in laget.items():
            con.register(navn, tabell)
        naere = reach(leveranse, regler, sjekker)
        nye = near(con, find(con, [*naere]), naere, laget)
    hele = {**tabeller, "rader": tabeller[leveranse.stamme]} | laget
    deler = [found_there(nye, hele, tidligere), found_before(leveranse, hele, tidligere)]
    naere_funn = pa.concat_tables(deler).sort_by(ORDEN)
    fjerne = [s for s in sjekker if s not in naere]
    with duck.connect() as con:
        _, laget = lay_out(con, grunnlag, tabeller, mottakers, bare=fjerne, ferdige=laget)
        alle = pa.concat_tables([find(con, fjerne), naere_funn.select(FUNN.names)])
        return _count(con, leveranse, alle.sort_by(ORDEN), laget, naere_funn)


def _count(
    con: duckdb.DuckDBPyConnection,
    leveranse: Leveranse,
    funn: pa.Table,
    makro: dict[str, pa.Table],
    naere: pa.Table,
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
    return Kontroll(antall.cast(ANTALL), funn, tuple(sorted(alle)), makro, naere)


def _demand_known(funn: pa.Table, tabeller: Iterable[str]) -> None:
    """Refuse findings in tables that are not counted: they would pass unseen."""
    for tabell in set(funn["tabell"].to_pylist()) - set(tabeller):
        regel = funn.filter(pc.equal(funn["tabell"], tabell))["regel"][0].as_py()
        raise RuleFailed(regel, f"porten teller ikke rader i {tabell}")
