"""Receive a round: every avgiver's drop read and judged, what was accepted and found written."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.ledger import loads, outputs
from vigo_pipeline.engine.ledger.in_force import days
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import Mottak, receive
from vigo_pipeline.engine.receive.reread import still_in_force, taken_away
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon, restrict


def receive_round(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[Mottak]:
    """Read and judge every avgiver's drop; write accepted rows and findings.

    What was loaded in the round and lies there no longer is read from the kept copy.

    Raises:
        VigoError: what engine.receive.receive.receive raises, or a kept copy is damaged.
    """
    # Every later step reads what this one writes, so the folder is closed from the start.
    restrict(pipeline.oppsett.artefakter)
    regler = pipeline.register.regler("innrapportering", innsamling.stamme, partisjon.skoleaar)
    avgivere = pipeline.avgivere(innsamling, partisjon.aar)
    with pipeline.engine.connect() as con:
        innlest = loads.in_round(con, innsamling.stamme, partisjon)

    def receive_one(avgiver: str) -> Mottak:
        egne = [i for i in innlest if i.avgiver == avgiver]
        borte = taken_away(innsamling, partisjon, avgiver, pipeline.oppsett)
        i_kraft = still_in_force(innsamling, pipeline.oppsett, egne) if borte else []
        return receive(
            innsamling,
            regler,
            partisjon,
            avgiver,
            pipeline.oppsett,
            i_kraft,
            # Synthetic files have a clock of their own: their skoleår may be one to come.
            dag=pipeline.i_dag() if pipeline.oppsett.modus == "reell" else None,
            gjelder=days(egne),
        )

    alle = []
    # One avgiver is too small to keep two cores busy, and none knows of another.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for mottak in pool.map(receive_one, avgivere):
            pipeline.logg(
                f"{mottak.avgiver}: {mottak.filer.num_rows} filer, {mottak.godtatt} godtatt, "
                f"{mottak.antall_funn} funn"
            )
            alle.append(mottak)
    findings.write_received(pipeline.oppsett, innsamling, partisjon, regler, (m.funn for m in alle))
    enter_received(pipeline, innsamling, partisjon, alle)
    return alle


def enter_received(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, mottak: Iterable[Mottak]
) -> None:
    """Enter in the ledger what was written of drops; of other avgivere it stays as it was."""
    sted = (pipeline.engine, "innrapportering", innsamling.stamme, partisjon)
    foer = outputs.latest(*sted)
    skrevet = dict(foer.filer) if foer else {}
    for m in mottak:
        egne = m.lest.skrevet.filer if m.lest.skrevet else {}
        skrevet |= {f"{m.avgiver}/{fil}": sum_ for fil, sum_ in egne.items()}
    outputs.enter(*sted, Avtrykk(skrevet, vannmerke=0))


def reception_of(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, avgiver: str
) -> Artefakter:
    """Return what an avgiver's drop came to, as the ledger has it."""
    return pipeline.artefacts("innrapportering", innsamling.stamme, partisjon).part(avgiver)
