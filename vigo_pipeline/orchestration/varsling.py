"""The job that tells of deadlines, and its schedule every working morning."""

from collections import Counter

import dagster as dg

from vigo_pipeline.orchestration.dag import Dag
from vigo_pipeline.orchestration.papirer import EN_DAG
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import request_of, workday_schedule
from vigo_pipeline.reports.varsel.dispatch import send_alerts

DRIFT = "team:drift"


@dg.op(description="Varsler om frister som nærmer seg: hver ting én gang.")
def send_varsler(context: dg.OpExecutionContext, config: Dag, vigo: Vigo) -> None:
    """Send a day's alerts; fail when something was not taken, after all have been tried."""
    with vigo.whole(context.log) as pipeline:
        utfall = send_alerts(pipeline, config.read(pipeline))
    telt = Counter(u.resultat for u in utfall)
    context.log.info(", ".join(f"{n} {hva}" for hva, n in sorted(telt.items())) or "Ingen varsler")
    feil = sorted({u.merknad for u in utfall if u.resultat == "ikke sendt"})
    if feil:
        raise dg.Failure(
            f"{telt['ikke sendt']} varsler ble ikke sendt: {' '.join(feil)} "
            "De prøves igjen neste gang jobben kjører."
        )


@dg.job(
    name="varsling",
    description="Varsler om frister på e-post og webhook.",
    owners=[DRIFT],
    metadata={"dokumentasjon": dg.MetadataValue.path(EN_DAG)},
)
def alert_job() -> None:
    """Tell of deadlines."""
    send_varsler()


# A day that was missed is made up for by the next.
alert_schedule = workday_schedule(
    alert_job,
    "varsling_hver_arbeidsdag",
    "0 7 * * 1-5",
    bestill=request_of("send_varsler"),
    beskrivelse="Hver arbeidsdag kl. 7, etter at dagens frister er kjørt.",
    eier=DRIFT,
)
