"""The ledger is as it was written, or nothing that stands in it is gone by."""

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import kjede
from vigo_pipeline.engine.ledger.chain import Kjede, prove
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.pipeline import Pipeline


def demand_whole(pipeline: Pipeline) -> Kjede:
    """Refuse to go on with a ledger that is not as it was written; return its chain.

    Raises:
        LedgerChanged: somebody has been in the database beside the application.
        SealKeyUnusable: the home's key of the seal cannot be read.
    """
    return prove(pipeline.engine, Segl.of(pipeline.oppsett.hjem))


def is_in_chain(pipeline: Pipeline, lenke: str) -> bool:
    """Say whether the ledger's chain has a link."""
    query = sa.select(kjede.c.nr).where(kjede.c.hash == lenke)
    with pipeline.engine.connect() as con:
        return con.execute(query).first() is not None
