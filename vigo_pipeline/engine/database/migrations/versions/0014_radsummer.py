"""What each innlesing brought and ended, as sums in the ledger; and the ways to find such rows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABELLER = (
    "elev",
    "elevkurs",
    "elevkursfag",
    "vitnemaalsmerknad",
    "inntak",
    "voksensoeknad",
    "rettsvedtak",
    "realkompetansevurdering",
    "inntaksvedtak",
    "delegering",
    "laerekontrakt",
    "avlagt_prove",
    "soker_laereplass",
    "laerebedrift",
    "opplaeringskontor",
    "kontormedlem",
    "soker_skole",
    "ungdom",
    "ot_ungdom",
)


def upgrade() -> None:
    """Apply; of what was loaded before nobody knows."""
    op.add_column("innlesing", sa.Column("radsummer", postgresql.JSONB()), schema="ledger")
    for tabell in TABELLER:
        op.create_index(
            f"{tabell}_innlest",
            tabell,
            ["innlest_av"],
            schema="sentralbase",
            postgresql_using="brin",
        )
        op.create_index(
            f"{tabell}_avsluttet",
            tabell,
            ["avsluttet_av"],
            schema="sentralbase",
            postgresql_where=sa.text("avsluttet_av is not null"),
        )


def downgrade() -> None:
    """Take back."""
    for tabell in TABELLER:
        for hva in ("avsluttet", "innlest"):
            op.drop_index(f"{tabell}_{hva}", tabell, schema="sentralbase")
    op.drop_column("innlesing", "radsummer", schema="ledger")
