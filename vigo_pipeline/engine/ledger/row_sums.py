"""What each innlesing brought to the tables and ended there, as a sum that the ledger keeps.

A row never changes once it is there, but for being ended once. So what an innlesing brought, and
what it ended, is the same for ever, and whoever changes, adds or removes a row changes a sum.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg

from vigo_pipeline.engine import duck
from vigo_pipeline.engine.database.tables import TABELLER, innlesing
from vigo_pipeline.engine.ledger import deletions

INNLEST, AVSLUTTET = "innlest_av", "avsluttet_av"
# What an innlesing did to rows, by the column that has its number.
HVA = {INNLEST: "brakte", AVSLUTTET: "avsluttet"}
# How many rows, and the sha256 of the sha256 of each, sorted; and those by table and column.
Sum = list[int | str]
Summer = dict[str, dict[str, Sum]]
# Between two values of a row.
SKILLE = "\x1f"


def sums_of(
    con: sa.Connection,
    numre: Collection[int],
    tabeller: Iterable[str],
    brakt: Mapping[str, Mapping[int, Sum]],
) -> dict[int, Summer]:
    """Return what innlesinger have done to some tables, by their numbers.

    ``brakt``: by table, what ``of_rows`` says of all that they brought to it.
    """
    ut: dict[int, Summer] = {nr: {} for nr in numre}
    for navn in tabeller:
        for kolonne in HVA:
            kjent = brakt.get(navn) if kolonne == INNLEST else None
            summer = _sums(con, TABELLER[navn], kolonne, numre) if kjent is None else kjent.items()
            for nr, sum_ in summer:
                ut[nr].setdefault(navn, {})[kolonne] = sum_
    return ut


def of_rows(rader: pa.Table) -> dict[int, Sum]:
    """Return the sums of rows that are copied to a table as they are, by their innlesing.

    They are those that ``sums_of`` finds in the table, in a fraction of the time, and PostgreSQL
    can do something else meanwhile.
    """
    deler = ", ".join(f"'{n}=' || {n}::varchar" for n in sorted(rader.column_names))
    with duck.connect(side_by_side=True) as con:
        con.register("rader", rader)
        funnet = con.execute(
            "select nr, count(*), string_agg(sum_, '' order by sum_) from "
            f"(select {INNLEST} as nr, sha256(concat_ws($skille, {deler})) as sum_ from rader) "
            "group by nr",
            {"skille": SKILLE},
        ).fetchall()
    return {
        nr: [antall, hashlib.sha256(bytes.fromhex(alle)).hexdigest()] for nr, antall, alle in funnet
    }


def changed(con: sa.Connection) -> Iterator[str]:
    """Yield in words, as counts, what is not as an innlesing left it; raises nothing.

    What was loaded by a version that kept no sums is not looked at. What lost rows when something
    was deleted is held against what was left then.
    """
    query = sa.select(innlesing.c.nr, innlesing.c.radsummer)
    slettet = deletions.sums(con)
    skrevet = {
        rad.nr: rad.radsummer if rad.radsummer is None else rad.radsummer | slettet.get(rad.nr, {})
        for rad in con.execute(query)
    }
    for navn, tabell in TABELLER.items():
        for kolonne, hva in HVA.items():
            finnes = dict(_sums(con, tabell, kolonne))
            for nr in sorted({*finnes, *skrevet}):
                if nr in skrevet and skrevet[nr] is None:
                    continue
                ventet = _of(skrevet.get(nr), navn, kolonne)
                if finnes.get(nr, [0, ""]) != ventet:
                    yield (
                        f"sentralbase.{navn}: det innlesing {nr} {hva}, er ikke som den skrev det: "
                        f"{finnes.get(nr, [0])[0]} rader, {ventet[0]} da. Noen har vært i "
                        "databasen utenom vigo."
                    )


def unknown(con: sa.Connection) -> int:
    """Return how many innlesinger were loaded before sums were kept."""
    query = sa.select(sa.func.count()).where(innlesing.c.radsummer.is_(None))
    return int(con.execute(query).scalar_one())


def _of(summer: Mapping[str, Mapping[str, Sum]] | None, navn: str, kolonne: str) -> Sum:
    return (summer or {}).get(navn, {}).get(kolonne, [0, ""])


def _sums(
    con: sa.Connection, tabell: sa.Table, kolonne: str, numre: Collection[int] | None = None
) -> Iterator[tuple[int, Sum]]:
    query = _query(tabell, kolonne, noen=numre is not None)
    verdier = query.params | {"numre": [*(numre or ())]}
    for funnet, antall, sum_ in con.exec_driver_sql(str(query), verdier):
        yield funnet, [antall, sum_]


@cache
def _query(tabell: sa.Table, kolonne: str, *, noen: bool) -> sa.Compiled:
    """Return the query of a table's sums, of all innlesinger or of ``numre``.

    It names each column, and to put it together takes longer than to sum the rows of a small load.
    """
    nr = tabell.c[kolonne]
    rad = sa.select(nr.label("nr"), digest(tabell).label("rad")).where(nr.is_not(None))
    if noen:
        rad = rad.where(nr == sa.func.any(sa.bindparam("numre", type_=sa.ARRAY(nr.type))))
    r = rad.subquery()
    query = sa.select(r.c.nr, sa.func.count(), sum_of(r.c.rad)).group_by(r.c.nr)
    return query.compile(dialect=psycopg.dialect())  # type: ignore[no-untyped-call]


def sum_of(rad: sa.ColumnElement[bytes]) -> sa.ColumnElement[str]:
    """Return the sum of rows in whatever order, of a column ``rad`` with the digest of each."""
    samlet = sa.func.string_agg(rad, sa.text("''::bytea order by rad"))
    return sa.func.encode(sa.func.sha256(samlet), "hex")


def digest(tabell: sa.Table, **som: str) -> sa.ColumnElement[bytes]:
    """Return the sha256 of a row: each value by its column's name, nulls left out.

    So a column that a later migration adds changes nothing of what was there before it. When the
    row is ended is no part of it. ``som``: columns that are taken to have another value.
    """
    navn = sorted(c.name for c in tabell.c if c.name != AVSLUTTET)
    verdier = {c.name: c for c in tabell.c} | {n: sa.literal(v) for n, v in som.items()}
    deler = [sa.literal_column(f"'{n}='").concat(sa.cast(verdier[n], sa.Text)) for n in navn]
    tekst = sa.func.concat_ws(sa.literal_column("E'\\x1f'"), *deler)
    return sa.func.sha256(sa.func.convert_to(tekst, "UTF8"))
