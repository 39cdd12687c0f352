"""The asset that proves everything published, every working day."""

import dagster as dg

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.verify import Utvalg, Verifisering, verify_all
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import DRIFT, GJENOPPRETT
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import job_of, workday_schedule

NOEKKEL = dg.AssetKey([uten_flyt.VERIFISERING])
LIKT = "alt_er_likt"


def verification_asset() -> dg.AssetsDefinition:
    """Return ``verifisering`` with its check. It is of no partition: it proves all of them."""

    @dg.asset(
        key=NOEKKEL,
        group_name="nettsted",
        description="Hovedboka prøvd, hver publiserte leveranse bygd på nytt av Sentralbasen og "
        "sammenlignet, og det som er utledet og sendt, holdt mot hovedboka. Som «vigo verifiser».",
        kinds={"postgres", "file"},
        owners=[DRIFT],
        check_specs=[
            dg.AssetCheckSpec(
                LIKT,
                asset=NOEKKEL,
                description="Ingenting er endret etter at det ble skrevet: ikke i databasen, ikke "
                f"på disk. Hva som gjøres når noe er det: {GJENOPPRETT}.",
            )
        ],
    )
    def verifisering(context: dg.AssetExecutionContext, vigo: Vigo) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log) as pipeline:
            resultat = verify_all(pipeline, Utvalg())
        return dg.MaterializeResult(
            metadata={"leveranser som er like": resultat.antall, "feil": len(resultat.feil)},
            check_results=[_check(resultat)],
        )

    return verifisering


def _check(resultat: Verifisering) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=LIKT,
        passed=not resultat.feil,
        severity=dg.AssetCheckSeverity.ERROR,
        description=f"{resultat.antall} leveranser er like, {len(resultat.feil)} feil.",
        metadata={"feil": tables.table({"feil": mask(tekst)} for tekst in resultat.feil)}
        if resultat.feil
        else {},
    )


def verification_job() -> AssetJob:
    """Return the job that proves everything, and nothing else."""
    hva = "Prøver hovedboka og alt som er publisert, utledet og sendt."
    return job_of(NOEKKEL, uten_flyt.VERIFISER, hva, GJENOPPRETT)


def verification_schedule(jobb: AssetJob) -> dg.ScheduleDefinition:
    """Return the schedule that does so before the flows of the day."""
    return workday_schedule(
        jobb,
        "verifisering_hver_arbeidsdag",
        "0 3 * * 1-5",
        bestill=lambda dag: dg.RunRequest(run_key=dag.isoformat()),
        beskrivelse="Hver arbeidsdag kl. 3, før dagens frister kjøres og statussidene skrives.",
        eier=DRIFT,
    )
