"""Intake, adults and closing of rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "lukking",
        sa.Column("nr", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("flyt", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("runde", sa.Text(), nullable=False),
        sa.Column("hendelse", sa.Text(), nullable=False),
        sa.Column("hvem", sa.Text(), nullable=False),
        sa.Column("grunn", sa.Text(), nullable=False),
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
        "lukking_oppslag", "lukking", ["flyt", "skoleaar", "runde"], unique=False, schema="ledger"
    )
    op.create_table(
        "delegering",
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("fylkesnr", sa.Text(), nullable=False),
        sa.Column("soeknad_id", sa.Text(), nullable=False),
        sa.Column("skolenr", sa.Text(), nullable=False),
        sa.Column("delegert_dato", sa.Date(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "delegering_gjeldende",
        "delegering",
        ["skoleaar", "fylkesnr", "skolenr", "soeknad_id"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "inntak",
        sa.Column("fnr", sa.Text(), nullable=False),
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("skolenr", sa.Text(), nullable=False),
        sa.Column("programomraadekode", sa.Text(), nullable=False),
        sa.Column("oenskenr", sa.Integer(), nullable=True),
        sa.Column("inntaksstatus", sa.Text(), nullable=True),
        sa.Column("ajourholdskode", sa.Text(), nullable=True),
        sa.Column("ajourholdsdato", sa.Date(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "inntak_gjeldende",
        "inntak",
        ["skoleaar", "skolenr", "fnr", "programomraadekode"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "inntaksvedtak",
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("fylkesnr", sa.Text(), nullable=False),
        sa.Column("soeknad_id", sa.Text(), nullable=False),
        sa.Column("vedtaksdato", sa.Date(), nullable=False),
        sa.Column("utfall", sa.Text(), nullable=True),
        sa.Column("programomraadekode", sa.Text(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "inntaksvedtak_gjeldende",
        "inntaksvedtak",
        ["skoleaar", "fylkesnr", "soeknad_id", "vedtaksdato"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "realkompetansevurdering",
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("fylkesnr", sa.Text(), nullable=False),
        sa.Column("soeknad_id", sa.Text(), nullable=False),
        sa.Column("fagkode", sa.Text(), nullable=False),
        sa.Column("vurdert_dato", sa.Date(), nullable=True),
        sa.Column("rkv_resultat", sa.Text(), nullable=True),
        sa.Column("vedtaksdato", sa.Date(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "realkompetansevurdering_gjeldende",
        "realkompetansevurdering",
        ["skoleaar", "fylkesnr", "soeknad_id", "fagkode"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "rettsvedtak",
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("fylkesnr", sa.Text(), nullable=False),
        sa.Column("soeknad_id", sa.Text(), nullable=False),
        sa.Column("vedtaksdato", sa.Date(), nullable=False),
        sa.Column("voksenrettstype", sa.Text(), nullable=True),
        sa.Column("utfall", sa.Text(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "rettsvedtak_gjeldende",
        "rettsvedtak",
        ["skoleaar", "fylkesnr", "soeknad_id", "vedtaksdato"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.create_table(
        "voksensoeknad",
        sa.Column("skoleaar", sa.Text(), nullable=False),
        sa.Column("fylkesnr", sa.Text(), nullable=False),
        sa.Column("soeknad_id", sa.Text(), nullable=False),
        sa.Column("fnr", sa.Text(), nullable=True),
        sa.Column("soekt_dato", sa.Date(), nullable=True),
        sa.Column("opplaeringstype", sa.Text(), nullable=True),
        sa.Column("programomraadekode", sa.Text(), nullable=True),
        sa.Column("avgiver", sa.Text(), nullable=False),
        sa.Column("kilde_hash", sa.BigInteger(), nullable=False),
        sa.Column("innlest_av", sa.BigInteger(), nullable=False),
        sa.Column("avsluttet_av", sa.BigInteger(), nullable=True),
        schema="sentralbase",
    )
    op.create_index(
        "voksensoeknad_gjeldende",
        "voksensoeknad",
        ["skoleaar", "fylkesnr", "soeknad_id"],
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index(
        "voksensoeknad_gjeldende",
        table_name="voksensoeknad",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("voksensoeknad", schema="sentralbase")
    op.drop_index(
        "rettsvedtak_gjeldende",
        table_name="rettsvedtak",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("rettsvedtak", schema="sentralbase")
    op.drop_index(
        "realkompetansevurdering_gjeldende",
        table_name="realkompetansevurdering",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("realkompetansevurdering", schema="sentralbase")
    op.drop_index(
        "inntaksvedtak_gjeldende",
        table_name="inntaksvedtak",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("inntaksvedtak", schema="sentralbase")
    op.drop_index(
        "inntak_gjeldende",
        table_name="inntak",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("inntak", schema="sentralbase")
    op.drop_index(
        "delegering_gjeldende",
        table_name="delegering",
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
    op.drop_table("delegering", schema="sentralbase")
    op.drop_index("lukking_oppslag", table_name="lukking", schema="ledger")
    op.drop_table("lukking", schema="ledger")
