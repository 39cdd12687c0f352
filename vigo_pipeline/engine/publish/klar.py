"""Which deliveries of a round may be sent now: approved, and what goes with them too."""

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.stand import Tilstand, where_it_stands
from vigo_pipeline.engine.store import Partisjon

PAA_VEI: frozenset[Tilstand] = frozenset({"godkjent", "sendt", "kvittert"})


def ready_to_send(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> list[Leveranse]:
    """Return the deliveries of a flow that are approved and not sent, none in a closed round.

    Deliveries that are judged together are sent only when all of them are approved.
    """
    _, leveranser = pipeline.register.flyt(flyt)
    stand = {v.stamme: where_it_stands(pipeline, v, partisjon).tilstand for v in leveranser}

    def may_go(leveranse: Leveranse) -> bool:
        fri = not leveranse.krever_godkjenning and stand[leveranse.stamme] == "kontrollert"
        return stand[leveranse.stamme] == "godkjent" or fri

    return [
        v
        for v in leveranser
        if may_go(v)
        and all(stand[n] in PAA_VEI or may_go(pipeline.register.leveranse(n)) for n in v.sammen_med)
    ]
