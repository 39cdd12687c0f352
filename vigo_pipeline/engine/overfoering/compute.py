"""Who is on the list of OT on a day, why, and who is not, why not: the named queries in DuckDB."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.domain import fnr
from vigo_pipeline.domain.fylkesvalg import Fylkesvalg
from vigo_pipeline.domain.meropplaering import FULGT_TIL, IKKE_BESTAATT
from vigo_pipeline.domain.osmo import osmo_choices
from vigo_pipeline.domain.retthistorie import youngest_in_ot
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.overfoering.merforloep import standings
from vigo_pipeline.engine.overfoering.spesifikasjon import Kilde, Overfoering
from vigo_pipeline.engine.overfoering.valg import Valg
from vigo_pipeline.engine.query import run_query
from vigo_pipeline.engine.values import demand_set

# When grades are known, month and day (ASSUMED).
HOESTENS_RESULTATER, AARETS_RESULTATER = (1, 15), (6, 20)

# What comes out of it: the names of its tables are those of the queries.
TABELLER = ("liste", "fjernet", "regnskap", "kandidat", "kompetanse", "merforloep")


class AccountOff(VigoError):
    """Candidates have disappeared without a name for it."""


@dataclass(frozen=True)
class Resultat:
    """A transfer as it came out.

    ``liste``: one row per person, every reason, the strongest first. ``fjernet``: one row per
    person and fylke taken off, with the first source of error. ``regnskap``: counts per fylke.
    ``kandidat``: one row per reason, person and fylke. ``kompetanse``: one per competence reached.
    ``merforloep``: one per fag with a right to mer opplæring, with how it stands.
    """

    dato: date
    liste: pa.Table
    fjernet: pa.Table
    regnskap: pa.Table
    kandidat: pa.Table
    kompetanse: pa.Table
    merforloep: pa.Table


def select(
    spek: Overfoering,
    tabeller: Mapping[str, pa.Table],
    dato: date,
    *,
    skolestart: Skolestart | None = None,
    valg: Valg | None = None,
) -> Resultat:
    """Return who is on the list on a day, as the tables tell it.

    What happened after the day is not seen, so the same tables can be asked of any day.

    Args:
        spek: the transfer.
        tabeller: the Sentralbase at a watermark, by table name.
        dato: the day of the transfer.
        skolestart: the first school days; ASSUMED by the skoleår when left out.
        valg: what it is decided by other than the tables; OSMO is ASSUMED when left out.

    Raises:
        AccountOff: list and removed do not add up to the candidates.
        UnknownValue: a query reads a value that is not set here.
    """
    aar, valg = Skoleaar.of(dato), valg or Valg(dato, osmo_choices(None))
    feilkilder = tuple(k for k in spek.feilkilde if k.kode not in valg.beholdt)
    with duck.connect() as con:
        _set_day(con, aar, valg)
        duck.set_skolestart(con, "overfoering", skolestart or Skolestart.parse(None, aar))
        for navn in spek.leser:
            con.register(navn, tabeller[navn])
        con.register("person", _persons(spek, tabeller))
        con.register("ikke_bestaatt", pa.table({"kode": sorted(IKKE_BESTAATT)}))
        _register_codes(con, spek)
        for navn in spek.avleder[:-1]:
            _make(con, spek, "avledet", navn)
        con.register("merforloep", standings(con))
        _register_osmo(con, valg.osmo)
        _all_of(con, spek, "grunner", spek.grunn)
        _make(con, spek, "avledet", spek.avleder[-1], som="kandidat")
        _all_of(con, spek, "feilkilder", feilkilder)
        con.execute("alter table feilkilder rename to feil")
        for navn in ("fjernet", "liste", "regnskap"):
            _make(con, spek, navn)
        ut = {n: con.sql(f"from {n} order by all").to_arrow_table() for n in TABELLER}
    _demand_balance(ut["regnskap"])
    return Resultat(dato, **ut)


def _make(
    con: duckdb.DuckDBPyConnection, spek: Overfoering, *navn: str, som: str = "", foer: str = ""
) -> None:
    """Make a table of a query of the transfer, when every value that it reads is set."""
    sql, fil = spek.sql(*navn), f"assets/{spek.mappe.name}/{'/'.join(navn)}.sql"
    demand_set(con, fil, sql)
    tabell = som or navn[-1]
    slutt = ")" if foer else ""
    run_query(con, fil, sql, f"create table {tabell} as {foer}", slutt)


def _set_day(con: duckdb.DuckDBPyConnection, aar: Skoleaar, valg: Valg) -> None:
    dato = valg.dato
    duck.set_skoleaar(
        con,
        "overfoering",
        aar,
        dato=dato,
        forrige_skoleaar=aar.previous.compact,
        forrige_skoleaar_start=aar.previous.start_dato,
        # The last skoleår's 1 March.
        fulgt_til=date(aar.start, *FULGT_TIL),
        hoesten_er_omme=date(aar.start + 1, *HOESTENS_RESULTATER),
        aaret_er_omme=_results_in(aar),
        eldste=valg.eldste,
        yngste=youngest_in_ot(dato),
    )


def _results_in(aar: Skoleaar) -> date:
    return date(aar.start + 1, *AARETS_RESULTATER)


def _persons(spek: Overfoering, tabeller: Mapping[str, pa.Table]) -> pa.Table:
    numre = [tabeller[n]["fnr"] for n, lest in spek.leser.items() if "fnr" in lest.kolonner]
    alle = pa.chunked_array([c for n in numre for c in n.chunks], pa.string())
    return fnr.classify(pc.drop_null(pc.unique(alle)))


def _register_osmo(con: duckdb.DuckDBPyConnection, osmo: Fylkesvalg) -> None:
    fylker = [
        fylke for (fylke,) in con.sql("select distinct fylke from folk order by all").fetchall()
    ]
    con.register("osmo", pa.table({"fylke": fylker, "valg": [osmo.of(f) for f in fylker]}))


def _register_codes(con: duckdb.DuckDBPyConnection, spek: Overfoering) -> None:
    for navn, nr, alle in (
        ("grunn", "styrke", spek.grunn),
        ("feilkilde", "orden", spek.feilkilde),
    ):
        rader = [{"kode": k.kode, "tekst": k.tekst, nr: n} for n, k in enumerate(alle)]
        con.register(navn, pa.Table.from_pylist(rader))


def _all_of(
    con: duckdb.DuckDBPyConnection, spek: Overfoering, mappe: str, alle: tuple[Kilde, ...]
) -> None:
    """Make one table of a folder's named queries, each with its code."""
    for nr, k in enumerate(alle):
        _make(
            con,
            spek,
            *(mappe, k.spoerring),
            som=f"{mappe}_{nr}",
            foer=f"select '{k.kode}' as kode, * from (",
        )
    deler = " union all by name ".join(f"from {mappe}_{nr}" for nr in range(len(alle)))
    con.execute(f"create table {mappe} as {deler}")


def _demand_balance(regnskap: pa.Table) -> None:
    for rad in regnskap.to_pylist():
        if rad["kandidater"] != rad["paa_lista"] + rad["fjernet"]:
            raise AccountOff(
                f"Fylke {rad['fylke']}: {rad['kandidater']} kandidater, men {rad['paa_lista']} på "
                f"lista og {rad['fjernet']} fjernet. Meld fra til dem som drifter løsningen."
            )
