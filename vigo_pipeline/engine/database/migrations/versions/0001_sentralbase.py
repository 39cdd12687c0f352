"""Sentralbase with history, ledger of loads and verdicts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute("create schema if not exists sentralbase")
    op.execute("create schema if not exists ledger")
    op.create_table(
        "dom",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("leveranse", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("runde", sa.Text(), nullable=False),
        sa.Column("rader_sha256", sa.Text(), nullable=False),
        sa.Column("regelsett", sa.Text(), nullable=False),
        sa.Column("bestaatt", sa.Boolean(), nullable=False),
        sa.Column("resultat", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
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
        "dom_oppslag",
        "dom",
        ["leveranse", "skoleaar", "runde", "rader_sha256"],
        unique=False,
        schema="ledger",
    )
    op.create_table(
        "innlesing",
        sa.Column("nr", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("samling", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("runde", sa.Text(), nullable=False),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("skolenr", sa.Text(), nullable=True),
        sa.Column("filnavn", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("regnskap", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "registrert",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("nr"),
        schema="ledger",
    )
    op.create_table(
        "elev",
        sa.Column("fnr", sa.Text(), nullable=False),
        sa.Column("elevnavn", sa.Text(), nullable=True),
        sa.Column("gateadresse", sa.Text(), nullable=True),
        sa.Column("postnr", sa.Text(), nullable=True),
        sa.Column("kommunenr", sa.Text(), nullable=True),
        sa.Column("morsmaalskode", sa.Text(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "elev_gjeldende",
        "elev",
        ["fnr"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "elevkurs",
        sa.Column("fnr", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("skolenr", sa.Text(), nullable=False),
        sa.Column("programomraadekode", sa.Text(), nullable=False),
        sa.Column("klassekode", sa.Text(), nullable=True),
        sa.Column("startdato", sa.Date(), nullable=True),
        sa.Column("avbruddsdato", sa.Date(), nullable=True),
        sa.Column("avbruddsaarsak", sa.Text(), nullable=True),
        sa.Column("deltidselev", sa.Text(), nullable=True),
        sa.Column("bevistype", sa.Text(), nullable=True),
        sa.Column("fullfoertkode", sa.Text(), nullable=True),
        sa.Column("fravaer_dager", sa.Integer(), nullable=True),
        sa.Column("fravaer_timer", sa.Integer(), nullable=True),
        sa.Column("ordenskarakter", sa.Text(), nullable=True),
        sa.Column("oppfoerselskarakter", sa.Text(), nullable=True),
        sa.Column("rettstype_importert", sa.Text(), nullable=True),
        sa.Column("voksen", sa.Text(), nullable=True),
        sa.Column("maalform", sa.Text(), nullable=True),
        sa.Column("fravaer_dager_totalt", sa.Integer(), nullable=True),
        sa.Column("saerskilt_spraak", sa.Text(), nullable=True),
        sa.Column("fravaer_timer_totalt", sa.Integer(), nullable=True),
        sa.Column("rett_til_paabygging", sa.Text(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "elevkurs_gjeldende",
        "elevkurs",
        ["skoleaar", "skolenr", "fnr", "programomraadekode"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "elevkursfag",
        sa.Column("fnr", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("skolenr", sa.Text(), nullable=False),
        sa.Column("programomraadekode", sa.Text(), nullable=False),
        sa.Column("fagkode", sa.Text(), nullable=False),
        sa.Column("karakter_termin1", sa.Text(), nullable=True),
        sa.Column("karakter_termin2", sa.Text(), nullable=True),
        sa.Column("karakter_standpunkt", sa.Text(), nullable=True),
        sa.Column("karakter_skriftlig", sa.Text(), nullable=True),
        sa.Column("karakter_muntlig", sa.Text(), nullable=True),
        sa.Column("karakter_annen", sa.Text(), nullable=True),
        sa.Column("eksamensform", sa.Text(), nullable=True),
        sa.Column("skolenr2", sa.Text(), nullable=True),
        sa.Column("skoleaar2", sa.Text(), nullable=True),
        sa.Column("fagstatus", sa.Text(), nullable=True),
        sa.Column("fag_startdato", sa.Date(), nullable=True),
        sa.Column("fag_avbruddsdato", sa.Date(), nullable=True),
        sa.Column("elevtimer", sa.Integer(), nullable=True),
        sa.Column("termin", sa.Text(), nullable=True),
        sa.Column("fagmerknad", sa.Text(), nullable=True),
        sa.Column("fagmerknad_parameter", sa.Text(), nullable=True),
        sa.Column("karakterstatus", sa.Text(), nullable=True),
        sa.Column("rkv_dato", sa.Date(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "elevkursfag_gjeldende",
        "elevkursfag",
        ["skoleaar", "skolenr", "fnr", "programomraadekode", "fagkode"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "vitnemaalsmerknad",
        sa.Column("fnr", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("skolenr", sa.Text(), nullable=False),
        sa.Column("programomraadekode", sa.Text(), nullable=False),
        sa.Column("vmm_kode", sa.Text(), nullable=False),
        sa.Column("vmm_parameter1", sa.Text(), nullable=True),
        sa.Column("vmm_parameter2", sa.Text(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "vitnemaalsmerknad_gjeldende",
        "vitnemaalsmerknad",
        ["skoleaar", "skolenr", "fnr", "programomraadekode", "vmm_kode"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(
        "vitnemaalsmerknad_gjeldende",
        table_name="vitnemaalsmerknad",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("vitnemaalsmerknad", schema="sentralbase")
    op.drop_index(
        "elevkursfag_gjeldende",
        table_name="elevkursfag",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("elevkursfag", schema="sentralbase")
    op.drop_index(
        "elevkurs_gjeldende",
        table_name="elevkurs",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("elevkurs", schema="sentralbase")
    op.drop_index(
        "elev_gjeldende",
        table_name="elev",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("elev", schema="sentralbase")
    op.drop_table("innlesing", schema="ledger")
    op.drop_index("dom_oppslag", table_name="dom", schema="ledger")
    op.drop_table("dom", schema="ledger")
