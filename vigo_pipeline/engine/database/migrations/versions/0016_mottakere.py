"""Let the ledger say which receiver something was sent to, and which has acknowledged it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("utlevering", sa.Column("mottaker", sa.Text()), schema="ledger")


def downgrade() -> None:
    """Take back."""
    op.drop_column("utlevering", "mottaker", schema="ledger")
