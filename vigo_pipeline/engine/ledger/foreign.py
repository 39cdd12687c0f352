"""What somebody has put in the ledger's schema that could write, hide or change rows there."""

from collections.abc import Iterator

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import HOVEDBOK, KJEDEN
from vigo_pipeline.engine.ledger.functions import FUNKSJONER
from vigo_pipeline.engine.store import fingerprint

# PostgreSQL's tgtype: what a trigger fires on, and when.
_VERN = {"uendret": ("bare_tilfoey", 27), "ikke_toem": ("bare_tilfoey", 34)}
_KJED = {"kjed": ("kjed_rad", 5)}
_AV = (
    "pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
    "and n.nspname = 'ledger'"
)
_TRIGGERE = (
    "select c.relname, t.tgname, p.pronamespace::regnamespace::text, p.proname, t.tgtype::int, "
    "t.tgqual is null and t.tgattr::text = '' and t.tgparentid = 0, "
    "encode(t.tgargs, 'hex') "
    "from pg_catalog.pg_trigger as t join pg_catalog.pg_proc as p on p.oid = t.tgfoid "
    f"join {_AV} on c.oid = t.tgrelid where not t.tgisinternal order by 1, 2"
)
_FINNES = (
    "select p.proname, p.prosrc from pg_catalog.pg_proc as p "
    "where p.pronamespace = (select oid from pg_catalog.pg_namespace where nspname = 'ledger') "
    "order by 1, 2"
)
_STANDARD = (
    "select c.relname, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated <> '' "
    "from pg_catalog.pg_attrdef as d "
    "join pg_catalog.pg_attribute as a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum) "
    f"join {_AV} on c.oid = d.adrelid order by 1, 2"
)
# What the ledger has none of, by what it is called.
_INGEN = {
    "en regel": f"select r.rulename from pg_catalog.pg_rewrite as r join {_AV} "
    "on c.oid = r.ev_class where c.relkind in ('r', 'p') order by 1",
    "radsikkerhet": f"select c.relname from {_AV} where c.relrowsecurity or c.relforcerowsecurity "
    "order by 1",
    "en policy": f"select p.polname from pg_catalog.pg_policy as p join {_AV} "
    "on c.oid = p.polrelid order by 1",
    "en arvende tabell": f"select c.relname from pg_catalog.pg_inherits as i join {_AV} "
    "on c.oid = i.inhparent order by 1",
    "et krav": f"select k.conname from pg_catalog.pg_constraint as k join {_AV} "
    "on c.oid = k.conrelid where k.contype = 'c' order by 1",
}


def strangers(con: sa.Connection) -> Iterator[str]:
    """Tell, in words, of every trigger, rule, policy, default and function that is not ours."""
    yield from _triggers(con)
    yield from _functions(con)
    yield from _defaults(con)
    for hva, query in _INGEN.items():
        for navn in con.exec_driver_sql(query).scalars():
            yield f"ledger har fått {hva} som ikke er vigos: {navn}"


def _triggers(con: sa.Connection) -> Iterator[str]:
    ventet = {
        (t.name, navn, "ledger", *hva, True, "")
        for t in (*HOVEDBOK, *KJEDEN)
        for navn, hva in _VERN.items()
    }
    for t in HOVEDBOK:
        felt = b"".join(k.name.encode() + b"\0" for k in t.primary_key).hex()
        ventet |= {(t.name, navn, "ledger", *hva, True, felt) for navn, hva in _KJED.items()}
    for rad in con.exec_driver_sql(_TRIGGERE):
        if tuple(rad) not in ventet:
            yield f"ledger.{rad.relname} har en trigger som ikke er vigos: {rad.tgname}"


def _functions(con: sa.Connection) -> Iterator[str]:
    for rad in con.exec_driver_sql(_FINNES):
        if fingerprint(rad.prosrc.encode()) != FUNKSJONER.get(rad.proname):
            yield f"funksjonen ledger.{rad.proname} er ikke vigos"


def _defaults(con: sa.Connection) -> Iterator[str]:
    ventet = {(t.name, k.name): _default(k) for t in (*HOVEDBOK, *KJEDEN) for k in t.columns}
    for tabell, kolonne, uttrykk, regnet in con.exec_driver_sql(_STANDARD):
        if regnet or uttrykk != ventet.get((tabell, kolonne)):
            yield f"ledger.{tabell}.{kolonne} har en standardverdi som ikke er vigos"


def _default(kolonne: sa.Column[object]) -> str | None:
    """Return a column's default as PostgreSQL says it."""
    verdi = getattr(kolonne.server_default, "arg", None)
    if verdi is None:
        return None
    if isinstance(kolonne.type, sa.Text):
        return f"'{verdi}'::text"
    return str(verdi)
