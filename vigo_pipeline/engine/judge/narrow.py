"""Checks that look no further than a person or a school, asked only where something differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.contract.spesifikasjon import Leveranse, Regel
from vigo_pipeline.engine.derive.derive import numbered
from vigo_pipeline.engine.derive.exchanged import Byttet
from vigo_pipeline.engine.judge.layout import UTELATT
from vigo_pipeline.engine.judge.macros import PER_SKOLE, TABELLER
from vigo_pipeline.engine.rules import nudb
from vigo_pipeline.engine.rules.evaluate import FUNN
from vigo_pipeline.engine.rules.generate import Sjekk, names

# Of the round as a whole: another answer of one avgiver is one here.
RUNDENS = {"mottak", "krympet", "regnskap", "regnskap_inn", "antatt", UTELATT}
RUNDENS |= {"publisert", nudb.TABELL, *TABELLER}
EARLIER = {"i_fjor", "forrige_runde"}
SKOLE = pa.schema([pa.field("rad", pa.int64()), pa.field("skolenr", pa.string())])
NAER_SQL = """
select f.*, naer.innen, skole.skolenr
from funn_alle as f
inner join
    naer
    on f.regel = naer.regel
    and f.tabell = naer.tabell
    and f.kolonne is not distinct from naer.kolonne
left join skole on f.tabell = 'skoler' and f.rad = skole.rad
order by all
"""
NAERE = pa.schema([*FUNN, pa.field("innen", pa.string()), pa.field("skolenr", pa.string())])


def deliveries(leveranse: Leveranse) -> set[str]:
    """Return the tables that hold a delivery, and those that it is judged together with."""
    return {leveranse.stamme, *leveranse.sammen_med}


@dataclass(frozen=True)
class Tidligere:
    """What is known from the verdict before.

    ``funn``: what checks that look no further found then, the NAERE schema. ``makro``: the tables
    per school. ``byttet``: the rows that have been exchanged since, by delivery.
    """

    funn: pa.Table
    makro: Mapping[str, pa.Table]
    byttet: Mapping[str, Byttet]

    @cached_property
    def personer(self) -> pa.Array:
        """Return whoever had a row exchanged."""
        return self._of("fnr")

    @cached_property
    def skoler(self) -> pa.Array:
        """Return the schools that had one."""
        return self._of("skolenr")

    def _of(self, kolonne: str) -> pa.Array:
        alle = pa.concat_tables([b.rader for b in self.byttet.values()])
        return pc.unique(alle[kolonne].combine_chunks())


def reach(
    leveranse: Leveranse, regler: Iterable[Regel], sjekker: Iterable[Sjekk]
) -> dict[Sjekk, str]:
    """Return the checks that look no further than a ``person`` or a ``skole``, and which.

    A condition on a value or a row is such unless it names another table. Of a query, its rule
    says it.
    """
    egne = {*deliveries(leveranse), "rader"}
    innen = {r.id: r.innen for r in regler}
    ut = {}
    for sjekk in sjekker:
        nevnt = names(sjekk.sql)
        if sjekk.art != "spoerring":
            if sjekk.tabell in egne and nevnt.isdisjoint(egne | RUNDENS | EARLIER):
                ut[sjekk] = "person"
        elif (hva := innen.get(sjekk.regel)) and _may(
            hva, sjekk.tabell, nevnt, egne, leveranse.stamme
        ):
            ut[sjekk] = hva
    return ut


def _may(hva: str, tabell: str, nevnt: frozenset[str], egne: set[str], stamme: str) -> bool:
    """Say whether what a rule says of its query can hold of what is asked of a table."""
    if hva == "person":
        return tabell in egne and nevnt.isdisjoint(RUNDENS)
    return tabell in {stamme, "rader", "skoler"} and nevnt.isdisjoint(RUNDENS - {"skoler"})


def around(
    leveranse: Leveranse, tabeller: Mapping[str, pa.Table], tidligere: Tidligere
) -> dict[str, pa.Table]:
    """Return the rows of the persons that differ, wherever they are, and of the schools.

    Not everybody at such a school is such a person: of a delivery that stands nobody is, though
    the school had rows exchanged in one beside it, and some were there in an earlier one only.
    """
    ut = {**tabeller}
    for navn in deliveries(leveranse) | (EARLIER & tabeller.keys()):
        t = tabeller[navn]
        der = pc.is_in(t["skolenr"], tidligere.skoler)
        ut[navn] = t.filter(pc.or_(pc.is_in(t["fnr"], tidligere.personer), der))
    return ut


def per_school(nytt: Mapping[str, pa.Table], tidligere: Tidligere) -> dict[str, pa.Table]:
    """Return the tables per school: of those that differ as they are made now, else as before."""
    ut = {}
    for navn in (n for n in PER_SKOLE if n in nytt):
        ny, foer = nytt[navn], tidligere.makro[navn]
        deler = [
            ny.filter(pc.is_in(ny["skolenr"], tidligere.skoler)),
            foer.filter(pc.invert(pc.is_in(foer["skolenr"], tidligere.skoler))).cast(ny.schema),
        ]
        orden = [(n, "ascending") for n in ("skolenr", "kolonne") if n in ny.column_names]
        sortert = pa.concat_tables(deler).sort_by(orden)
        ut[navn] = numbered(sortert.drop_columns(["rad"]), ny.schema)
    return ut


def near(
    con: duckdb.DuckDBPyConnection,
    funn: pa.Table,
    rekkevidde: Mapping[Sjekk, str],
    makro: Mapping[str, pa.Table],
) -> pa.Table:
    """Return what such checks found among findings, the NAERE schema.

    ``makro``: the tables per school as the findings number their rows, registered.
    """
    slag = {(s.regel, s.tabell, s.kolonne, innen) for s, innen in rekkevidde.items()}
    navn = ("regel", "tabell", "kolonne", "innen")
    hvilke = {n: pa.array([s[i] for s in slag], pa.string()) for i, n in enumerate(navn)}
    con.register("funn_alle", funn)
    con.register("naer", pa.table(hvilke))
    con.register("skole", makro["skoler"] if "skoler" in makro else SKOLE.empty_table())
    return con.sql(NAER_SQL).to_arrow_table().cast(NAERE)


def found_there(funn: pa.Table, tabeller: Mapping[str, pa.Table], tidligere: Tidligere) -> pa.Table:
    """Return what was found of a person that differs, or of a school; NAERE in and out.

    ``tabeller``: the whole of each table that something was found in.
    """
    return _by_table(funn, tabeller, tidligere, differs=True)


def found_before(
    leveranse: Leveranse, tabeller: Mapping[str, pa.Table], tidligere: Tidligere
) -> pa.Table:
    """Return what was found of the others, numbered as the rows are now; the NAERE schema."""
    deler = [NAERE.empty_table()]
    for tabell in pc.unique(tidligere.funn["tabell"]).to_pylist():
        egne = tidligere.funn.filter(pc.equal(tidligere.funn["tabell"], tabell))
        if tabell == "skoler":
            naa = tabeller[tabell]["skolenr"].combine_chunks()
            egne = egne.filter(pc.is_in(egne["skolenr"], naa))
            rad = pc.add(pc.index_in(egne["skolenr"], naa), 1)
        else:
            byttet = tidligere.byttet[leveranse.stamme if tabell == "rader" else tabell]
            egne = egne.filter(pc.invert(pc.is_in(egne["rad"], byttet.taken_out)))
            rad = pa.array(byttet.moved(egne["rad"].to_numpy()))
        felt = NAERE.get_field_index("rad")
        deler.append(egne.set_column(felt, NAERE.field("rad"), rad.cast(pa.int64())))
    return _by_table(pa.concat_tables(deler), tabeller, tidligere, differs=False)


def _by_table(
    funn: pa.Table, tabeller: Mapping[str, pa.Table], tidligere: Tidligere, *, differs: bool
) -> pa.Table:
    deler = [NAERE.empty_table()]
    for tabell in pc.unique(funn["tabell"]).to_pylist():
        egne = funn.filter(pc.equal(funn["tabell"], tabell))
        hvor = pc.subtract(egne["rad"], 1)
        # A school as a whole is no person.
        ulik = {
            innen: pc.is_in(tabeller[tabell][kolonne].take(hvor), hvem)
            for innen, kolonne, hvem in (
                ("person", "fnr", tidligere.personer),
                ("skole", "skolenr", tidligere.skoler),
            )
            if kolonne in tabeller[tabell].column_names
        }
        av_skole = pc.equal(egne["innen"], "skole")
        er_ulik = pc.if_else(av_skole, ulik.get("skole", av_skole), ulik.get("person", av_skole))
        deler.append(egne.filter(er_ulik if differs else pc.invert(er_ulik)))
    return pa.concat_tables(deler)
