"""Alerts of deadlines: each is entered once, before it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NOEKKEL = ("flyt", "skoleaar", "runde", "frist", "terskel", "mottaker", "kanal")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "varsel",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("flyt", "skoleaar", "runde")),
        sa.Column("frist", sa.Date(), nullable=False),
        sa.Column("terskel", sa.Integer(), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("mottaker", "kanal", "tilstand")),
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
    op.create_index("varsel_en_gang", "varsel", list(NOEKKEL), unique=True, schema="ledger")


def downgrade() -> None:
    """Take back."""
    op.drop_table("varsel", schema="ledger")
