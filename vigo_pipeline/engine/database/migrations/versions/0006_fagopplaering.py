"""Fagopplæring: contracts, prøver, applicants for læreplass, lærebedrifter and opplæringskontor."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# By table: the key in the index's order, and the columns in order. What is neither a date nor a
# number is text.
NOEKLER = {
    "laerekontrakt": ("skoleaar", "avgiverfylke", "kontraktsnr"),
    "avlagt_prove": ("skoleaar", "avgiverfylke", "fnr", "programomraadekode", "provenr"),
    "soker_laereplass": ("skoleaar", "avgiverfylke", "fnr", "oenskenr"),
    "laerebedrift": ("skoleaar", "avgiverfylke", "orgnr_bedrift", "programomraadekode"),
    "opplaeringskontor": ("skoleaar", "avgiverfylke", "orgnr_opplaeringskontor"),
    "kontormedlem": ("skoleaar", "avgiverfylke", "orgnr_opplaeringskontor", "orgnr_bedrift"),
}
KOLONNER = {
    "laerekontrakt": (
        *("skoleaar", "avgiverfylke", "kontraktsnr", "fnr"),
        *("kontraktstype", "programomraadekode", "orgnr_bedrift", "orgnr_opplaeringskontor"),
        *("godkjentdato", "laeretid_fra", "laeretid_til", "netto_laeretid"),
        *("netto_opplaeringstid", "avbrudd_fra", "avbrudd_til", "kontrakt_avsluttet"),
        *("hevet_av", "avslutningskode", "rekvalifisering", "tillegg_maaneder"),
        *("tillegg_meropplaering", "hjemstedsfylke"),
    ),
    "avlagt_prove": (
        *("skoleaar", "avgiverfylke", "fnr", "programomraadekode"),
        *("provenr", "kontraktsnr", "provedato", "provekandidattype"),
        *("resultat_teori", "resultat_praktisk", "provestatus", "brevtype"),
        *("hjemstedsfylke",),
    ),
    "soker_laereplass": (
        *("skoleaar", "avgiverfylke", "fnr", "oenskenr"),
        *("programomraadekode", "oenskestatus", "orgnr_bedrift", "formidlet_dato"),
        *("hjemstedsfylke",),
    ),
    "laerebedrift": (
        *("skoleaar", "avgiverfylke", "orgnr_bedrift", "programomraadekode"),
        *("bedriftsnavn", "godkjent_fra", "godkjent_til", "nedlagt_dato"),
    ),
    "opplaeringskontor": (
        *("skoleaar", "avgiverfylke", "orgnr_opplaeringskontor", "kontornavn"),
        *("organtype", "godkjent_fra", "godkjent_til", "nedlagt_dato"),
    ),
    "kontormedlem": (
        *("skoleaar", "avgiverfylke", "orgnr_opplaeringskontor", "orgnr_bedrift"),
        *("medlem_fra", "medlem_til"),
    ),
}
DATOER = {
    *("avbrudd_fra", "avbrudd_til", "formidlet_dato", "godkjent_fra"),
    *("godkjent_til", "godkjentdato", "kontrakt_avsluttet", "laeretid_fra"),
    *("laeretid_til", "medlem_fra", "medlem_til", "nedlagt_dato"),
    *("provedato",),
}
TALL = {"netto_laeretid", "netto_opplaeringstid", "oenskenr", "provenr", "tillegg_maaneder"}


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
