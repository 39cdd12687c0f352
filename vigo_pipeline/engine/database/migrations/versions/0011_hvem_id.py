"""Who judged and who approved, by the id that the login has for them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABELLER = ("dom", "utlevering")


def upgrade() -> None:
    """Apply."""
    for tabell in TABELLER:
        op.add_column(tabell, sa.Column("hvem_id", sa.Text()), schema="ledger")


def downgrade() -> None:
    """Take back."""
    for tabell in TABELLER:
        op.drop_column(tabell, "hvem_id", schema="ledger")
