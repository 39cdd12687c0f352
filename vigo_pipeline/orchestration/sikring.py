"""The backup of a night, and the check that restores it: each has a schedule that asks for it."""

import time
from datetime import UTC, datetime

import dagster as dg

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.backup.daily import take_of_day
from vigo_pipeline.engine.backup.try_out import Proevd, try_out
from vigo_pipeline.engine.oppbevaring.vedtak import note
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import DRIFT, GJENOPPRETT
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import job_of, schedule_of

NOEKKEL = dg.AssetKey([uten_flyt.KOPI])
SJEKK = "lar_seg_gjenopprette"


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
        with vigo.whole(context.log, hent="mottatt") as pipeline:
            mappe, kopi = take_of_day(pipeline, pipeline.i_dag(), datetime.now(UTC))
            note(pipeline)
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
    # To try it is another job, where the private key is.
    egen = dg.AssetSelection.assets(NOEKKEL).without_checks()
    return job_of(egen, uten_flyt.TA_KOPI, hva, GJENOPPRETT)


def backup_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that does so every night, also on days off: files may come then."""
    hva = (
        "Hver natt kl. 1.30, før alt prøves. Sett VIGO_KOPI, VIGO_KOPI_NOEKKEL og "
        "VIGO_KOPI_FINGERAVTRYKK først."
    )
    return schedule_of(jobb, "sikkerhetskopi_hver_natt", "30 1 * * *", hva, GJENOPPRETT)


def restore_check() -> dg.AssetChecksDefinition:
    """Return the check that restores the newest backup and proves what is restored."""

    @dg.asset_check(
        asset=NOEKKEL,
        name=SJEKK,
        description="Den nyeste kopien, gjenopprettet i et tomt hjem med den private nøkkelen i "
        "VIGO_KOPI_PRIVAT_NOEKKEL, og alt i den etterprøvd. Det som gjenopprettes, slettes etterpå."
        f" Som «vigo sikkerhetskopi --etterproev»; {GJENOPPRETT}.",
    )
    def lar_seg_gjenopprette(
        context: dg.AssetCheckExecutionContext, vigo: Vigo
    ) -> dg.AssetCheckResult:
        foer = time.monotonic()
        with vigo.whole(context.log, hent="ingenting") as pipeline:
            if pipeline.oppsett.kopi_privat_noekkel is None:
                return dg.AssetCheckResult(
                    passed=False,
                    severity=dg.AssetCheckSeverity.WARN,
                    description="Ikke prøvd: VIGO_KOPI_PRIVAT_NOEKKEL er ikke satt her.",
                )
            return _said(try_out(pipeline), time.monotonic() - foer)

    return lar_seg_gjenopprette


def _said(proevd: Proevd, sekunder: float) -> dg.AssetCheckResult:
    feil = proevd.funnet.feil
    return dg.AssetCheckResult(
        passed=not feil,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{proevd.funnet.antall} leveranser er like i det som ble gjenopprettet, "
        f"{len(feil)} feil.",
        metadata={
            "kopi": dg.MetadataValue.path(proevd.kopi),
            "sekunder": round(sekunder, 1),
            **({"feil": tables.table({"feil": mask(t)} for t in feil)} if feil else {}),
        },
    )


def restore_job() -> AssetJob:
    """Return the job that tries the newest backup, and nothing else."""
    sjekken = dg.AssetSelection.checks(dg.AssetCheckKey(NOEKKEL, SJEKK))
    hva = "Gjenoppretter den nyeste kopien i et tomt hjem, og prøver den."
    return job_of(sjekken, uten_flyt.PROEV_KOPI, hva, GJENOPPRETT)


def restore_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that does so every week: where it runs, the private key must be."""
    hva = (
        "Hver søndag kl. 5. Sett VIGO_KOPI og VIGO_KOPI_PRIVAT_NOEKKEL først, og tenk "
        "over hvor den private nøkkelen da ligger."
    )
    return schedule_of(jobb, "sikkerhetskopi_proeves_hver_uke", "0 5 * * 0", hva, GJENOPPRETT)
