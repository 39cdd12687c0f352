"""What receivers answer: an asset that takes it in, and a sensor that sees when there is more."""

import hashlib
import json

import dagster as dg

from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.send.receipts import Svar
from vigo_pipeline.orchestration import tables
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.kanaler import Kanaler
from vigo_pipeline.orchestration.papirer import DRIFT, KVITTERING
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import job_of

NOEKKEL = dg.AssetKey([uten_flyt.KVITTERINGER])
FORSTAATT = "hoerer_til_noe_sendt"
SECONDS = 300


def receipts_asset() -> dg.AssetsDefinition:
    """Return ``kvitteringer`` with its check. It is of no partition: receipts come of any round."""

    @dg.asset(
        key=NOEKKEL,
        group_name="sendt",
        description="Kvitteringene som mottakerne har lagt der VIGO_KANALER sier, ført på det som "
        "ble sendt: kvittert, eller avvist av mottaker med ordene deres. Som «vigo kvitteringer».",
        kinds={"postgres", "file"},
        owners=[DRIFT],
        check_specs=[
            dg.AssetCheckSpec(
                FORSTAATT,
                asset=NOEKKEL,
                description="Hver kvittering hører til noe som er sendt, ingen leveranse er avvist "
                f"i den, og hver mottaker svarer. Hva som gjøres ellers: {KVITTERING}.",
            )
        ],
    )
    def kvitteringer(
        context: dg.AssetExecutionContext, vigo: Vigo, kanaler: Kanaler
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        with vigo.whole(context.log) as pipeline:
            svar = kanaler.receipts(pipeline)
        return dg.MaterializeResult(
            metadata={
                "nye": len(svar.tatt),
                "kvitteringer": tables.table({"kvittering": str(t)} for t in svar.tatt),
            },
            check_results=[_check(svar)],
        )

    return kvitteringer


def _check(svar: Svar) -> dg.AssetCheckResult:
    sier = [
        *(str(feil) for feil in svar.feil),
        *(str(t) for t in svar.ukjente),
        *(str(t) for t in svar.tatt if t.avvist),
    ]
    return dg.AssetCheckResult(
        check_name=FORSTAATT,
        passed=not sier,
        severity=dg.AssetCheckSeverity.ERROR,
        description=" ".join(sier) or "Alt som ligger der, hører til noe som er sendt.",
    )


def receipts_job() -> AssetJob:
    """Return the job that takes in receipts, and nothing else."""
    hva = "Fører det som mottakerne har svart."
    return job_of(NOEKKEL, uten_flyt.HENT_KVITTERINGER, hva, KVITTERING)


def receipts_sensor(jobb: AssetJob) -> dg.SensorDefinition:
    """Return the sensor that asks for a run when other receipts lie there than the time before."""

    @dg.sensor(
        name="kvitteringer_er_kommet",
        job=jobb,
        minimum_interval_seconds=SECONDS,
        description="Ser hvert femte minutt i mappene der mottakerne legger kvitteringer, og "
        "henter dem når noe er nytt. Har ingen mottaker en slik mappe i VIGO_KANALER, gjør den "
        "ingenting.",
    )
    def kvitteringer_er_kommet(
        context: dg.SensorEvaluationContext, vigo: Vigo, kanaler: Kanaler
    ) -> dg.SensorResult | dg.SkipReason:
        with vigo.whole(context.log, hent="ingenting") as pipeline:
            try:
                ligger = kanaler.lying_there(pipeline)
            except VigoError as feil:
                return dg.SkipReason(str(feil))
        sortert = json.dumps({m: sorted(s) for m, s in ligger.items()}, sort_keys=True)
        avtrykk = hashlib.sha256(sortert.encode()).hexdigest()
        if not any(ligger.values()) or avtrykk == context.cursor:
            return dg.SkipReason("Ingen nye kvitteringer.")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=avtrykk)], cursor=avtrykk)

    return kvitteringer_er_kommet
