"""The jobs that tell of deadlines and of what a run has changed, and what starts them."""

from collections import Counter
from collections.abc import Iterable

import dagster as dg

from vigo_pipeline.engine import uten_flyt
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.orchestration.dag import Dag
from vigo_pipeline.orchestration.papirer import AUTOMATIKK, DRIFT
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import request_of, workday_schedule
from vigo_pipeline.reports.varsel.dispatch import digests_on, send_alerts, send_digests

SEKUNDER = 900


@dg.op(
    name=uten_flyt.SEND_VARSLER,
    description="Varsler om frister som nærmer seg: hver ting én gang.",
)
def send_varsler(context: dg.OpExecutionContext, config: Dag, vigo: Vigo) -> None:
    """Send a day's alerts; fail when something was not taken, after all have been tried."""
    with vigo.whole(context.log) as pipeline:
        utfall = send_alerts(pipeline, config.read(pipeline))
    _tell(context, [(u.resultat, u.merknad) for u in utfall])


@dg.op(
    name=uten_flyt.SEND_SAMMENDRAG,
    description="Sier til avgivere og skoler hva som er endret for dem: én gang om dagen.",
)
def send_sammendrag(context: dg.OpExecutionContext, config: Dag, vigo: Vigo) -> None:
    """Send a day's digests; fail when something was not taken, after all have been tried."""
    with vigo.whole(context.log) as pipeline:
        utfall = send_digests(pipeline, config.read(pipeline))
    _tell(context, [(u.resultat, u.merknad) for u in utfall])


def _tell(context: dg.OpExecutionContext, utfall: Iterable[tuple[str, str]]) -> None:
    alle = list(utfall)
    telt = Counter(resultat for resultat, _ in alle)
    context.log.info(", ".join(f"{n} {hva}" for hva, n in sorted(telt.items())) or "Ingen varsler")
    feil = sorted({merknad for resultat, merknad in alle if resultat == "ikke sendt"})
    if feil:
        raise dg.Failure(
            f"{telt['ikke sendt']} varsler ble ikke sendt: {' '.join(feil)} "
            "De prøves igjen neste gang jobben kjører."
        )


@dg.job(
    name=uten_flyt.VARSLING,
    description="Varsler om frister, og om det som er endret, på e-post og webhook.",
    owners=[DRIFT],
    metadata={"dokumentasjon": dg.MetadataValue.path(AUTOMATIKK)},
)
def alert_job() -> None:
    """Tell of deadlines, and of what has changed."""
    send_varsler()
    send_sammendrag()


@dg.job(
    name=uten_flyt.SAMMENDRAG,
    description="Sier til avgivere og skoler hva kjøringer har endret for dem.",
    owners=[DRIFT],
    metadata={"dokumentasjon": dg.MetadataValue.path(AUTOMATIKK)},
)
def digest_job() -> None:
    """Tell of what has changed."""
    send_sammendrag()


@dg.sensor(
    name="noe_er_endret_for_noen",
    job=digest_job,
    minimum_interval_seconds=SEKUNDER,
    description="Ser hvert kvarter om en kjøring har endret noe for en avgiver eller en skole som "
    "VIGO_MOTTAKERE nevner, og sier det til dem, høyst én gang om dagen.",
)
def digest_sensor(
    context: dg.SensorEvaluationContext, vigo: Vigo
) -> dg.SensorResult | dg.SkipReason:
    """Ask for a run when there is something to tell that has not been asked for on the day."""
    with vigo.whole(context.log) as pipeline:
        dag = pipeline.i_dag()
        try:
            venter = [(s.mottaker, kanal) for kanal, s in digests_on(pipeline, dag)]
        except VigoError as feil:
            return dg.SkipReason(str(feil))
    bestilt = f"{dag.isoformat()} {sorted(venter)}"
    if not venter or bestilt == context.cursor:
        return dg.SkipReason("Ingenting nytt å si til noen.")
    return dg.SensorResult(run_requests=[dg.RunRequest()], cursor=bestilt)


# A day that was missed is made up for by the next.
alert_schedule = workday_schedule(
    alert_job,
    "varsling_hver_arbeidsdag",
    "0 7 * * 1-5",
    bestill=request_of("send_varsler"),
    beskrivelse="Hver arbeidsdag kl. 7, etter at dagens frister er kjørt.",
    eier=DRIFT,
)
