"""Who judged; what was approved, sent and acknowledged; waivers; since when an error is open."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "dom",
        sa.Column("hvem", sa.Text(), server_default="ukjent", nullable=False),
        schema="ledger",
    )
    _table(
        "utlevering",
        *_texts("leveranse", "skoleaar", "runde"),
        sa.Column("leveranse_nr", sa.Integer(), nullable=False),
        *_texts("hendelse", "fil_sha256", "rader_sha256", "regelsett", "hvem", "merknad"),
    )
    _table(
        "unntak",
        *_texts("leveranse", "skoleaar", "runde", "regel", "fylke"),
        sa.Column("maks_antall", sa.Integer(), nullable=False),
        sa.Column("gjelder_til", sa.Date(), nullable=False),
        *_texts("hvem", "grunn"),
        sa.Column("trukket_av", sa.Text()),
    )
    for tabell in ("utlevering", "unntak"):
        op.create_index(
            f"{tabell}_oppslag", tabell, ["leveranse", "skoleaar", "runde"], schema="ledger"
        )


def downgrade() -> None:
    """Take back."""
    op.drop_table("unntak", schema="ledger")
    op.drop_table("utlevering", schema="ledger")
    op.drop_column("dom", "hvem", schema="ledger")


def _texts(*navn: str) -> list[sa.Column[object]]:
    return [sa.Column(n, sa.Text(), nullable=False) for n in navn]


def _table(navn: str, *kolonner: sa.Column[object]) -> None:
    op.create_table(
        navn,
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *kolonner,
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
