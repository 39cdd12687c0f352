"""What keeps the ledger as it was written: triggers that refuse changes, links, and rights.

Every table of ``tabeller.HOVEDBOK`` is protected once its migration has run. A superuser can take
the triggers away; what is then changed is told by the chain (``kjede``).
"""

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import HOVEDBOK, KJEDEN
from vigo_pipeline.engine.ledger.written import written

# Always: also when somebody asks for the session of a replica, in which others do not fire.
_STENGT = (
    "create trigger uendret before update or delete on {t} "
    "for each row execute function ledger.bare_tilfoey()",
    "create trigger ikke_toem before truncate on {t} "
    "for each statement execute function ledger.bare_tilfoey()",
    "alter table {t} enable always trigger uendret",
    "alter table {t} enable always trigger ikke_toem",
)
_LENKET = (
    "create trigger kjed after insert on {t} "
    "for each row execute function ledger.kjed_rad({noekkel})",
    "alter table {t} enable always trigger kjed",
    # What was written before there was a chain is taken in as it stands, and marked.
    "select ledger.kjed('{navn}', r.noekkel, r.rad, true) from (select to_jsonb(t) as rad, "
    "concat_ws('/', {pk}) as noekkel from {t} as t order by registrert, {pk}) as r",
)
_RETTER = (
    "grant usage on schema ledger, sentralbase to {rolle}",
    "grant select on all tables in schema ledger to {rolle}",
    "revoke update, delete, truncate, references, trigger on all tables in schema ledger "
    "from {rolle}",
    "revoke insert on ledger.kjede from {rolle}",
    "grant select, insert, update, delete on all tables in schema sentralbase to {rolle}",
    "grant select on public.alembic_version to {rolle}",
)


def unprotected(con: sa.Connection) -> list[str]:
    """Return the ledger's tables that lack a trigger, or have one that is turned off."""
    query = sa.text(
        "select c.relname || '/' || t.tgname from pg_catalog.pg_trigger as t "
        "join pg_catalog.pg_class as c on c.oid = t.tgrelid "
        "join pg_catalog.pg_namespace as n on n.oid = c.relnamespace "
        "where n.nspname = 'ledger' and t.tgenabled = 'A'"
    )
    finnes = set(con.execute(query).scalars())
    krav = {t.name: {"uendret", "ikke_toem"} for t in (*HOVEDBOK, *KJEDEN)}
    for tabell in HOVEDBOK:
        krav[tabell.name].add("kjed")
    return sorted(n for n, navn in krav.items() if not {f"{n}/{v}" for v in navn} <= finnes)


def protect(con: sa.Connection) -> None:
    """Protect the ledger's tables that are not, and take what stands in them into the chain."""
    con.exec_driver_sql("set local timezone = 'UTC'")
    mangler = set(unprotected(con))
    for tabell in (t for t in (*KJEDEN, *HOVEDBOK) if t.name in mangler):
        pk = [k.name for k in tabell.primary_key]
        setninger = _STENGT + (_LENKET if tabell in HOVEDBOK else ())
        for sql in setninger:
            gjort = con.exec_driver_sql(
                sql.format(
                    t=f"ledger.{tabell.name}",
                    navn=tabell.name,
                    noekkel=", ".join(f"'{k}'" for k in pk),
                    pk=", ".join(pk),
                )
            )
            if gjort.returns_rows:
                written(con)[tabell.name, True] += gjort.rowcount


def grant(con: sa.Connection, rolle: str) -> None:
    """Let the application's role read and add to the ledger, and write the data, and no more."""
    egen = con.dialect.identifier_preparer.quote_identifier(rolle)
    for sql in _RETTER:
        con.exec_driver_sql(sql.format(rolle=egen))
    for tabell in (*HOVEDBOK, KJEDEN[1]):
        con.exec_driver_sql(f"grant insert on ledger.{tabell.name} to {egen}")
