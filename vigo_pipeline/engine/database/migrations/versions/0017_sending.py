"""How far each file of a delivery has come over a line to its receiver."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPPSLAG = ("leveranse", "skoleaar", "runde")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sending",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *_texts(*OPPSLAG, "mottaker"),
        sa.Column("leveranse_nr", sa.Integer(), nullable=False),
        *_texts("fil", "steg", "klartekst_sha256", "sha256", "noekkel"),
        sa.Column("antall_bytes", sa.BigInteger(), nullable=False),
        sa.Column("forsoek", sa.Integer(), nullable=False),
        *_texts("kanal", "sted", "hvem", "merknad"),
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
    op.create_index("sending_oppslag", "sending", list(OPPSLAG), schema="ledger")


def downgrade() -> None:
    """Take back."""
    op.drop_table("sending", schema="ledger")


def _texts(*navn: str) -> list[sa.Column[str]]:
    return [sa.Column(n, sa.Text(), nullable=False) for n in navn]
