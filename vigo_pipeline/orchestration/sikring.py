"""The backup of a night: an asset that takes it, and a schedule that asks for it."""

from datetime import UTC, datetime

import dagster as dg

from vigo_pipeline.engine.backup.daily import take_of_day
from vigo_pipeline.engine.clock import TIME_ZONE
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import DRIFT, GJENOPPRETT
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import job_of

NOEKKEL = dg.AssetKey(["sikkerhetskopi"])


def backup_asset() -> dg.AssetsDefinition:
    """Return ``sikkerhetskopi``. It is of no partition: a backup is of everything."""

    @dg.asset(
        key=NOEKKEL,
        group_name="nettsted",
        description="Databasen og mappene, kryptert til nøkkelen i VIGO_KOPI_NOEKKEL, i en mappe "
        "for dagen i VIGO_KOPI. Hovedboka prøves først. Som «vigo sikkerhetskopi».",
        kinds={"postgres", "file"},
        owners=[DRIFT],
    )
    def sikkerhetskopi(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log) as pipeline:
            mappe, kopi = take_of_day(pipeline, pipeline.i_dag(), datetime.now(UTC))
        return dg.MaterializeResult(
            metadata={
                "mappe": dg.MetadataValue.path(mappe),
                "filer": len(kopi.stykker),
                "kryptert til": kopi.noekkel,
                "hovedbokas hode": kopi.hode or "tomt",
            }
        )

    return sikkerhetskopi


def backup_job() -> AssetJob:
    """Return the job that takes a backup, and nothing else."""
    hva = "Tar en kryptert kopi av databasen og mappene."
    return job_of(NOEKKEL, "ta_sikkerhetskopi", hva, GJENOPPRETT)


def backup_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that does so every night, also on days off: files may come then."""
    return dg.ScheduleDefinition(
        name="sikkerhetskopi_hver_natt",
        job=jobb,
        cron_schedule="30 1 * * *",
        execution_timezone=TIME_ZONE,
        description="Hver natt kl. 1.30, før alt prøves. Sett VIGO_KOPI, VIGO_KOPI_NOEKKEL og "
        "VIGO_KOPI_FINGERAVTRYKK først.",
        owners=[DRIFT],
        metadata={"dokumentasjon": dg.MetadataValue.path(GJENOPPRETT)},
    )
