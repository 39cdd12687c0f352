"""The locks that are held to the end of a transaction: one number each, and what it is for.

A round that is run has a lock of its own, made of its name (``engine/database/round_lock``).
"""

from enum import Enum

import sqlalchemy as sa


class Laas(Enum):
    """What one transaction does at a time.

    A number never changes: two versions may be at work on one database. KJEDE is taken by
    PostgreSQL itself, in ``ledger.kjed``, and is the last that anybody takes: whoever holds it asks
    for no other, so rows of the ledger come last in a transaction.
    """

    LASTING_OG_MIGRERING = 8_446_001
    PUBLISERING = 8_446_002
    KJEDE = 8_446_003
    UTLEVERING = 8_446_004
    FUNN = 8_446_005
    UNNTAK = 8_446_010
    OT_LINJER = 8_446_011
    TOKENNOEKKEL = 8_446_012
    KODEVERK = 8_446_013


def take(con: sa.Connection, laas: Laas) -> None:
    """Wait for a lock, and hold it until the transaction ends."""
    con.execute(sa.select(sa.func.pg_advisory_xact_lock(laas.value)))
