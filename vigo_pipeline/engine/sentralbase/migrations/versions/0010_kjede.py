"""The ledger is only added to: a chain of hashes over its rows, and rows for what was overwritten.

What protects the tables is made after the last migration, by ``vern``: a table of a later
migration is protected like the first.
"""

import sqlalchemy as sa
from alembic import op

from vigo_pipeline.engine.sentralbase.funksjoner import BARE_TILFOEY, KJED, KJED_RAD

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NOEKKEL = ("flyt", "skoleaar", "runde", "frist", "terskel", "mottaker", "kanal")
FUNKSJONER = ("ledger.kjed_rad()", "ledger.bare_tilfoey()", "ledger.kjed(text, text, jsonb, bool)")


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
