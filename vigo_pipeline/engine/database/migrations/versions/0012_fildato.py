"""The day a file says it was made, so that an older one does not replace a newer."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; what was loaded before has no day."""
    op.add_column("innlesing", sa.Column("fildato", sa.Date()), schema="ledger")


def downgrade() -> None:
    """Take back."""
    op.drop_column("innlesing", "fildato", schema="ledger")
