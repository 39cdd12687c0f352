"""What was found wrong, since when, and when data came that no longer breaks the rule."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEKST = (
    *("flyt", "skoleaar", "trinn", "avgiver", "regel", "alvor", "skolenr", "fnr"),
    *("programomraadekode", "fagkode", "kolonne", "fil", "foerst_runde"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "funn",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(sa.Column(n, sa.Text(), nullable=False) for n in TEKST),
        sa.Column("foerst_dag", sa.Date(), nullable=False),
        sa.Column("lukket_runde", sa.Text()),
        sa.Column("lukket_dag", sa.Date()),
        sa.PrimaryKeyConstraint("nr"),
        schema="sentralbase",
    )
    op.create_index("funn_oppslag", "funn", ["flyt", "skoleaar"], schema="sentralbase")


def downgrade() -> None:
    """Take back."""
    op.drop_table("funn", schema="sentralbase")
