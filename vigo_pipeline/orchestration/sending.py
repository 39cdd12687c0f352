"""A job per flow that sends, and its schedule: from the deadline on, and only what is approved."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.arbeidsdag import is_workday
from vigo_pipeline.domain.frist import due_between
from vigo_pipeline.engine.clock import TIME_ZONE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Sendt
from vigo_pipeline.engine.send.ready import ready_to_send
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.kanaler import Kanaler
from vigo_pipeline.orchestration.papirer import EN_DAG, FLYT
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import day_of, run_tags
from vigo_pipeline.orchestration.utlevering import Valgte, one_step_job


def sending_step(flyt: str) -> str:
    """Return what the step that sends is called, in the configuration of its job."""
    return f"send_{flyt}"


def sending_job(flyt: str, leveranser: list[Leveranse]) -> dg.JobDefinition:
    """Return the job that sends a flow's deliveries."""

    @dg.op(
        name=sending_step(flyt),
        description="Sender det som er godkjent og ikke sendt, til hver mottaker.",
        out=dg.Out(dg.Nothing),
    )
    def send_godkjente(
        context: dg.OpExecutionContext, config: Valgte, vigo: Vigo, kanaler: Kanaler
    ) -> Iterator[dg.AssetMaterialization]:
        with vigo.step(context, flyt) as (pipeline, partisjon):
            for leveranse in _to_send(pipeline, flyt, partisjon, config, leveranser):
                til = kanaler.send(pipeline, leveranse, partisjon)
                yield dg.AssetMaterialization(
                    asset_key=["sendt", leveranse.stamme],
                    partition=key_of(partisjon),
                    metadata={
                        **{navn: verdi for gjort in til for navn, verdi in _told(gjort).items()},
                        "sendt fra før": not any(gjort.ny for gjort in til),
                    },
                )

    return one_step_job(
        f"{flyt}_sending",
        "Sender det som er godkjent; noe annet blir ikke sendt.",
        send_godkjente,
        (flyt, leveranser),
    )


def _told(gjort: Sendt) -> dict[str, str | int | dg.MetadataValue[str | None]]:
    """Return how a delivery went to a receiver."""
    til, vei = gjort.mottaker, gjort.vei
    if vei is None:
        return {f"utboks {til}": dg.MetadataValue.path(gjort.mappe)}
    return {f"{navn} {til}": verdi for navn, verdi in vei.facts().items()}


def _to_send(
    pipeline: Pipeline,
    flyt: str,
    partisjon: Partisjon,
    valgte: Valgte,
    leveranser: list[Leveranse],
) -> list[Leveranse]:
    if valgte.leveranser:
        return valgte.of(leveranser)
    klare = ready_to_send(pipeline, flyt, partisjon)
    if not klare:
        raise dg.Failure(
            f"Ingenting i {flyt} {partisjon} er både godkjent og usendt.", allow_retries=False
        )
    return klare


def sending_schedule(flyt: str, jobb: dg.JobDefinition) -> dg.ScheduleDefinition:
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
                            run_config={
                                "ops": {
                                    sending_step(flyt): {
                                        "config": {"leveranser": [v.stamme for v in klare]}
                                    }
                                }
                            },
                            tags=run_tags(flyt, partisjon),
                        )
                    )
        return bestilt or dg.SkipReason("Ingenting er både forfalt, godkjent og usendt.")

    return plan
