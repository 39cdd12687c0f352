"""Ask what a collection is held against earlier ones by, of tables wherever they come from."""

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import tabellposter
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.frist import counting_day
from vigo_pipeline.domain.skolestart import Skolestart
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.query import ask
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rules.generate import Kontrakt
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.values import demand_set

INGEN_KONTRAKT = Kontrakt(form={}, innhold={})
# What only this row of a rule is about, in words and with no person, where its table has it.
MERKNAD = "merknad"
# Before the name of a collection whose last round of the skoleår before is asked for.
I_FJOR = "i_fjor."


def query(register: Register, navn: str) -> str:
    """Return the text of a report's query."""
    return register.les(register.assets / "rapporter" / f"{navn}.sql")


def lay_out(
    con: duckdb.DuckDBPyConnection, tabeller: Mapping[str, pa.Table], krympet: pa.Table
) -> None:
    """Register all that the rules of a control look at. ``krympet``: who is gone."""
    for navn, tabell in tabeller.items():
        con.register(navn, _numbered(tabell))
    con.register("krympet", by_avgiver(krympet))


def report(con: duckdb.DuckDBPyConnection, register: Register, navn: str) -> pa.Table:
    """Return what a report's query makes of the tables of a control.

    Raises:
        QueryFailed: the query cannot be run.
        UnknownValue: it reads a value that is not set here.
    """
    sql = query(register, navn)
    fil = f"assets/rapporter/{navn}.sql"
    demand_set(con, fil, sql)
    return ask(con, fil, sql).to_arrow_table()


def set_round(
    con: duckdb.DuckDBPyConnection,
    oppsett: Innstillinger,
    innsamling: Innsamling,
    partisjon: Partisjon,
) -> None:
    """Give rules and reports the values of a round."""
    aar = partisjon.aar
    duck.set_skoleaar(con, "kontroll", aar, **days(innsamling, partisjon))
    skolestart = Skolestart.parse(oppsett.foerste_skoledag, aar)
    duck.set_skolestart(con, "kontroll", skolestart)


def days(innsamling: Innsamling, partisjon: Partisjon) -> dict[str, date]:
    """Return the days of a round that rules and reports go by."""
    aar = partisjon.aar
    return {
        "telledato": counting_day(innsamling.stamme, partisjon.runde, aar),
        "siste_ajourhold": date(aar.start, 8, 31),
    }


def called(navn: str) -> str:
    """Return what a table of ``kontroll`` is called in rules.

    >>> called("elevkurs"), called("oktober.elevkurs"), called("i_fjor.kontrakt.laerekontrakt")
    ('elevkurs', 'oktober_elevkurs', 'i_fjor_laerekontrakt')
    """
    samling, _, tabell = navn.rpartition(".")
    return f"{samling.split('.')[0]}_{tabell}" if samling else tabell


def by_avgiver(krympet: pa.Table) -> pa.Table:
    """Return who is gone within a round with ``avgiver``, as the other tables here have it."""
    return krympet.rename_columns(
        {n: "avgiver" if n == "avgiverfylke" else n for n in krympet.schema.names}
    )


def _numbered(tabell: pa.Table) -> pa.Table:
    rekke = tabell.sort_by([(n, "ascending") for n in tabell.column_names])
    return rekke.add_column(0, "rad", pa.arange(1, len(rekke) + 1))


def with_keys(con: duckdb.DuckDBPyConnection, funn: pa.Table) -> pa.Table:
    """Return each finding with its avgiver and the key of its row."""
    con.register("funnet", funn)
    alle = sorted({n for p in tabellposter().values() for n in p.noekkel} - {"skoleaar"})
    deler = [_keys_of(con, tabell, alle) for tabell in sorted(set(funn["tabell"].to_pylist()))]
    if not deler:
        felt = [pa.field("avgiver", pa.string()), *schema(alle), pa.field(MERKNAD, pa.string())]
        return pa.schema([*felt, *funn.schema.remove(4).remove(3).remove(2)]).empty_table()
    return con.sql(f"{' union all '.join(deler)} order by all").to_arrow_table()


def _keys_of(con: duckdb.DuckDBPyConnection, tabell: str, alle: Iterable[str]) -> str:
    har = {rad[0] for rad in con.sql(f"describe {tabell}").fetchall()}
    felt = ", ".join(f"t.{n}" if n in har else f"null as {n}" for n in (*alle, MERKNAD))
    return (
        f"select t.avgiver, {felt}, funnet.regel, funnet.alvor from funnet "
        f"inner join {tabell} as t on funnet.rad = t.rad where funnet.tabell = '{tabell}'"
    )
