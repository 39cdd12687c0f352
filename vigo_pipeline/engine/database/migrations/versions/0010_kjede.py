"""The ledger is only added to: a chain of hashes over its rows, and rows for what was overwritten.

What protects the tables is made after the last migration, by ``vern``: a table of a later
migration is protected like the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOEKKEL = ("flyt", "skoleaar", "runde", "frist", "terskel", "mottaker", "kanal")
FUNKSJONER = ("ledger.kjed_rad()", "ledger.bare_tilfoey()", "ledger.kjed(text, text, jsonb, bool)")
# One link. The lock makes the order total; it is the last lock that anybody takes. What is null is
# left out, so that a column which a later migration adds changes nothing of what was.
KJED = """
create function ledger.kjed(tabell text, noekkel text, rad jsonb, overtatt bool) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    forrige_nr bigint;
    forrige_hash text;
    innhold text;
begin
    perform pg_advisory_xact_lock(8446003);
    select k.nr, k.hash into forrige_nr, forrige_hash
    from ledger.kjede as k order by k.nr desc limit 1;
    forrige_nr := coalesce(forrige_nr, 0);
    forrige_hash := coalesce(forrige_hash, '');
    select encode(sha256(convert_to(jsonb_object_agg(f.key, f.value)::text, 'UTF8')), 'hex')
    into innhold from jsonb_each(rad) as f where f.value <> 'null'::jsonb;
    insert into ledger.kjede (nr, tabell, noekkel, innhold_sha256, overtatt, forrige, hash)
    values (
        forrige_nr + 1, tabell, noekkel, innhold, overtatt, forrige_hash,
        encode(sha256(convert_to(
            (forrige_nr + 1)::text || '|' || tabell || '|' || noekkel || '|' || innhold || '|'
            || overtatt::int::text || '|' || forrige_hash, 'UTF8')), 'hex')
    );
end
$$
"""
KJED_RAD = """
create function ledger.kjed_rad() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    rad jsonb := to_jsonb(new);
begin
    perform ledger.kjed(
        tg_table_name::text,
        (select string_agg(rad ->> a.navn, '/' order by a.plass)
         from unnest(tg_argv) with ordinality as a (navn, plass)),
        rad, false);
    return null;
end
$$
"""
BARE_TILFOEY = """
create function ledger.bare_tilfoey() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception 'ledger.%: hovedboka endres ikke, den blir bare lagt til i (%)',
        tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kjede",
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("tabell", "noekkel")),
        sa.Column("innhold_sha256", sa.Text(), nullable=False),
        sa.Column("overtatt", sa.Boolean(), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("forrige", "hash")),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
    op.create_table(
        "segl",
        sa.Column("kjede_nr", sa.BigInteger(), autoincrement=False, nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("noekkel", "segl")),
        sa.PrimaryKeyConstraint("kjede_nr"),
        schema="ledger",
    )
    for sql in (KJED, KJED_RAD, BARE_TILFOEY):
        op.execute(sa.text(sql.replace(":", r"\:")))
    for navn in FUNKSJONER:
        op.execute(f"revoke all on function {navn} from public")
    _withdrawals()
    op.add_column(
        "varsel",
        sa.Column("forsoek", sa.Integer(), server_default="1", nullable=False),
        schema="ledger",
    )
    op.drop_index("varsel_en_gang", "varsel", schema="ledger")
    op.create_index(
        "varsel_en_gang", "varsel", [*NOEKKEL, "forsoek", "tilstand"], unique=True, schema="ledger"
    )


def _withdrawals() -> None:
    """Let a withdrawal be a row of its own; when an earlier one was made, nobody has kept."""
    op.create_table(
        "unntak_trukket",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unntak", sa.BigInteger(), nullable=False),
        sa.Column("hvem", sa.Text(), nullable=False),
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
    op.create_index(
        "unntak_trukket_en_gang", "unntak_trukket", ["unntak"], unique=True, schema="ledger"
    )
    op.execute(
        "insert into ledger.unntak_trukket (unntak, hvem) "
        "select nr, trukket_av from ledger.unntak where trukket_av is not null order by nr"
    )
    op.drop_column("unntak", "trukket_av", schema="ledger")


def downgrade() -> None:
    """Take back."""
    for navn in FUNKSJONER:
        op.execute(f"drop function {navn} cascade")
    op.add_column("unntak", sa.Column("trukket_av", sa.Text()), schema="ledger")
    op.execute(
        "update ledger.unntak as u set trukket_av = t.hvem "
        "from ledger.unntak_trukket as t where t.unntak = u.nr"
    )
    op.drop_index("varsel_en_gang", "varsel", schema="ledger")
    # The latest state of the latest attempt is what the table held.
    op.execute(
        "delete from ledger.varsel where nr not in (select max(nr) from ledger.varsel "
        f"group by {', '.join(NOEKKEL)})"
    )
    op.drop_column("varsel", "forsoek", schema="ledger")
    op.create_index("varsel_en_gang", "varsel", list(NOEKKEL), unique=True, schema="ledger")
    for tabell in ("unntak_trukket", "segl", "kjede"):
        op.drop_table(tabell, schema="ledger")
