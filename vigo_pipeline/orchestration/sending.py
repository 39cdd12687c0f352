"""A job per flow that sends, and its schedule: from the deadline on, and only what is approved."""

from datetime import timedelta

import dagster as dg

from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.arbeidsdag import is_workday
from vigo_pipeline.domain.frist import due_between
from vigo_pipeline.engine.clock import TIME_ZONE
from vigo_pipeline.engine.send.ready import ready_to_send
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import EN_DAG, FLYT
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import day_of, run_tags, tagged


def sending_job(flyt: str, leveranser: list[Leveranse]) -> AssetJob:
    """Return the job that puts a flow's deliveries in the outbox."""
    return dg.define_asset_job(
        name=f"{flyt}_sending",
        selection=dg.AssetSelection.assets(
            *(["sendt", v.stamme] for v in leveranser)
        ).without_checks(),
        config=tagged(flyt),
        description="Sender det som er godkjent; noe annet blir ikke sendt.",
        tags={FLYT: flyt},
        owners=sorted({f"team:{v.eier}" for v in leveranser}),
        metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
    )


def sending_schedule(flyt: str, jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that asks for the sending of what is due and approved."""

    @dg.schedule(
        job=jobb,
        name=f"{flyt}_sending_fra_fristen",
        cron_schedule="0 8-16 * * 1-5",
        execution_timezone=TIME_ZONE,
        description="Hver time i arbeidstida fra og med fristen: sender det som er godkjent og "
        "ikke sendt. Det som ikke er godkjent, varsles det om.",
        owners=jobb.owners,
        tags={FLYT: flyt},
        metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
    )
    def plan(
        context: dg.ScheduleEvaluationContext, vigo: Vigo
    ) -> list[dg.RunRequest] | dg.SkipReason:
        dag = day_of(context)
        fra = dag - timedelta(days=aarshjul().etterslep_dager)
        bestilt = []
        with vigo.whole(context.log) as pipeline:
            for frist in due_between(fra, dag, flyt) if is_workday(dag) else ():
                partisjon = Partisjon(str(frist.gjelder), frist.hendelse.runde or "")
                klare = ready_to_send(pipeline, flyt, partisjon)
                if klare:
                    bestilt.append(
                        dg.RunRequest(
                            run_key=str(partisjon),
                            partition_key=key_of(partisjon),
                            asset_selection=[dg.AssetKey(["sendt", v.stamme]) for v in klare],
                            tags=run_tags(flyt, partisjon),
                        )
                    )
        return bestilt or dg.SkipReason("Ingenting er både forfalt, godkjent og usendt.")

    return plan
