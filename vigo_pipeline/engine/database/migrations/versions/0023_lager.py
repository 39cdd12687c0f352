"""What has last changed in the object store that machines share, by skoleår."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lagring",
        sa.Column("mappe", sa.Text(), nullable=False),
        sa.Column("merke", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mappe"),
        schema="sentralbase",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("lagring", schema="sentralbase")
