"""A sensor on the drop folder: a round runs when what lies there is whole and has not been read."""

import json
from collections.abc import Mapping

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.lukking import is_closed
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.read.slipp import fingerprint, unread
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.sentralbase import ledger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.partitions import all_partitions, key_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import run_tags

SECONDS = 30
# Round to what lay there at the last tick, and whether a run was asked for: digests, no names.
Sett = dict[str, tuple[str, bool]]


def drop_sensor(
    register: Register, jobber: Mapping[str, UnresolvedAssetJobDefinition]
) -> dg.SensorDefinition:
    """Return the sensor. Files are whole when nothing in the round has changed for a whole tick."""

    @dg.sensor(
        name="inn_mappa",
        jobs=list(jobber.values()),
        minimum_interval_seconds=SECONDS,
        description="Ser etter filer fra avgiverne og kjører akkurat den runden de ligger i, når "
        f"ingenting i runden har endret seg på {SECONDS} sekunder. Venter ikke på alle avgivere, "
        "og lar lukkede runder ligge.",
    )
    def inn_mappa(context: dg.SensorEvaluationContext, vigo: Vigo) -> dg.SensorResult:
        foer: Sett = {k: (v[0], v[1]) for k, v in json.loads(context.cursor or "{}").items()}
        naa: Sett = {}
        bestilt: list[dg.RunRequest] = []
        with vigo.whole(context.log) as pipeline:
            for innsamling in register.innsamlinger.values():
                for partisjon in all_partitions(innsamling.flyt):
                    avtrykk = _fingerprint(pipeline, innsamling, partisjon)
                    navn = f"{innsamling.flyt}|{partisjon}"
                    if not avtrykk:
                        continue
                    sist, ferdig = foer.get(navn, ("", False))
                    if avtrykk == sist and not ferdig:
                        bestilt += _request(pipeline, innsamling, partisjon, avtrykk)
                    naa[navn] = (avtrykk, avtrykk == sist)
        return dg.SensorResult(
            run_requests=bestilt,
            skip_reason=None if bestilt else "Ingen nye, hele filer i inn-mappa.",
            cursor=json.dumps(naa, sort_keys=True),
        )

    return inn_mappa


def _avgivere(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
    return pipeline.avgivere(innsamling, Skoleaar.parse(partisjon.skoleaar))


def _fingerprint(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> str:
    runde = innsamling.mappe.format(skoleaar=partisjon.skoleaar, runde=partisjon.runde, avgiver="")
    # Most rounds of most years have no folder, and asking who reports in each takes a while.
    if not (pipeline.oppsett.inn / runde).is_dir():
        return ""
    avgivere = _avgivere(pipeline, innsamling, partisjon)
    return fingerprint(innsamling, partisjon, avgivere, pipeline.oppsett)


def _request(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, avtrykk: str
) -> list[dg.RunRequest]:
    """Return the run of a round whose files have not been read, unless it is closed."""
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, innsamling.flyt, partisjon)
        innlest = ledger.in_round(con, innsamling.stamme, partisjon)
    nye = unread(
        innsamling,
        partisjon,
        _avgivere(pipeline, innsamling, partisjon),
        pipeline.oppsett,
        {i.avgiver for i in innlest if i.status != "avvist"},
    )
    if nye and lukket:
        pipeline.logg(f"{innsamling.flyt} {partisjon} er lukket; filene får ligge.")
    if lukket or not nye:
        return []
    return [
        dg.RunRequest(
            run_key=f"{innsamling.flyt}|{partisjon}|{avtrykk}",
            job_name=innsamling.flyt,
            partition_key=key_of(partisjon),
            tags=run_tags(innsamling.flyt, partisjon) | {"vigo/avgiver": ",".join(nye)},
        )
    ]
