"""A sensor on the drop folder: a round runs when what lies there is whole and has not been read."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping

import dagster as dg

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.closings import of_every_round
from vigo_pipeline.engine.order import Runde
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.answers import is_waited_for
from vigo_pipeline.engine.receive.drop import fingerprint, last_touched, unread, unreadable
from vigo_pipeline.engine.receive.folder import INN, silence, those_there
from vigo_pipeline.engine.receive.misplaced import misplaced, told_to_all
from vigo_pipeline.engine.receive.receive import folder, last_read
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.bestilling import FORSOEK, Bestilt, requested
from vigo_pipeline.orchestration.dagster_private import AssetJob
from vigo_pipeline.orchestration.papirer import FLYT
from vigo_pipeline.orchestration.partitions import all_partitions, key_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.orchestration.schedules import run_tags

SECONDS = 30
FEILLAGT = "feillagt"
# Under which a run is found by what lay in its round.
AVTRYKK = "vigo/avtrykk"
# Round to what lay there at the last tick, and whether that has been dealt with, or given up:
# digests, no names.
Sett = dict[str, tuple[str, bool]]


def drop_sensor(register: Register, jobber: Mapping[str, AssetJob]) -> dg.SensorDefinition:
    """Return the sensor. Files are whole when nothing in the round has changed for a whole tick."""

    @dg.sensor(
        name="inn_mappa",
        jobs=list(jobber.values()),
        minimum_interval_seconds=SECONDS,
        description="Ser etter filer fra avgiverne og kjører akkurat den runden de ligger i, når "
        f"ingenting i runden har endret seg på {SECONDS} sekunder. Venter ikke på alle avgivere, "
        "og lar lukkede runder ligge. En kjøring som ikke fikk lest filene, bestilles igjen, med "
        "lengre tid mellom for hver gang.",
    )
    def inn_mappa(context: dg.SensorEvaluationContext, vigo: Vigo) -> dg.SensorResult:
        foer: Sett = {k: (v[0], v[1]) for k, v in json.loads(context.cursor or "{}").items()}
        naa: Sett = {}
        bestilt: list[dg.RunRequest] = []
        with vigo.whole(context.log, hent="inn") as pipeline:
            if stille := silence(pipeline.oppsett.inn / INN):
                return dg.SensorResult(skip_reason=stille, cursor=context.cursor)
            naa |= _tell_misplaced(pipeline, foer)
            with pipeline.engine.connect() as con:
                lukkinger = of_every_round(con)
            for innsamling, partisjon in _begun(register, pipeline):
                lukket = lukkinger.get((innsamling.stamme, partisjon)) == "lukket"
                avtrykk = _fingerprint(pipeline, innsamling, partisjon, lukket=lukket)
                navn = f"{innsamling.stamme}|{partisjon}"
                if avtrykk is None:
                    # As it was, until it can be seen.
                    naa |= {n: v for n, v in foer.items() if n == navn}
                if not avtrykk:
                    continue
                sist, ferdig = foer.get(navn, ("", False))
                if avtrykk == sist and not ferdig:
                    merker = run_tags(innsamling.stamme, partisjon) | {AVTRYKK: avtrykk}
                    bestillinger = requested(context.instance, merker)
                    nye, ferdig = _outstanding(
                        pipeline, innsamling, partisjon, bestillinger, lukket=lukket
                    )
                    bestilt += [_request(navn, partisjon, merker, bestillinger, nye)] if nye else []
                naa[navn] = (avtrykk, avtrykk == sist and ferdig)
        return dg.SensorResult(
            run_requests=bestilt,
            skip_reason=None if bestilt else "Ingen nye, hele filer i inn-mappa.",
            cursor=json.dumps(naa, sort_keys=True),
        )

    return inn_mappa


def _begun(register: Register, pipeline: Pipeline) -> Iterator[Runde]:
    """Yield the rounds that have a folder: most of most years have none, and there are hundreds."""
    oppsett = pipeline.oppsett
    runder = [
        ((s, p), folder(s, p, "", oppsett))
        for s in register.innsamlinger.values()
        for p in all_partitions(s.stamme)
    ]
    finnes = those_there(oppsett.inn / INN, [mappe for _, mappe in runder])
    yield from (runde for runde, mappe in runder if mappe in finnes)


def _tell_misplaced(pipeline: Pipeline, foer: Sett) -> Sett:
    """Log files in folders that nobody reads, once until they are others; return what was told."""
    linjer = told_to_all(misplaced(pipeline))
    avtrykk = hashlib.sha256("\n".join(linjer).encode()).hexdigest()
    if linjer and foer.get(FEILLAGT, ("", False))[0] != avtrykk:
        for linje in linjer:
            pipeline.logg(linje)
    return {FEILLAGT: (avtrykk, True)} if linjer else {}


def _avgivere(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[str]:
    return pipeline.avgivere(innsamling, partisjon.aar)


def _fingerprint(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, *, lukket: bool
) -> str | None:
    """Return a digest of what lies in a round, empty of nothing; None when it does not answer."""
    mappe = folder(innsamling, partisjon, "", pipeline.oppsett)
    # It was asked with all the others a moment ago (``_begun``).
    if is_waited_for(mappe):
        pipeline.logg(silence(mappe))
        return None
    if lukket:
        # There are more of them every year, and what comes to one is only told of.
        return last_touched(innsamling, partisjon, pipeline.oppsett)
    avgivere = _avgivere(pipeline, innsamling, partisjon)
    return fingerprint(innsamling, partisjon, avgivere, pipeline.oppsett)


def _outstanding(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    bestilt: Bestilt,
    *,
    lukket: bool,
) -> tuple[list[str], bool]:
    """Return the avgivere whose files a run is to be asked for, and whether all has been done.

    A run that ended badly after its files were read and loaded says something of the files: they
    are not read again before they change. One that ended before that did not take place.
    """
    if bestilt.i_gang or bestilt.maa_vente:
        return [], False
    with pipeline.engine.connect() as con:
        innlest = loads.in_round(con, innsamling.stamme, partisjon)
    avgivere = _avgivere(pipeline, innsamling, partisjon)
    # That avgiver's trouble only: the run tells it, and the others are read.
    for avgiver, feil in unreadable(innsamling, partisjon, avgivere, pipeline.oppsett).items():
        hvor = f"{innsamling.stamme} {partisjon}"
        pipeline.logg(f"{hvor}: mappa til {avgiver} kan ikke leses: {feil}.")
    nye = unread(
        innsamling,
        partisjon,
        avgivere,
        pipeline.oppsett,
        {i.avgiver for i in innlest if i.status != "avvist"},
    )
    if bestilt.mislyktes:
        kjente = {(i.avgiver, i.sha256) for i in innlest}
        nye += [
            a
            for a in avgivere
            if a not in nye and _waits(pipeline, innsamling, partisjon, a, kjente)
        ]
    if nye and (lukket or bestilt.oppgitt or bestilt.lyktes):
        hvorfor = "er lukket" if lukket else "ble ikke lest"
        pipeline.logg(f"{innsamling.stamme} {partisjon} {hvorfor}; filene får ligge.")
        return [], True
    return nye, not nye


def _waits(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    kjente: Collection[tuple[str, str]],
) -> bool:
    """Say whether a file that was accepted has not been loaded."""
    rader = last_read(innsamling, partisjon, avgiver, pipeline.oppsett, ("sha256", "godtatt"))
    return any(r["godtatt"] and (avgiver, r["sha256"]) not in kjente for r in rader or ())


def _request(
    navn: str, partisjon: Partisjon, merker: dict[str, str], bestilt: Bestilt, nye: list[str]
) -> dg.RunRequest:
    nr = str(bestilt.mislyktes + 1)
    return dg.RunRequest(
        # Dagster asks for a key once and never again.
        run_key=f"{navn}|{merker[AVTRYKK]}|{nr}",
        job_name=merker[FLYT],
        partition_key=key_of(partisjon),
        tags=merker | {"vigo/avgiver": ",".join(nye), FORSOEK: nr},
    )
