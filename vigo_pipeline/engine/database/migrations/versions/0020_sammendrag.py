"""Digests of what has changed for somebody: each is entered once, before it is sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sammendrag",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("mottaker", sa.Text(), nullable=False),
        sa.Column("kanal", sa.Text(), nullable=False),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("forsoek", sa.Integer(), nullable=False),
        sa.Column("tilstand", sa.Text(), nullable=False),
        sa.Column("stand", JSONB(), nullable=False),
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
        "sammendrag_en_gang",
        "sammendrag",
        ["mottaker", "kanal", "dag", "forsoek", "tilstand"],
        unique=True,
        schema="ledger",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("sammendrag", schema="ledger")
