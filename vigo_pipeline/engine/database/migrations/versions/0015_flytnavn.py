"""Let the errors that are known stand under the name that their flow has now.

A flow is called what its collection is. Tables of the ledger are only added to, so what stands in
them under an older name is read under it still.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FOER = {
    "ssbelev": "oktober",
    "ssbresultat": "juni",
    "ssbkontrakt": "kontrakt",
    "fagopplaering": "kontrakt_januar",
    "udirkontrakt": "kontrakt_maaned",
}
FLYTT = sa.text("update sentralbase.funn set flyt = :til where flyt = :fra")


def upgrade() -> None:
    """Rename them."""
    for fra, til in FOER.items():
        op.execute(FLYTT.bindparams(fra=fra, til=til))


def downgrade() -> None:
    """Give them their former names."""
    for til, fra in FOER.items():
        op.execute(FLYTT.bindparams(fra=fra, til=til))
