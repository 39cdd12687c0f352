"""What was published: a manifest that was changed on disk since is not what stands here."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NOEKKEL = ("leveranse", "skoleaar", "runde", "leveranse_nr")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "publisering",
        *(sa.Column(n, sa.Text(), nullable=False) for n in NOEKKEL[:3]),
        sa.Column("leveranse_nr", sa.Integer(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint(*NOEKKEL),
        schema="ledger",
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("publisering", schema="ledger")
