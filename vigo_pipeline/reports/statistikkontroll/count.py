"""Count a delivery's rows per fylke, lærefag and month, this year and last. No person."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.aarshjul import MAANEDER, MAANEDSNUMMER
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import duck

# The columns that rows are counted by, when a delivery has them: what they are called for people.
AKSER = {"avgiverfylke": "Fylke", "programomraadekode": "Programområde", "maaned": "Måned"}
# What the law and the codes have new, counted as itself: the column, its value, and what it is.
NYTT = (
    ("rekvalifisering", "J", "Rekvalifisering"),
    ("tillegg_meropplaering", "J", "Forlenget med mer opplæring"),
    ("tillegg_meropplaering", "N", "Forlenget av andre grunner"),
    ("modulstrukturert", "J", "Modulstrukturert opplæring for voksne"),
)


@dataclass(frozen=True)
class Statistikk:
    """Counts of one delivery: columns ``naa`` and ``i_fjor`` beside what they are counted by.

    ``per``: per fylke, per programområde, per month, and all three together. ``nytt``: per fylke,
    what is new in the law. ``har_i_fjor``: whether last year's was delivered.
    """

    per: dict[str, pa.Table]
    nytt: pa.Table
    har_i_fjor: bool


def count(leveranse: Leveranse, naa: pa.Table, i_fjor: pa.Table | None) -> Statistikk:
    """Return the counts of a delivery's rows against those of the year before."""
    akser = [a for a in AKSER if a in leveranse.navn or (a == "maaned" and leveranse.maaned)]
    with duck.connect() as con:
        con.register("rader_naa", naa)
        con.register("rader_i_fjor", naa.slice(0, 0) if i_fjor is None else i_fjor)
        maaned = f"month({leveranse.maaned})" if leveranse.maaned else "null"
        navn = " ".join(f"when {n} then '{m}'" for m, n in MAANEDSNUMMER.items())
        alle = " union all ".join(
            f"select *, case {maaned} {navn} else 'uten dato' end as maaned, "
            f"{n} as naa, {1 - n} as i_fjor from rader_{tabell}"
            for tabell, n in (("naa", 1), ("i_fjor", 0))
        )
        con.execute(f"create temp table alle as {alle}")
        valg = [(a,) for a in akser] + ([tuple(akser)] if len(akser) > 1 else [])
        per = {" og ".join(AKSER[a].lower() for a in v): _per(con, v) for v in valg}
        deler = [
            f"select '{hva}' as hva, avgiverfylke, naa, i_fjor from alle where {k} = '{verdi}'"
            for k, verdi, hva in NYTT
            if k in leveranse.navn
        ] or ["select '' as hva, avgiverfylke, naa, i_fjor from alle where false"]
        nytt = con.sql(
            "select hva, avgiverfylke, sum(naa)::bigint as naa, sum(i_fjor)::bigint as i_fjor "
            f"from ({' union all '.join(deler)}) group by all order by all"
        ).to_arrow_table()
    return Statistikk(per, nytt, i_fjor is not None)


def _per(con: duckdb.DuckDBPyConnection, akser: tuple[str, ...]) -> pa.Table:
    maaneder = ", ".join(f"'{m}'" for m in MAANEDER)
    rekke = {"maaned": f"coalesce(list_position([{maaneder}], maaned), 13)"}
    orden = ", ".join(rekke.get(a, a) for a in akser)
    valgt = ", ".join(akser)
    return con.sql(
        f"select {valgt}, sum(naa)::bigint as naa, sum(i_fjor)::bigint as i_fjor "
        f"from alle group by {valgt} order by {orden}"
    ).to_arrow_table()
