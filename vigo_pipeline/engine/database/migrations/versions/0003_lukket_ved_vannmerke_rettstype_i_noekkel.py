"""A closed round stays at its watermark; the kind of right is in the key of a rettsvedtak."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NOEKKEL = ("skoleaar", "fylkesnr", "soeknad_id", "vedtaksdato")


def upgrade() -> None:
    """Apply."""
    op.add_column("lukking", sa.Column("vannmerke", sa.BigInteger()), schema="ledger")
    op.execute(
        "update sentralbase.rettsvedtak set voksenrettstype = '' where voksenrettstype is null"
    )
    _rettstype_in_key((*NOEKKEL, "voksenrettstype"), nullable=False)


def downgrade() -> None:
    """Take back; fails when one letter decided on several rights."""
    _rettstype_in_key(NOEKKEL, nullable=True)
    op.drop_column("lukking", "vannmerke", schema="ledger")


def _rettstype_in_key(noekkel: Sequence[str], *, nullable: bool) -> None:
    op.alter_column("rettsvedtak", "voksenrettstype", nullable=nullable, schema="sentralbase")
    op.drop_index("rettsvedtak_gjeldende", table_name="rettsvedtak", schema="sentralbase")
    op.create_index(
        "rettsvedtak_gjeldende",
        "rettsvedtak",
        list(noekkel),
        unique=True,
        schema="sentralbase",
        postgresql_where=sa.text("avsluttet_av is null"),
    )
