"""What each step wrote, which rows were published, and what a control of it all came to."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

NOEKKEL = ("leveranse", "skoleaar", "runde", "leveranse_nr")
STED = ("trinn", "stamme", "skoleaar", "runde")


def upgrade() -> None:
    """Apply."""
    # A number may be entered more than once, for the ledger is only added to.
    op.drop_constraint("publisering_pkey", "publisering", schema="ledger")
    op.add_column(
        "publisering",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        schema="ledger",
    )
    op.create_primary_key("publisering_pkey", "publisering", ["nr"], schema="ledger")
    op.add_column("publisering", sa.Column("radfil_sha256", sa.Text()), schema="ledger")
    op.create_index(
        "publisering_oppslag", "publisering", ["leveranse", "skoleaar", "runde"], schema="ledger"
    )
    _table(
        "artefakt",
        *[sa.Column(n, sa.Text(), nullable=False) for n in STED],
        sa.Column("filer", postgresql.JSONB(), nullable=False),
        sa.Column("vannmerke", sa.BigInteger(), nullable=False),
        sa.Column("forrige", sa.Text()),
    )
    op.create_index("artefakt_oppslag", "artefakt", list(STED), schema="ledger")
    _table(
        "verifisering",
        sa.Column("antall", sa.Integer(), nullable=False),
        sa.Column("feil", postgresql.JSONB(), nullable=False),
        sa.Column("hvem", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """Take back."""
    for tabell in ("verifisering", "artefakt"):
        op.drop_table(tabell, schema="ledger")
    # What protects the table would refuse.
    for vern in ("uendret", "ikke_toem", "kjed"):
        op.execute(f"drop trigger if exists {vern} on ledger.publisering")
    op.execute(
        "delete from ledger.publisering where nr not in "
        f"(select max(nr) from ledger.publisering group by {', '.join(NOEKKEL)})"
    )
    op.drop_index("publisering_oppslag", "publisering", schema="ledger")
    op.drop_column("publisering", "radfil_sha256", schema="ledger")
    op.drop_column("publisering", "nr", schema="ledger")
    op.create_primary_key("publisering_pkey", "publisering", list(NOEKKEL), schema="ledger")


def _table(navn: str, *kolonner: sa.Column[Any]) -> None:
    op.create_table(
        navn,
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *kolonner,
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
