"""Søkere to school, young people with rett, and oppfølgingstjenesten."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# By table: the key in the index's order, and the columns in order. What is neither a date nor a
# number is text.
NOEKLER = {
    "soker_skole": ("skoleaar", "avgiverfylke", "fnr", "oenskenr"),
    "ungdom": ("skoleaar", "avgiverfylke", "fnr"),
    "ot_ungdom": ("skoleaar", "avgiverfylke", "fnr"),
}
KOLONNER = {
    "soker_skole": (
        *("skoleaar", "avgiverfylke", "fnr", "oenskenr"),
        *("skolenr", "programomraadekode", "oenskestatus", "hjemstedsfylke"),
    ),
    "ungdom": (
        *("skoleaar", "avgiverfylke", "fnr", "hjemstedsfylke", "grunnskole_fullfoert"),
        *("sluttkompetanse", "sluttkompetanse_dato", "personstatus", "personstatus_dato"),
    ),
    "ot_ungdom": (
        *("skoleaar", "avgiverfylke", "fnr", "ot_enhet", "tilmeldingsaarsak", "tilmeldt_dato"),
        *("ot_status", "ot_status_dato", "kontakt_dato", "programomraadekode", "skolenr"),
        *("ot_avsluttet_dato",),
    ),
}
DATOER = {
    *("grunnskole_fullfoert", "sluttkompetanse_dato", "personstatus_dato", "tilmeldt_dato"),
    *("ot_status_dato", "kontakt_dato", "ot_avsluttet_dato"),
}
TALL = {"oenskenr"}


def _type(kolonne: str) -> sa.Date | sa.Integer | sa.Text:
    if kolonne in DATOER:
        return sa.Date()
    return sa.Integer() if kolonne in TALL else sa.Text()


def upgrade() -> None:
    """Apply."""
    for tabell, kolonner in KOLONNER.items():
        noekkel = NOEKLER[tabell]
        op.create_table(
            tabell,
            *(sa.Column(k, _type(k), nullable=k not in noekkel) for k in kolonner),
            sa.Column("avgiver", sa.Text(), nullable=False),
            sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
            sa.Column("innlest_av", sa.BigInteger(), nullable=False),
            sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
            schema="sentralbase",
        )
        op.create_index(
            f"{tabell}_gjeldende",
            tabell,
            list(noekkel),
            unique=True,
            schema="sentralbase",
            postgresql_where=sa.text("avsluttet_av is null"),
        )


def downgrade() -> None:
    """Take back."""
    for tabell in reversed(KOLONNER):
        op.drop_table(tabell, schema="sentralbase")
