"""Load a round: every avgiver's accepted files, then the Sentralbase as of the watermark."""

from collections.abc import Sequence

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.database.cutoff import first_overtaken
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.loads import Innlesing
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.load.again import load_again
from vigo_pipeline.engine.load.load import Innlasting, load, news
from vigo_pipeline.engine.load.snapshot import write_snapshot
from vigo_pipeline.engine.order import related
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.files import files_in
from vigo_pipeline.engine.receive.receive import FILER, dropped, folder
from vigo_pipeline.engine.receive.round import receive_round, reception_of
from vigo_pipeline.engine.store import Partisjon


def load_round(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> tuple[dict[str, Innlasting], list[str]]:
    """Load every avgiver's accepted files, then write the Sentralbase as of the watermark.

    Return what each avgiver's load came to, and the rounds that were read first.

    Files that wait in rounds due earlier, and fill the same tables, are read and loaded first.
    What an avgiver had loaded in later rounds is applied once more on top of a file that came
    late, so the Sentralbase ends the same whatever the order.

    Raises:
        VigoError: what engine.load.load.load and engine.load.again.load_again raise.
    """
    rekke = related(pipeline.register, innsamling, partisjon.skoleaar)
    _restore_order(pipeline, innsamling, partisjon.skoleaar)
    foerst = []
    for tidligere, runde in rekke[: rekke.index((innsamling, partisjon))]:
        if _waits(pipeline, tidligere, runde):
            foerst.append(f"{tidligere.stamme} {runde.runde}")
            pipeline.logg(f"{foerst[-1]} ligger ulest og lastes først")
            receive_round(pipeline, tidligere, runde)
            _load_all(pipeline, tidligere, runde)
    lastet = _load_all(pipeline, innsamling, partisjon)
    write_snapshot(pipeline, innsamling, partisjon)
    return lastet, foerst


def _load_all(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> dict[str, Innlasting]:
    lastet = {}
    lest = pipeline.artefacts("innrapportering", innsamling.stamme, partisjon)
    with pipeline.engine.connect() as con:
        kjente = loads.in_round(con, innsamling.stamme, partisjon)
    for avgiver in pipeline.avgivere(innsamling, partisjon.aar):
        egne = [i for i in kjente if i.avgiver == avgiver]
        lastet[avgiver] = _load(pipeline, innsamling, avgiver, lest.part(avgiver), egne)
        if nye := lastet[avgiver].nye_innlesinger:
            pipeline.logg(f"{avgiver}: {amount(len(nye), 'ny innlesing')}")
    uten = sum(not i.nye_innlesinger for i in lastet.values())
    if uten:
        # A line for each would be most of what is said of a round that is as it was.
        pipeline.logg(f"{innsamling.stamme}: ingenting nytt å laste fra {amount(uten, 'avgiver')}")
    _restore_order(pipeline, innsamling, partisjon.skoleaar)
    return lastet


def _load(
    pipeline: Pipeline,
    innsamling: Innsamling,
    avgiver: str,
    lest: Artefakter,
    kjente: Sequence[Innlesing],
) -> Innlasting:
    """Load what an avgiver's drop came to. ``kjente``: what is loaded of it in the round."""
    partisjon = lest.partisjon
    innhold = dropped(innsamling, partisjon, avgiver, pipeline.oppsett)
    # Most have nothing new, and a lock for each would be most of what they cost.
    if not news(kjente, lest.table(FILER), ingen_endringer=innhold.ingen_endringer):
        return Innlasting((), {})
    return load(
        pipeline.engine,
        innsamling,
        partisjon,
        avgiver,
        lest,
        rekke=related(pipeline.register, innsamling, partisjon.skoleaar),
        tillegg=pipeline.register.tillegg,
        ingen_endringer=innhold.ingen_endringer,
    )


def _restore_order(pipeline: Pipeline, innsamling: Innsamling, aar: str) -> None:
    """Apply once more what was loaded before a file of an earlier round came in."""
    rekke = related(pipeline.register, innsamling, aar)
    while True:
        with pipeline.engine.connect() as con:
            forbigaatt = first_overtaken(con, rekke)
        if forbigaatt is None:
            return
        (samling, runde), avgiver = forbigaatt
        pipeline.logg(f"{avgiver}: {samling.stamme} {runde.runde} lastes på nytt")
        load_again(
            pipeline.engine,
            samling,
            runde,
            avgiver,
            pipeline.oppsett,
            reception_of(pipeline, samling, runde, avgiver),
            tillegg=pipeline.register.tillegg,
        )


def _waits(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> bool:
    """Say whether a file lies in a round's folders that the ledger does not know."""
    with pipeline.engine.connect() as con:
        kjente = {(i.avgiver, i.sha256) for i in loads.in_round(con, innsamling.stamme, partisjon)}
    avgivere = pipeline.avgivere(innsamling, partisjon.aar)
    drop = [(a, (innsamling, partisjon, a, pipeline.oppsett)) for a in avgivere]
    # What cannot be read cannot be loaded; a run of its own round tells of it.
    return any(
        f.sha256 and (avgiver, f.sha256) not in kjente
        for avgiver, en in drop
        for f in files_in(folder(*en), dropped(*en))
    )
