"""Rows that are deleted from the Sentralbase, and what is then left of what each innlesing did."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.contract.oppbevaring import slagene
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.tables import TABELLER, funn, ot_linje, ot_linjestatus
from vigo_pipeline.engine.ledger import finding_sums, row_sums

# Whose rows are of no skoleår: who is in no other table is let go with the last year.
PERSONER = "elev"
MED_AAR = tuple(n for n, t in TABELLER.items() if "skoleaar" in t.c)
MED_FNR = tuple(n for n, t in TABELLER.items() if "fnr" in t.c)
Vilkaar = sa.ColumnElement[bool]


@dataclass
class Borte:
    """What a transaction deleted: rows (``antall``) and their innlesinger (``numre``) by table."""

    antall: Counter[str] = field(default_factory=Counter)
    numre: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    overfoeringer: set[tuple[str, int]] = field(default_factory=set)

    def details(self, con: sa.Connection) -> dict[str, Any]:
        """Return what the ledger keeps of it: counts, and what is left of each innlesing."""
        summer: dict[str, dict[str, Any]] = {}
        for navn, numre in self.numre.items():
            for nr, av in row_sums.sums_of(con, numre, [navn], {}).items():
                # What is gone whole is a sum of nothing.
                summer.setdefault(str(nr), {})[navn] = av.get(navn, {})
        ut: dict[str, Any] = {"tabeller": dict(self.antall)}
        if summer:
            ut["radsummer"] = summer
        if self.overfoeringer:
            ut["overfoeringer"] = sorted([fylke, nr] for fylke, nr in self.overfoeringer)
        return {k: v for k, v in ut.items() if v}


def count(con: sa.Connection, tabeller: Iterable[str], skoleaar: str) -> int:
    """Return how many rows of a skoleår some tables have; persons go with the last of theirs."""
    ut = 0
    for navn in tabeller:
        if (hvor := _of_year(navn, Skoleaar.parse(skoleaar))) is not None:
            tabell = _table(navn)
            ut += con.execute(
                sa.select(sa.func.count()).select_from(tabell).where(hvor)
            ).scalar_one()
    return ut


def years(con: sa.Connection) -> dict[str, set[str]]:
    """Return by kind the skoleår that its tables have rows of."""
    av: dict[str, set[str]] = {}
    for navn in MED_AAR:
        aar = TABELLER[navn].c.skoleaar
        funnet = con.execute(sa.select(aar).distinct()).scalars()
        av[navn] = {f"{a[:4]}-{a[4:]}" for a in funnet}
    av["funn"] = {*con.execute(sa.select(funn.c.skoleaar).distinct()).scalars()}
    dager = con.execute(sa.select(ot_linje.c.dato).distinct()).scalars()
    av["ot_linje"] = {str(Skoleaar.of(dag)) for dag in dager}
    return {s.navn: set().union(*(av.get(t, ()) for t in s.tabeller)) for s in slagene().values()}


def delete_year(con: sa.Connection, slag: str, skoleaar: str) -> Borte:
    """Delete a skoleår's rows of a kind."""
    borte, aar = Borte(), Skoleaar.parse(skoleaar)
    tabeller = slagene()[slag].tabeller
    con.execute(sa.text("create temp table if not exists sluttet (fnr text) on commit drop"))
    for navn in tabeller:
        if navn in MED_AAR:
            hvor = TABELLER[navn].c.skoleaar == aar.compact
            if navn in MED_FNR:
                _remember(con, TABELLER[navn], hvor)
            delete(con, borte, navn, hvor)
    delete_left(con, borte)
    if "funn" in tabeller:
        delete_findings(con, borte, funn.c.skoleaar == skoleaar)
    if "ot_linje" in tabeller:
        delete_lines(con, borte, ot_linje.c.dato.between(aar.start_dato, aar.slutt_dato))
    return borte


def delete(con: sa.Connection, borte: Borte, navn: str, hvor: Vilkaar) -> None:
    """Delete rows of a table with history; note which innlesinger brought and ended them."""
    t = TABELLER[navn]
    gikk = sa.delete(t).where(hvor).returning(t.c.innlest_av, t.c.avsluttet_av).cte()
    query = sa.select(
        sa.func.count(),
        sa.func.array_agg(gikk.c.innlest_av.distinct()),
        sa.func.array_agg(gikk.c.avsluttet_av.distinct()),
    )
    antall, innlest, avsluttet = con.execute(query).one()
    if antall:
        borte.antall[navn] += antall
        borte.numre[navn] |= {*innlest, *avsluttet} - {None}


def _remember(con: sa.Connection, t: sa.Table, hvor: Vilkaar) -> None:
    sluttet = sa.table("sluttet", sa.column("fnr", sa.Text))
    con.execute(sa.insert(sluttet).from_select(["fnr"], sa.select(t.c.fnr).distinct().where(hvor)))


def delete_left(con: sa.Connection, borte: Borte) -> None:
    """Delete the persons who lost rows and have none left."""
    sluttet = sa.table("sluttet", sa.column("fnr", sa.Text))
    t = TABELLER[PERSONER]
    andre = sa.union_all(*(sa.select(TABELLER[n].c.fnr) for n in MED_FNR if n != PERSONER))
    uten = sa.select(sluttet.c.fnr).except_(andre)
    delete(con, borte, PERSONER, t.c.fnr.in_(uten))


def delete_findings(con: sa.Connection, borte: Borte, hvor: Vilkaar) -> None:
    """Delete known errors, and let the ledger have the sum of those that stand."""
    flyter = sa.select(funn.c.flyt, funn.c.skoleaar).distinct().where(hvor)
    for flyt, aar in sorted(tuple(r) for r in con.execute(flyter)):
        with finding_sums.kept(con, flyt, aar):
            egne = sa.and_(funn.c.flyt == flyt, funn.c.skoleaar == aar, hvor)
            borte.antall["funn"] += con.execute(sa.delete(funn).where(egne)).rowcount


def delete_lines(con: sa.Connection, borte: Borte, hvor: Vilkaar) -> None:
    """Delete lines to OT and what was done with them; note the exports that lack them."""
    s = ot_linjestatus.c
    numre = sa.select(ot_linje.c.nr).where(hvor)
    sendt = (
        sa.select(ot_linje.c.fylke, s.overfoering_nr)
        .join(ot_linjestatus, s.linje == ot_linje.c.nr)
        .where(hvor, s.overfoering_nr.is_not(None))
        .distinct()
    )
    borte.overfoeringer |= {(fylke, nr) for fylke, nr in con.execute(sendt)}
    statuser = con.execute(sa.delete(ot_linjestatus).where(s.linje.in_(numre))).rowcount
    linjer = con.execute(sa.delete(ot_linje).where(hvor)).rowcount
    borte.antall += Counter({"ot_linje": linjer, "ot_linjestatus": statuser})


def _table(navn: str) -> sa.Table:
    return TABELLER.get(navn, {"funn": funn, "ot_linje": ot_linje}.get(navn, funn))


def _of_year(navn: str, aar: Skoleaar) -> Vilkaar | None:
    if navn in MED_AAR:
        return TABELLER[navn].c.skoleaar == aar.compact
    if navn == "funn":
        return funn.c.skoleaar == str(aar)
    if navn == "ot_linje":
        return ot_linje.c.dato.between(aar.start_dato, aar.slutt_dato)
    return None
