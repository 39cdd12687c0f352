"""Who was given which restricted document, and which keys tokens of persons are made with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "uthenting",
        _number(),
        *_texts("utfall", "slag", "flyt", "skoleaar", "runde", "avgiver", "skolenr", "fil"),
        *_texts("sha256"),
        sa.Column("personer", JSONB(), nullable=False),
        *_texts("noekkel", "hvem", "hvem_id", "vei", "fra", "grunn"),
        *_end(),
        schema="ledger",
    )
    op.create_index(
        "uthenting_person", "uthenting", ["personer"], schema="ledger", postgresql_using="gin"
    )
    op.create_table(
        "tokennoekkel",
        _number(),
        *_texts("hendelse", "noekkel", "hvem", "grunn"),
        *_end(),
        schema="ledger",
    )
    op.add_column("innsyn", sa.Column("noekkel", sa.Text()), schema="ledger")


def downgrade() -> None:
    """Take back."""
    op.drop_column("innsyn", "noekkel", schema="ledger")
    for tabell in ("tokennoekkel", "uthenting"):
        op.drop_table(tabell, schema="ledger")


def _number() -> sa.Column[int]:
    return sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _texts(*navn: str) -> list[sa.Column[str]]:
    return [sa.Column(n, sa.Text(), nullable=False) for n in navn]


def _end() -> list[sa.schema.SchemaItem]:
    """Return what each table ends with: when a row came, and its key."""
    naa = sa.text("now()")
    registrert = sa.Column(
        "registrert", sa.DateTime(timezone=True), server_default=naa, nullable=False
    )
    return [registrert, sa.PrimaryKeyConstraint("nr")]
