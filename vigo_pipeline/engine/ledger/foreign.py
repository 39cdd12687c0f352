"""What somebody has put in the ledger's schema that could write, hide or change rows there."""

from collections.abc import Iterator, Set
from functools import cache

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import HOVEDBOK, KJEDEN
from vigo_pipeline.engine.ledger.functions import FUNKSJONER
from vigo_pipeline.engine.store import fingerprint

# PostgreSQL's tgtype: what a trigger fires on, and when.
_VERN = {"uendret": ("bare_tilfoey", "27"), "ikke_toem": ("bare_tilfoey", "34")}
_KJED = {"kjed": ("kjed_rad", "5")}
_AV = (
    "pg_catalog.pg_class as c join pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
    "and n.nspname = 'ledger'"
)
TRIGGER, FUNKSJON, STANDARD = "trigger", "funksjon", "standardverdi"
# What is there of each kind: its fields, and where they are from.
_HAR = {
    TRIGGER: (
        "c.relname, t.tgname, p.pronamespace::regnamespace::text, p.proname, t.tgtype::text, "
        "(t.tgqual is null and t.tgattr::text = '' and t.tgparentid = 0)::text, "
        "encode(t.tgargs, 'hex')",
        "pg_catalog.pg_trigger as t join pg_catalog.pg_proc as p on p.oid = t.tgfoid "
        f"join {_AV} on c.oid = t.tgrelid where not t.tgisinternal",
    ),
    FUNKSJON: (
        "p.proname, p.prosrc",
        "pg_catalog.pg_proc as p where p.pronamespace = "
        "(select oid from pg_catalog.pg_namespace where nspname = 'ledger')",
    ),
    STANDARD: (
        "c.relname, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid), "
        "(a.attgenerated <> '')::text",
        "pg_catalog.pg_attrdef as d "
        "join pg_catalog.pg_attribute as a on (a.attrelid, a.attnum) = (d.adrelid, d.adnum) "
        f"join {_AV} on c.oid = d.adrelid",
    ),
}
# What the ledger has none of, by what it is called.
_INGEN = {
    "en regel": (
        "r.rulename",
        f"pg_catalog.pg_rewrite as r join {_AV} on c.oid = r.ev_class "
        "where c.relkind in ('r', 'p')",
    ),
    "radsikkerhet": ("c.relname", f"{_AV} where c.relrowsecurity or c.relforcerowsecurity"),
    "en policy": ("p.polname", f"pg_catalog.pg_policy as p join {_AV} on c.oid = p.polrelid"),
    "en arvende tabell": (
        "c.relname",
        f"pg_catalog.pg_inherits as i join {_AV} on c.oid = i.inhparent",
    ),
    "et krav": (
        "k.conname",
        f"pg_catalog.pg_constraint as k join {_AV} on c.oid = k.conrelid where k.contype = 'c'",
    ),
}
# Asked at every commit that enters something, so in one go.
_ALT = " union all ".join(
    f"select {nr} as nr, '{hva}' as hva, array[{felt}]::text[] as felt from {fra}"
    for nr, (hva, (felt, fra)) in enumerate({**_HAR, **_INGEN}.items())
)


def strangers(con: sa.Connection) -> Iterator[str]:
    """Tell, in words, of every trigger, rule, policy, default and function that is not ours."""
    for _, hva, felt in con.exec_driver_sql(f"{_ALT} order by 1, 3"):
        if hva in _INGEN:
            yield f"ledger har fått {hva} som ikke er vigos: {felt[0]}"
        elif hva == TRIGGER and tuple(felt) not in _own_triggers():
            yield f"ledger.{felt[0]} har en trigger som ikke er vigos: {felt[1]}"
        elif hva == FUNKSJON and fingerprint(felt[1].encode()) != FUNKSJONER.get(felt[0]):
            yield f"funksjonen ledger.{felt[0]} er ikke vigos"
        elif hva == STANDARD and tuple(felt) not in _own_defaults():
            yield f"ledger.{felt[0]}.{felt[1]} har en standardverdi som ikke er vigos"


@cache
def _own_triggers() -> Set[tuple[str, ...]]:
    ventet = {
        (t.name, navn, "ledger", *hva, "true", "")
        for t in (*HOVEDBOK, *KJEDEN)
        for navn, hva in _VERN.items()
    }
    for t in HOVEDBOK:
        felt = b"".join(k.name.encode() + b"\0" for k in t.primary_key).hex()
        ventet |= {(t.name, navn, "ledger", *hva, "true", felt) for navn, hva in _KJED.items()}
    return ventet


@cache
def _own_defaults() -> Set[tuple[str, str, str | None, str]]:
    return {(t.name, k.name, _default(k), "false") for t in (*HOVEDBOK, *KJEDEN) for k in t.columns}


def _default(kolonne: sa.Column[object]) -> str | None:
    """Return a column's default as PostgreSQL says it."""
    verdi = getattr(kolonne.server_default, "arg", None)
    if verdi is None:
        return None
    if isinstance(kolonne.type, sa.Text):
        return f"'{verdi}'::text"
    return str(verdi)
