"""A closed round stays at its watermark."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("lukking", sa.Column("vannmerke", sa.BigInteger()), schema="ledger")


def downgrade() -> None:
    """Take back."""
    op.drop_column("lukking", "vannmerke", schema="ledger")
