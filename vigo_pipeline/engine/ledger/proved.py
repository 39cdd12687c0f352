"""How far the ledger has been proved: rows that nobody has touched since are as they were.

PostgreSQL says of each row which transaction wrote it (``xmin``), and no SQL makes it say another:
a row that is changed is written anew. So when as many rows as before are of transactions that had
ended when the ledger was proved, they are the same rows. What changes rows without writing them, a
column by another default or a table by another's name, changes ``form``.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter

from vigo_pipeline.engine.database.tables import HOVEDBOK, KJEDEN, kjede
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.store import fingerprint, write_private

FIL = "hovedbok.proevd.json"
_ELDRE = "age(t.xmin) > age(cast(cast(%(foer)s as xid8) as xid))"
NYERE = f"where not ({_ELDRE})"
_ANTALL = "select '{navn}', count(*) filter (where {eldre}) from ledger.{navn} as t"
_ALLE = " union all ".join(_ANTALL.format(navn=t.name, eldre=_ELDRE) for t in (*HOVEDBOK, *KJEDEN))
_SISTE = "select t.nr, t.hash from ledger.kjede as t where {eldre} order by t.nr desc limit 1"
_UNDER = (
    "select (select count(*) from ledger.kjede where nr <= %(nr)s), "
    "(select count(*) from ledger.segl where kjede_nr <= %(nr)s)"
)
# All before it have ended, in this snapshot and in every later one.
_FOER = "select pg_snapshot_xmin(pg_current_snapshot())::text"
# A row's xmin is half the number of its transaction, so far it tells which of two is older.
LENGST = 2**30
_FORM = """
select
    (select s.system_identifier from pg_catalog.pg_control_system() as s),
    (select d.oid from pg_catalog.pg_database as d where d.datname = current_database()),
    string_agg(
        concat_ws(
            '|', c.oid, c.relname, c.relkind, c.relfilenode, c.xmin, lange.relfilenode, lange.xmin,
            a.attnum, a.attname, a.atttypid, a.attisdropped, a.attgenerated, a.attmissingval, a.xmin
        ),
        '/' order by c.oid, a.attnum
    )
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace and n.nspname = 'ledger'
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0
left join pg_catalog.pg_class as lange on lange.oid = c.reltoastrelid
"""


@dataclass(frozen=True)
class Proevd:
    """What was proved at a time, as far as every transaction had ended.

    ``form``: a digest of the server, the database and the ledger's tables and columns. ``foer``:
    the first transaction that had not ended. ``antall``: rows of those before it, per table.
    ``nr`` and ``hode``: the last link of theirs, and its hash.
    """

    form: str
    foer: str
    antall: Mapping[str, int]
    nr: int
    hode: str


def how_far(con: sa.Connection) -> Proevd | None:
    """Return how far a ledger is proved, when all that a snapshot has of it holds.

    None when nothing is, or when a link lies before one whose transaction has not ended.
    """
    foer = con.exec_driver_sql(_FOER).scalar_one()
    antall = _untouched(con, foer)
    siste = con.exec_driver_sql(_SISTE.format(eldre=_ELDRE), {"foer": foer}).first()
    if siste is None or siste.nr != antall[kjede.name]:
        return None
    return Proevd(_form(con), foer, antall, siste.nr, siste.hash)


def is_untouched(con: sa.Connection, fra: Proevd) -> bool:
    """Say whether everything that was proved lies there as it did."""
    if int(con.exec_driver_sql(_FOER).scalar_one()) - int(fra.foer) > LENGST:
        return False
    # Where each link has its seal, nothing may come in between.
    under = tuple(con.exec_driver_sql(_UNDER, {"nr": fra.nr}).one())
    return (
        under == (fra.nr, fra.nr)
        and fra.form == _form(con)
        and fra.antall == _untouched(con, fra.foer)
    )


def _untouched(con: sa.Connection, foer: str) -> dict[str, int]:
    rader = con.exec_driver_sql(_ALLE, {"foer": foer})
    return {navn: antall for navn, antall in rader}  # noqa: C416 -- a row is no pair to mypy


def _form(con: sa.Connection) -> str:
    return fingerprint(str(tuple(con.exec_driver_sql(_FORM).one())).encode())


def keep(hjem: Path, egen: Segl, proevd: Proevd | None) -> None:
    """Keep in a home how far its ledger is proved, sealed.

    Where that is not known, or cannot be written, what was known before holds still.
    """
    if proevd is not None:
        sagt = json.dumps(asdict(proevd), sort_keys=True)
        with suppress(OSError):
            write_private(hjem / FIL, json.dumps([sagt, egen.on(sagt)]).encode())


def kept(hjem: Path, egen: Segl) -> Proevd | None:
    """Return how far a home's ledger was proved; None when it does not say so under its seal."""
    try:
        sagt, segl = json.loads((hjem / FIL).read_bytes())
        return TypeAdapter(Proevd).validate_json(sagt) if segl == egen.on(sagt) else None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        # Whatever it is, everything is proved then.
        return None
