"""A job per flow, and a schedule per flow that reads the årshjul."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

import dagster as dg

from vigo_pipeline.contract.aarshjul import aarshjul, rounds_due
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.arbeidsdag import is_workday
from vigo_pipeline.domain.frist import due_between
from vigo_pipeline.engine.clock import TIME_ZONE, local
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.bestilling import FORSOEK, requested, succeeded_since
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import DRIFT, EN_DAG, FLYT
from vigo_pipeline.orchestration.partitions import key_of, partition_from, partitions_of
from vigo_pipeline.reports.ottall import STAMME

FRIST = "vigo/frist"


def flow_job(register: Register, flyt: str) -> AssetJob:
    """Return the job that takes a flow from files to published deliveries and what changed."""
    samling, leveranser = register.flyt(flyt)
    noekler = [["innrapportering", samling.stamme], ["sentralbase", samling.stamme]]
    for leveranse in leveranser:
        noekler += [[trinn, leveranse.stamme] for trinn in ("leveranser", "publisert", "endring")]
        noekler += [["tall", leveranse.stamme]] if leveranse.stamme == STAMME else []
    return dg.define_asset_job(
        name=flyt,
        selection=dg.AssetSelection.assets(*noekler)
        - dg.AssetSelection.checks(*deadline_check_keys(samling.stamme, ())),
        config=tagged(flyt),
        description=f"{samling.tittel}: fra filer til publiserte leveranser.",
        tags={FLYT: flyt},
        owners=[f"team:{samling.eier}"],
        metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
    )


def job_of(
    hva: dg.AssetKey | dg.AssetSelection, navn: str, beskrivelse: str, papir: str
) -> AssetJob:
    """Return the job of an asset that is of no flow and no partition; ``papir``: its page."""
    return dg.define_asset_job(
        name=navn,
        selection=dg.AssetSelection.assets(hva) if isinstance(hva, dg.AssetKey) else hva,
        description=beskrivelse,
        owners=[DRIFT],
        metadata={"dokumentasjon": dg.MetadataValue.path(papir)},
    )


def schedule_of(
    jobb: AssetJob, navn: str, naar: str, beskrivelse: str, papir: str
) -> dg.ScheduleDefinition:
    """Return the schedule of such a job; ``naar``: as cron writes it, by the clock in Norway."""
    return dg.ScheduleDefinition(
        name=navn,
        job=jobb,
        cron_schedule=naar,
        execution_timezone=TIME_ZONE,
        description=beskrivelse,
        owners=[DRIFT],
        metadata={"dokumentasjon": dg.MetadataValue.path(papir)},
    )


def deadline_check_keys(samling: str, leveranser: Iterable[Leveranse]) -> list[dg.AssetCheckKey]:
    """Return the checks of deadlines of a flow; its own runs leave them out."""
    noekler = [["innrapportering", samling], *(["sendt", v.stamme] for v in leveranser)]
    return [dg.AssetCheckKey(dg.AssetKey(n), "frist") for n in noekler]


def tagged(flyt: str) -> dg.PartitionedConfig:
    """Return what has a run of the UI or a backfill found as one of a schedule is."""
    return dg.PartitionedConfig(
        partitions_def=partitions_of(flyt),
        run_config_for_partition_key_fn=lambda _: {},
        tags_for_partition_key_fn=lambda noekkel: run_tags(flyt, partition_from(flyt, noekkel)),
    )


def run_tags(flyt: str, partisjon: Partisjon) -> dict[str, str]:
    """Return the tags that a run of a partition is found by."""
    return {FLYT: flyt, "vigo/skoleaar": partisjon.skoleaar, "vigo/runde": partisjon.runde}


def told_rounds(runder: Sequence[str]) -> str:
    """Return in words that each round is run; they are called what the partitions are.

    >>> told_rounds(["september"]), told_rounds(["1-levering", "endelig"])
    ('Runden september kjøres', 'Rundene 1-levering, endelig: hver kjøres')
    """
    if len(runder) == 1:
        return f"Runden {runder[0]} kjøres"
    return f"Rundene {', '.join(runder)}: hver kjøres"


def flow_schedule(flyt: str, jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that runs each round of a flow on its deadline in the årshjul."""

    @dg.schedule(
        job=jobb,
        name=f"{flyt}_paa_fristen",
        # Every morning: a deadline may be moved to any month, and a missed one is caught up.
        cron_schedule="0 6 * * *",
        execution_timezone=TIME_ZONE,
        owners=jobb.owners,
        tags={FLYT: flyt},
        metadata={"årshjul": dg.MetadataValue.path("vigo_pipeline/contract/aarshjul.toml")},
        description=f"{told_rounds(rounds_due(flyt))} på fristen sin i årshjulet, eller første "
        "morgen etter hvis maskinen var av. En kjøring som feilet eller ble avbrutt, bestilles "
        "igjen neste morgen.",
    )
    def plan(
        context: dg.ScheduleEvaluationContext,
    ) -> list[dg.RunRequest] | dg.SkipReason:
        dag = day_of(context)
        svar = [_of_round(context, flyt, runde, dag) for runde in rounds_due(flyt)]
        bestilt = [s for s in svar if isinstance(s, dg.RunRequest)]
        hvorfor = [str(s.skip_message) for s in svar if isinstance(s, dg.SkipReason)]
        return bestilt or dg.SkipReason(" ".join(hvorfor))

    return plan


def _of_round(
    context: dg.ScheduleEvaluationContext, flyt: str, runde: str, dag: date
) -> dg.RunRequest | dg.SkipReason:
    """Return a run of the round, or why there is none on a day."""
    frister = due_between(dag - timedelta(days=aarshjul().etterslep_dager), dag, flyt, runde)
    if not frister:
        return dg.SkipReason(f"{flyt} {runde} har ikke frist {dag.isoformat()}.")
    frist = frister[-1]
    partisjon = Partisjon(str(frist.gjelder), runde)
    # A deadline that is moved is another, and gets a run of its own.
    merker = run_tags(flyt, partisjon) | {FRIST: frist.dato.isoformat()}
    # A schedule's run key holds within one tick only; the runs themselves remember.
    sist = requested(context.instance, merker)
    if sist.lyktes or sist.i_gang:
        hva = "er kjørt" if sist.lyktes else "kjøres"
        return dg.SkipReason(f"{flyt} {runde} {hva} for fristen {merker[FRIST]}.")
    if sist.mislyktes and succeeded_since(context.instance, run_tags(flyt, partisjon), sist.sist):
        return dg.SkipReason(f"{flyt} {runde} er kjørt etter at fristens kjøring feilet.")
    nr = str(sist.mislyktes + 1)
    return dg.RunRequest(
        run_key=f"{partisjon}|{merker[FRIST]}|{nr}",
        partition_key=key_of(partisjon),
        tags=merker | {FORSOEK: nr},
    )


def workday_schedule(
    jobb: dg.JobDefinition | AssetJob,
    navn: str,
    cron: str,
    *,
    bestill: Callable[[date], dg.RunRequest | dg.SkipReason],
    beskrivelse: str,
    eier: str,
    merker: Mapping[str, str] | None = None,
) -> dg.ScheduleDefinition:
    """Return the schedule of a job that works on a day: on working days only.

    ``bestill``: what to ask for on such a day.
    """

    @dg.schedule(
        job=jobb,
        name=navn,
        cron_schedule=cron,
        execution_timezone=TIME_ZONE,
        description=beskrivelse,
        owners=[eier],
        tags=merker,
        metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
    )
    def plan(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        dag = day_of(context)
        if not is_workday(dag):
            return dg.SkipReason(f"{dag.isoformat()} er en fridag.")
        return bestill(dag)

    return plan


def request_of(steg: str) -> Callable[[date], dg.RunRequest]:
    """Return what asks for a day's run of a job without partitions.

    ``steg``: the step whose config is told the day, so that a run may be made for another one.
    """

    def bestill(dag: date) -> dg.RunRequest:
        return dg.RunRequest(
            run_key=dag.isoformat(),
            run_config={"ops": {steg: {"config": {"dag": dag.isoformat()}}}},
        )

    return bestill


def day_of(context: dg.ScheduleEvaluationContext) -> date:
    """Return the day of a tick where the schools are."""
    return local(context.scheduled_execution_time).date()
