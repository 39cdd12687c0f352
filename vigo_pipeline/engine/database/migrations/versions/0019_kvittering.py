"""What receivers have answered, as it came."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "kvittering",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *_texts("mottaker", "fil", "sha256", "utfall", "leveranse", "skoleaar", "runde"),
        sa.Column("leveranse_nr", sa.Integer(), nullable=False),
        *_texts("referanse", "merknad"),
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
        "kvittering_en_gang", "kvittering", ["mottaker", "sha256"], unique=True, schema="ledger"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("kvittering", schema="ledger")


def _texts(*navn: str) -> list[sa.Column[str]]:
    return [sa.Column(n, sa.Text(), nullable=False) for n in navn]
