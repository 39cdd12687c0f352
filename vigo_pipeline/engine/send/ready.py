"""Which deliveries of a round may be sent now: approved, and what goes with them too."""

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.status import Tilstand, where_it_stands
from vigo_pipeline.engine.store import Partisjon

PAA_VEI: frozenset[Tilstand] = frozenset({"godkjent", "sendt", "kvittert"})


def ready_to_send(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> list[Leveranse]:
    """Return the deliveries of a flow that are approved and not sent, none in a closed round.

    Deliveries that are judged together are sent only when all of them are approved.
    """
    _, leveranser = pipeline.register.flyt(flyt)
    alle = {v.stamme: where_it_stands(pipeline, v, partisjon) for v in leveranser}
    stand = {stamme: s.tilstand for stamme, s in alle.items()}

    def may_go(leveranse: Leveranse) -> bool:
        fri = not leveranse.krever_godkjenning and stand[leveranse.stamme] == "kontrollert"
        return stand[leveranse.stamme] == "godkjent" or fri

    def is_on_its_way(stamme: str) -> bool:
        # Sending asks for a verdict of what goes together with it.
        return stand[stamme] in PAA_VEI and not alle[stamme].uten_ny_dom

    return [
        v
        for v in leveranser
        if may_go(v)
        and all(is_on_its_way(n) or may_go(pipeline.register.leveranse(n)) for n in v.sammen_med)
    ]
