"""A sensor on what deliveries are made of: a round is derived again when that has changed."""

from collections.abc import Mapping

import dagster as dg

from vigo_pipeline.engine.derive.outdated import outdated
from vigo_pipeline.orchestration.bestilling import requested
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.partitions import all_partitions, key_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import run_tags

SECONDS = 300


def outdated_sensor(jobber: Mapping[str, AssetJob]) -> dg.SensorDefinition:
    """Return the sensor. ``jobber``: of the flows that deliver.

    A round that is being run is left alone until it has ended; one whose run failed is not asked
    for again until something more has changed.
    """

    @dg.sensor(
        name="utdaterte_leveranser",
        jobs=list(jobber.values()),
        minimum_interval_seconds=SECONDS,
        description="Ser etter leveranser som er avledet av noe som siden er endret, for eksempel "
        "av en fil som kom sent i en tidligere runde, og kjører runden på nytt. Ingenting sendes: "
        "endrede rader må godkjennes på nytt. Lukkede runder får ligge.",
    )
    def utdaterte_leveranser(context: dg.SensorEvaluationContext, vigo: Vigo) -> dg.SensorResult:
        bestilt = []
        with vigo.whole(context.log) as pipeline:
            for flyt in jobber:
                for partisjon in all_partitions(flyt):
                    merker = run_tags(flyt, partisjon)
                    av = outdated(pipeline, flyt, partisjon)
                    if av is None or requested(context.instance, merker).i_gang:
                        continue
                    bestilt.append(
                        dg.RunRequest(
                            run_key=f"{flyt}|{partisjon}|{av}",
                            job_name=flyt,
                            partition_key=key_of(partisjon),
                            tags=merker,
                        )
                    )
        return dg.SensorResult(
            run_requests=bestilt,
            skip_reason=None if bestilt else "Alle leveranser er avledet av det som står nå.",
        )

    return utdaterte_leveranser
