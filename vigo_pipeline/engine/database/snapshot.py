"""Read the Sentralbase as it stood, straight into Arrow."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.arrow import arrow_cursor
from vigo_pipeline.engine.database.cutoff import Stand
from vigo_pipeline.engine.database.tables import TABELLER, innlesing

POSTGRESQL: sa.Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def as_of(tabell: sa.Table, stand: Stand) -> sa.ColumnElement[bool]:
    """Return the condition for rows in force as the Sentralbase stood."""
    i_kraft = [
        tabell.c.innlest_av <= stand.vannmerke,
        _not_ended(tabell, stand.vannmerke, stand.utenom),
    ]
    if stand.utenom:
        i_kraft.append(tabell.c.innlest_av.not_in(stand.utenom))
    return sa.and_(*i_kraft)


def _not_ended(tabell: sa.Table, nr: int, utenom: Sequence[int]) -> sa.ColumnElement[bool]:
    """Return the condition for rows that nothing had ended by an innlesing, but for some."""
    return sa.or_(
        tabell.c.avsluttet_av.is_(None),
        tabell.c.avsluttet_av > nr,
        *([tabell.c.avsluttet_av.in_(utenom)] if utenom else []),
    )


def in_force(rader: pa.Table, stand: Stand) -> pa.ChunkedArray:
    """Return which rows of ``read_between`` were in force, as ``as_of`` says of them."""
    innlest, avsluttet = rader["innlest_av"], rader["avsluttet_av"]
    utenom = pa.array(stand.utenom, pa.int64())
    kom = pc.and_(pc.less_equal(innlest, stand.vannmerke), pc.invert(pc.is_in(innlest, utenom)))
    ble = pc.fill_null(pc.greater(avsluttet, stand.vannmerke), fill_value=True)
    return pc.and_(kom, pc.or_(ble, pc.is_in(avsluttet, utenom)))


def read_as_of(
    url: str, skoleaar: Skoleaar, stand: Stand, kolonner: Mapping[str, Sequence[str]]
) -> dict[str, pa.Table]:
    """Return the named columns of tables as they stood; rows of a skoleår carry ``avgiver``.

    Args:
        url: libpq address of the Sentralbase.
        skoleaar: only rows of this skoleår, in tables that have one; persons of its elevkurs.
        stand: how the Sentralbase stood.
        kolonner: table name to column names of the contract.
    """
    with arrow_cursor(url) as cursor:
        tabeller = {}
        for navn, valgte in kolonner.items():
            cursor.execute(literal(query(navn, valgte, skoleaar, stand)))
            tabeller[navn] = typed(cursor.fetch_arrow_table(), valgte)
        return tabeller


def read_between(
    url: str,
    skoleaar: Skoleaar,
    stand: Collection[Stand],
    kolonner: Mapping[str, Sequence[str]],
    avgivere: Collection[str],
) -> dict[str, pa.Table]:
    """Return the rows of schools where something came or went from the first stand to the last.

    Of tables without a school in their key, all. They are those that were in force at one stand or
    more, and may have been in between. Each carries ``avgiver``, and the innlesinger that brought
    it and ended it, ``innlest_av`` and ``avsluttet_av``: at which of them it was in force,
    ``in_force`` says.

    Args:
        url: libpq address of the Sentralbase.
        skoleaar: whose rows.
        stand: how the Sentralbase stood.
        kolonner: table name to column names of the contract; tables whose rows are of a skoleår.
        avgivere: whose rows.
    """
    fra, til = min(s.vannmerke for s in stand), max(s.vannmerke for s in stand)
    utenom = sorted({nr for s in stand for nr in s.utenom})
    with arrow_cursor(url) as cursor:
        tabeller = {}
        alle = {n: _between(TABELLER[n], skoleaar, avgivere, (fra, til), utenom) for n in kolonner}
        flyttet = [
            q
            for navn in kolonner
            if (skole := TABELLER[navn].c.get("skolenr")) is not None
            for q in _moved(alle[navn].with_only_columns(skole), TABELLER[navn], fra, utenom)
        ]
        for navn, valgte in kolonner.items():
            t = TABELLER[navn]
            felt = (*(t.c[n] for n in valgte), t.c.avgiver, t.c.innlest_av, t.c.avsluttet_av)
            egne, skole = alle[navn].with_only_columns(*felt), t.c.get("skolenr")
            # What may have no school is read all of it.
            har_skole = skole is not None and not skole.nullable
            cursor.execute(literal(of_schools(egne, t, sa.union(*flyttet)) if har_skole else egne))
            tabeller[navn] = cursor.fetch_arrow_table()
        return tabeller


def _between(
    t: sa.Table,
    skoleaar: Skoleaar,
    avgivere: Collection[str],
    tid: tuple[int, int],
    utenom: Sequence[int],
) -> sa.Select[Any]:
    fra, til = tid
    return sa.select(t).where(
        t.c.skoleaar == skoleaar.compact,
        t.c.avgiver.in_(avgivere),
        t.c.innlest_av <= til,
        _not_ended(t, fra, utenom),
    )


def _moved(
    alle: sa.Select[Any], t: sa.Table, fra: int, utenom: Sequence[int]
) -> list[sa.Select[Any]]:
    """Return the queries of those rows that were not there all the time, or may not have been."""
    kom = [t.c.innlest_av > fra, *([t.c.innlest_av.in_(utenom)] if utenom else [])]
    return [alle.where(hva) for hva in (*kom, t.c.avsluttet_av.is_not(None))]


def count_as_of(
    url: str, skoleaar: Skoleaar, stand: Stand, tabell: str, kolonner: Sequence[str]
) -> pa.Table:
    """Return how many rows of a skoleår a table had (``antall``), by columns and ``avgiver``.

    Counted where they lie: the rows themselves are too many to fetch for their number alone.
    """
    rader = query(tabell, kolonner, skoleaar, stand).subquery()
    telt = sa.select(*rader.c, sa.func.count().label("antall")).group_by(*rader.c)
    with arrow_cursor(url) as cursor:
        cursor.execute(literal(telt))
        return cursor.fetch_arrow_table()


def typed(rader: pa.Table, valgte: Sequence[str]) -> pa.Table:
    """Return rows as the contract types them; what comes after the chosen columns is text."""
    felt = list(schema(list(valgte))) + [
        pa.field(n, pa.string()) for n in rader.column_names[len(valgte) :]
    ]
    return rader.cast(pa.schema(felt))


def query(navn: str, valgte: Sequence[str], skoleaar: Skoleaar, stand: Stand) -> sa.Select[Any]:
    """Return the query of a table as it stood; rows of a skoleår carry ``avgiver``."""
    t = TABELLER[navn]
    kolonner = [t.c[n] for n in valgte]
    if "skoleaar" in t.c:
        i_aaret = t.c.skoleaar == skoleaar.compact
        return sa.select(*kolonner, t.c.avgiver).where(as_of(t, stand), i_aaret)
    kurs = TABELLER["elevkurs"]
    i_aaret = sa.and_(kurs.c.skoleaar == skoleaar.compact, as_of(kurs, stand))
    return _persons(t, kolonner, stand).where(t.c.fnr.in_(sa.select(kurs.c.fnr).where(i_aaret)))


def literal(sporring: sa.SelectBase) -> str:
    """Return a query as text: of numbers, skoleår, avgivere and other queries, not of what is read.

    ADBC binds in COPY mode only for bulk work.
    """
    return str(sporring.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))


def of_schools(alle: sa.Select[Any], t: sa.Table, skoler: sa.CompoundSelect[Any]) -> sa.Select[Any]:
    """Return the query of the rows of some schools, of a table with the school in its key.

    Where an index has them they are asked for school by school, and those that stand by themselves.
    Asked for in any other way they are looked for in the whole nation, unless PostgreSQL has
    counted the table since the nation was loaded.
    """
    [i_kraft] = (i for i in t.indexes if i.unique)
    if [k.name for k in i_kraft.columns][:2] != ["skoleaar", "skolenr"]:
        return alle.where(t.c.skolenr.in_(skoler))
    hver, endt = skoler.subquery("hver"), t.c.avsluttet_av
    egne = alle.where(t.c.skolenr == hver.c.skolenr)
    deler = [egne.where(hva).correlate(hver) for hva in (endt.is_(None), endt.is_not(None))]
    rader = sa.union_all(*deler).lateral("rader")
    return sa.select(*rader.c).select_from(hver.join(rader, sa.true()))


def _persons(t: sa.Table, kolonner: Sequence[sa.Column[Any]], stand: Stand) -> sa.Select[Any]:
    """Return each person's last row: of the latest skoleår, and in it of the last innlesing."""
    query: sa.Select[Any] = sa.select(*kolonner)
    if not stand.utenom:
        return query.where(as_of(t, stand))
    # Nobody's silence ends a person, so the last row that belongs here is the one in force.
    return (
        query.join(innlesing, innlesing.c.nr == t.c.innlest_av)
        .where(t.c.innlest_av <= stand.vannmerke, t.c.innlest_av.not_in(stand.utenom))
        .ext(postgresql.distinct_on(t.c.fnr))
        .order_by(t.c.fnr, innlesing.c.skoleaar.desc(), innlesing.c.nr.desc())
    )
