"""What has been deleted: by a time that is out, or of one person by decision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    tekster = ("hendelse", "slag", "skoleaar", "person", "vedtak", "hvem", "grunn")
    op.create_table(
        "sletting",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in tekster),
        sa.Column("dag", sa.Date(), nullable=False),
        sa.Column("detaljer", JSONB(), nullable=False),
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("sletting", schema="ledger")
