"""What a delivery is judged by in an installation, as its settings and files say now."""

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.delivery import recipe_of
from vigo_pipeline.engine.judge.verdict_basis import Domsgrunnlag, Ventet, basis
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon


def basis_of(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Domsgrunnlag:
    """Return what a delivery is judged by in a round of an installation, as it is now."""
    aar = partisjon.aar
    innsamling = pipeline.register.innsamlinger[leveranse.samling]
    ventet = pipeline.avgivere(innsamling, aar)
    utelatt = [a for a in pipeline.all_avgivere(innsamling, aar) if a not in ventet]
    return basis(
        recipe_of(pipeline, leveranse, partisjon),
        pipeline.register.regler("leveranser", leveranse.stamme, partisjon.skoleaar),
        aar,
        pipeline.oppsett,
        Ventet(tuple(ventet), tuple(utelatt)),
        runde=partisjon.runde,
        krever_godkjenning=leveranse.krever_godkjenning,
    )
