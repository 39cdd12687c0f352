"""Where a round stands: what has come from each avgiver, and how far each delivery has come."""

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.varsling import Avgiverstand, Leveransestand, Rundestand, state_of_avgiver
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.closings import is_closed
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import still_rejected
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.store import Partisjon


def where_round_stands(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Rundestand:
    """Return where a round stands; one in which nothing has happened stands still.

    Raises:
        UnknownFlow: no spec describes the flow.
    """
    innsamling, leveranser = pipeline.register.flyt(flyt)
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, flyt, partisjon)
    return Rundestand(
        avgivere=avgivere(pipeline, innsamling, partisjon),
        leveranser=tuple(
            Leveransestand(
                *(v.stamme, v.fil.navn, staar.tilstand, staar.uten_ny_dom, staar.mangler),
                svar=staar.svar,
            )
            for v in leveranser
            for staar in [where_it_stands(pipeline, v, partisjon)]
        ),
        lukket=lukket,
    )


def avgivere(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> tuple[Avgiverstand, ...]:
    """Return what has come from each avgiver that must report in a round."""
    with pipeline.engine.connect() as con:
        innlest = loads.in_round(con, innsamling.stamme, partisjon)
    rapportert = {i.avgiver for i in innlest if i.status != "avvist"}
    return tuple(
        state_of_avgiver(
            avgiver,
            har_rapportert=avgiver in rapportert,
            avviste=still_rejected(innsamling, partisjon, avgiver, pipeline.oppsett),
        )
        for avgiver in pipeline.expected(innsamling, partisjon)
    )
