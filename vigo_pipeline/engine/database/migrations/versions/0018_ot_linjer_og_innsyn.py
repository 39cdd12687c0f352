"""Lines to OT and what was done with them, and who has asked for the card of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ot_linje",
        _number(),
        *_texts("fylke", "fnr"),
        sa.Column("dato", sa.Date(), nullable=False),
        *_texts("kode", "aarsaker"),
        sa.Column("siden", sa.Date()),
        *_texts("forklaring"),
        sa.Column("kommunenr", sa.Text()),
        sa.Column("foedselsaar", sa.Integer()),
        sa.Column("rettstype", sa.Text()),
        sa.Column("avbruddsdato", sa.Date()),
        *_end("nr"),
        schema="sentralbase",
    )
    op.create_index("ot_linje_oppslag", "ot_linje", ["fylke", "fnr"], schema="sentralbase")
    op.create_table(
        "ot_linjestatus",
        _number(),
        sa.Column("linje", sa.BigInteger(), nullable=False),
        *_texts("status", "enhet", "merknad", "hvem"),
        sa.Column("overfoering_nr", sa.Integer()),
        sa.Column("dato", sa.Date(), nullable=False),
        *_end("nr"),
        schema="sentralbase",
    )
    op.create_index("ot_linjestatus_oppslag", "ot_linjestatus", ["linje"], schema="sentralbase")
    op.create_table(
        "ot_overfoering",
        _number(),
        *_texts("fylke", "hendelse"),
        sa.Column("dato", sa.Date(), nullable=False),
        sa.Column("overfoering_nr", sa.Integer(), nullable=False),
        sa.Column("antall", sa.Integer(), nullable=False),
        *_texts("utvalg", "sha256", "hvem", "merknad"),
        *_end("nr"),
        schema="ledger",
    )
    op.create_index(
        "ot_overfoering_oppslag", "ot_overfoering", ["fylke", "hendelse"], schema="ledger"
    )
    op.create_table(
        "innsyn",
        _number(),
        *_texts("person", "hvem", "grunn"),
        sa.Column("vannmerke", sa.BigInteger(), nullable=False),
        *_end("nr"),
        schema="ledger",
    )


def downgrade() -> None:
    """Take back."""
    for tabell in ("innsyn", "ot_overfoering"):
        op.drop_table(tabell, schema="ledger")
    for tabell in ("ot_linjestatus", "ot_linje"):
        op.drop_table(tabell, schema="sentralbase")


def _number() -> sa.Column[int]:
    return sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False)


def _texts(*navn: str) -> list[sa.Column[str]]:
    return [sa.Column(n, sa.Text(), nullable=False) for n in navn]


def _end(noekkel: str) -> list[sa.schema.SchemaItem]:
    """Return what each table ends with: when a row came, and its key."""
    naa = sa.text("now()")
    registrert = sa.Column(
        "registrert", sa.DateTime(timezone=True), server_default=naa, nullable=False
    )
    return [registrert, sa.PrimaryKeyConstraint(noekkel)]
