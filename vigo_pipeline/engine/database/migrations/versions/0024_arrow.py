"""No table: rows lie as Arrow between the steps, and code that cannot read them is refused.

Such code finds no person in these files, so it would say that somebody is deleted who is there.
"""

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Take back."""
