"""The job that runs a whole skoleår: every round in which something has come, by deadline."""

from collections.abc import Iterator

import dagster as dg

from vigo_pipeline.contract.aarshjul import skoleaar
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.receive.drop import rounds_with_files
from vigo_pipeline.orchestration.fortelling import Fortelling, Hendelse
from vigo_pipeline.orchestration.papirer import DRIFT, ET_SKOLEAAR
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.run import Kjoering, headline, run_flow
from vigo_pipeline.specs.whole import demand_whole


@dg.op(
    name=uten_flyt.RUNDENE,
    description="Hver runde det er kommet noe i, etter frist: fra filer til publiserte leveranser.",
    out=dg.Out(dg.Nothing),
    # As the loads of the flows: one at a time, over all runs.
    pool="sentralbase",
)
def rundene(context: dg.OpExecutionContext, vigo: Vigo) -> Iterator[Hendelse]:
    """Run the rounds in order; a shut gate stops its own delivery, and is told of at the end."""
    aar = context.partition_key
    with vigo.whole(context.log, context.run.tags, "inn") as pipeline:
        runder = rounds_with_files(pipeline, aar)
        if not runder:
            raise dg.Failure(f"Ingen filer er kommet i {aar}.", allow_retries=False)
        demand_whole({innsamling.stamme for innsamling, _ in runder})
        stengt: list[str] = []
        for innsamling, partisjon in runder:
            hendelser: list[Hendelse] = []
            flyt = innsamling.stamme
            fortell = Fortelling(pipeline, flyt, partisjon, hendelser.append)
            try:
                kjoering = run_flow(pipeline, flyt, partisjon, fortell)
            finally:
                # What was made before something went wrong is made all the same.
                yield from hendelser
            context.log.info(mask(headline(kjoering)))
            stengt += _shut(kjoering)
    if stengt:
        raise dg.Failure(
            f"Alle {len(runder)} runder er kjørt. Ikke publisert: {'; '.join(stengt)}. Hvorfor "
            "står på sjekken «port» av hver leveranse.",
            allow_retries=False,
        )


def _shut(kjoering: Kjoering) -> list[str]:
    stammer = [u.stamme for u in kjoering.utfall if u.publisert is None]
    hvor = f"{kjoering.flyt} {kjoering.partisjon.runde}"
    return [f"{hvor}: {', '.join(stammer)}"] if stammer else []


@dg.job(
    name=uten_flyt.SKOLEAARET,
    description="Et helt skoleår: hver runde det er kommet noe i, i den rekkefølgen årshjulet har. "
    "Ingenting godkjennes eller sendes.",
    partitions_def=dg.StaticPartitionsDefinition(list(skoleaar())),
    owners=[DRIFT],
    metadata={"dokumentasjon": dg.MetadataValue.path(ET_SKOLEAAR)},
)
def year_job() -> None:
    """Run a skoleår."""
    rundene()
