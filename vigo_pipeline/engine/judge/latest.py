"""The latest verdict of a delivery, as the ledger has it."""

import sqlalchemy as sa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.database.tables import dom
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon


def last_verdict(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon
) -> sa.RowMapping | None:
    """Return what it is of, if it passed, its result and whose it is; None when there is none."""
    query = (
        sa.select(
            *(dom.c.rader_sha256, dom.c.regelsett, dom.c.bestaatt, dom.c.resultat),
            *(dom.c.hvem, dom.c.hvem_id),
        )
        .where(
            dom.c.leveranse == leveranse.stamme,
            dom.c.skoleaar == partisjon.skoleaar,
            dom.c.runde == partisjon.runde,
        )
        .order_by(dom.c.nr.desc())
    )
    with pipeline.engine.connect() as con:
        return con.execute(query.limit(1)).mappings().first()
