"""The ledger is as it was written, or nothing that stands in it is gone by."""

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import kjede
from vigo_pipeline.engine.ledger import proved
from vigo_pipeline.engine.ledger.chain import Kjede, prove, prove_on
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.pipeline import Pipeline


def demand_whole(pipeline: Pipeline) -> Kjede:
    """Refuse to go on with a ledger that is not as it was written; return its chain.

    Raises:
        LedgerChanged: somebody has been in the database beside the application.
        SealKeyUnusable: the home's key of the seal cannot be read.
    """
    # Who connects first makes the key of a ledger that has nothing in it.
    engine, egen = pipeline.engine, Segl.of(pipeline.oppsett.hjem)
    alt = prove(engine, egen)
    proved.keep(pipeline.oppsett.hjem, egen, alt.proevd)
    return alt


def demand_head(pipeline: Pipeline) -> str:
    """Return the hash of the ledger's last link, once what has come to it since last time holds.

    For what is done often, and is proved from the beginning before anybody outside gets it. Raises
    as ``demand_whole``, which is asked when anything at all is otherwise than last time.
    """
    engine, egen = pipeline.engine, Segl.of(pipeline.oppsett.hjem)
    fra = None if pipeline.alt else proved.kept(pipeline.oppsett.hjem, egen)
    siden = prove_on(engine, egen, fra) if fra else None
    if siden is None:
        return demand_whole(pipeline).hode
    proved.keep(pipeline.oppsett.hjem, egen, siden.proevd)
    return siden.hode


def is_in_chain(pipeline: Pipeline, lenke: str) -> bool:
    """Say whether the ledger's chain has a link."""
    query = sa.select(kjede.c.nr).where(kjede.c.hash == lenke)
    with pipeline.engine.connect() as con:
        return con.execute(query).first() is not None
