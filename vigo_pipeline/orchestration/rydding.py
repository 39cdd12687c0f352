"""What is past its time: a check that tells, an asset that lets it go, and a schedule, off."""

from datetime import datetime, time

import dagster as dg

from vigo_pipeline.contract.oppbevaring import last_day_past, slagene
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.oppbevaring import valg
from vigo_pipeline.engine.oppbevaring.rydd import DAGSTER, Over, let_go, past
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import DRIFT, RYDDING
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import job_of, schedule_of

NOEKKEL = dg.AssetKey([uten_flyt.RYDDING])
OVER_TIDEN = "ingenting_er_over_tiden"
# So many runs at a time: the rest go the next night.
HOEYST = 1000


def retention_asset() -> dg.AssetsDefinition:
    """Return ``rydding``. It is of no partition: each kind has its own time."""

    @dg.asset(
        key=NOEKKEL,
        group_name="nettsted",
        description="Sletter det som er over tiden etter VIGO_OPPBEVARING, og ingenting der den "
        "ikke er satt. Som «vigo rydd --slett», og gamle kjøringer i Dagster i tillegg.",
        kinds={"postgres", "file"},
        owners=[DRIFT],
    )
    def rydding(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log, hent="mottatt") as pipeline:
            borte = let_go(pipeline, pipeline.i_dag())
            loep = _old_runs(pipeline, context.instance)
        return dg.MaterializeResult(metadata={"kjøringer slettet": loep, **_told(borte)})

    return rydding


def retention_check() -> dg.AssetChecksDefinition:
    """Return the check that tells what is past its time, and deletes nothing."""

    @dg.asset_check(
        asset=NOEKKEL,
        name=OVER_TIDEN,
        description="Hva som er over tiden etter VIGO_OPPBEVARING, i tall: «vigo rydd» viser det "
        f"samme. Hvordan det settes: {RYDDING}.",
    )
    def ingenting_er_over_tiden(
        context: dg.AssetCheckExecutionContext, vigo: Vigo
    ) -> dg.AssetCheckResult:
        with vigo.whole(context.log, hent="mottatt") as pipeline:
            over, bestemt = past(pipeline, pipeline.i_dag()), valg.read(pipeline.oppsett)
        sagt = f"{len(over)} slags opplysninger er over tiden."
        return dg.AssetCheckResult(
            passed=not over,
            severity=dg.AssetCheckSeverity.WARN,
            description=sagt if bestemt else "Ingenting slettes: VIGO_OPPBEVARING er ikke satt.",
            metadata=_told(over),
        )

    return ingenting_er_over_tiden


def _told(over: list[Over]) -> dict[str, dg.MetadataValue]:
    rader: list[dict[str, str | int | float | bool | None]] = [
        {"hva": slagene()[o.slag].hva, "fra": o.naar, "rader": o.rader, "filer": o.filer}
        for o in over
    ]
    return {"over tiden": tables.table(rader)} if rader else {}


def _old_runs(pipeline: Pipeline, instance: dg.DagsterInstance) -> int:
    """Delete the runs, with their events, that are past their time here; return how many."""
    bestemt = valg.read(pipeline.oppsett)
    if bestemt is None or DAGSTER not in bestemt.etter:
        return 0
    siste = last_day_past(pipeline.i_dag(), bestemt.etter[DAGSTER])
    ferdige = [dg.DagsterRunStatus(s) for s in ("SUCCESS", "FAILURE", "CANCELED")]
    foer = datetime.combine(siste, time.max).astimezone()
    gamle = dg.RunsFilter(created_before=foer, statuses=ferdige)
    loep = instance.get_run_ids(gamle, limit=HOEYST)
    for en in loep:
        instance.delete_run(en)
    return len(loep)


def retention_job() -> AssetJob:
    """Return the job that lets go of what is past its time, and nothing else."""
    hva = "Sletter det som er over tiden etter VIGO_OPPBEVARING."
    return job_of(NOEKKEL, uten_flyt.RYDD, hva, RYDDING)


def retention_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that does so once a week, after the backup of the night."""
    hva = "Hver søndag kl. 4, etter nattens sikkerhetskopi. Sett VIGO_OPPBEVARING først."
    return schedule_of(jobb, "rydding_hver_uke", "0 4 * * 0", hva, RYDDING)
