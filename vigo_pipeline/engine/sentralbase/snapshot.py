"""Read the Sentralbase as it stood at a watermark, straight into Arrow."""

from collections.abc import Mapping, Sequence

import pyarrow as pa
import sqlalchemy as sa
from adbc_driver_postgresql import dbapi
from sqlalchemy.dialects import postgresql

from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.sentralbase.tabeller import TABELLER

POSTGRESQL: sa.Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def as_of(tabell: sa.Table, vannmerke: int) -> sa.ColumnElement[bool]:
    """Return the condition for rows in force at a watermark."""
    return sa.and_(
        tabell.c.innlest_av <= vannmerke,
        sa.or_(tabell.c.avsluttet_av.is_(None), tabell.c.avsluttet_av > vannmerke),
    )


def read_as_of(
    url: str, skoleaar: Skoleaar, vannmerke: int, kolonner: Mapping[str, Sequence[str]]
) -> dict[str, pa.Table]:
    """Return the named columns of tables as they stood; rows of a skoleår carry ``avgiver``.

    Args:
        url: libpq address of the Sentralbase.
        skoleaar: only rows of this skoleår, in tables that have one; persons of its elevkurs.
        vannmerke: an innlesing number.
        kolonner: table name to column names of the contract.
    """
    with dbapi.connect(url) as con, con.cursor() as cursor:
        tabeller = {}
        for navn, valgte in kolonner.items():
            cursor.execute(_query(navn, valgte, skoleaar, vannmerke))
            rader = cursor.fetch_arrow_table()
            felt = list(schema(list(valgte))) + [
                pa.field(n, pa.string()) for n in rader.column_names[len(valgte) :]
            ]
            tabeller[navn] = rader.cast(pa.schema(felt))
        return tabeller


def _query(navn: str, valgte: Sequence[str], skoleaar: Skoleaar, vannmerke: int) -> str:
    t = TABELLER[navn]
    query = sa.select(*(t.c[n] for n in valgte)).where(as_of(t, vannmerke))
    if "skoleaar" in t.c:
        query = query.add_columns(t.c.avgiver).where(t.c.skoleaar == skoleaar.compact)
    else:
        kurs = TABELLER["elevkurs"]
        aktuelle = sa.select(kurs.c.fnr).where(
            kurs.c.skoleaar == skoleaar.compact, as_of(kurs, vannmerke)
        )
        query = query.where(t.c.fnr.in_(aktuelle))
    # ADBC binds in COPY mode only for bulk work; the two values are a number and a checked skoleår.
    return str(query.compile(dialect=POSTGRESQL, compile_kwargs={"literal_binds": True}))
