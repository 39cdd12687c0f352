"""Receive a round: every avgiver's drop read and judged, what was accepted and found written."""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.domain.fildato import Avvik, period
from vigo_pipeline.engine import duck, made_of
from vigo_pipeline.engine.ledger import loads, outputs
from vigo_pipeline.engine.ledger.in_force import days
from vigo_pipeline.engine.ledger.loads import Innlesing
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.judge import Dropp
from vigo_pipeline.engine.receive.kept_copies import keep
from vigo_pipeline.engine.receive.receive import (
    FUNN,
    REGNSKAP,
    Mottak,
    dropped,
    folder,
    judge_drop,
    read_drop,
)
from vigo_pipeline.engine.receive.reread import last_files, may_be_taken_away, still_in_force
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon, restrict


def receive_round(pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon) -> list[Mottak]:
    """Read and judge every avgiver's drop; write accepted rows and findings.

    What was loaded in the round and lies there no longer is read from the kept copy. A drop in
    which nothing is new, read by what is the same, is not judged again.

    Raises:
        VigoError: what engine.receive.receive.receive raises, or a kept copy is damaged.
    """
    # Every later step reads what this one writes, so the folder is closed from the start.
    restrict(pipeline.oppsett.artefakter)
    regler = pipeline.register.regler("innrapportering", innsamling.stamme, partisjon.skoleaar)
    avgivere = pipeline.avgivere(innsamling, partisjon.aar)
    with pipeline.engine.connect() as con:
        innlest = loads.in_round(con, innsamling.stamme, partisjon)
    skrevet = pipeline.artefacts("innrapportering", innsamling.stamme, partisjon)

    def receive_one(avgiver: str) -> Mottak:
        egne = [i for i in innlest if i.avgiver == avgiver]
        foer = skrevet.part(avgiver)
        return _receive(pipeline, innsamling, partisjon, regler, avgiver, egne, foer)

    alle, foer = [], len(pipeline.uendret)
    # One avgiver is too small to keep two cores busy, and none knows of another.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for mottak in pool.map(receive_one, avgivere):
            pipeline.logg(
                f"{mottak.avgiver}: {amount(mottak.filer.num_rows, 'fil')}, "
                f"{mottak.godtatt} godtatt, {mottak.antall_funn} funn"
            )
            alle.append(mottak)
    # Whoever was done first says nothing.
    pipeline.uendret[foer:] = sorted(pipeline.uendret[foer:])
    findings.keep_received(pipeline.oppsett, innsamling, partisjon, avgivere)
    enter_received(pipeline, innsamling, partisjon, alle)
    return alle


def _receive(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    regler: Sequence[Regel],
    avgiver: str,
    egne: Sequence[Innlesing],
    foer: Artefakter,
) -> Mottak:
    """Receive one avgiver's drop, unless it came to just this the time before."""
    oppsett = pipeline.oppsett
    mappe = folder(innsamling, partisjon, avgiver, oppsett)
    innhold, lest = dropped(innsamling, partisjon, avgiver, oppsett), last_files(foer)
    borte = may_be_taken_away(lest, innhold)
    i_kraft = still_in_force(innsamling, oppsett, egne) if borte else []
    dropp = read_drop(mappe, innhold, i_kraft)
    keep(oppsett, dropp.lest)
    if feil := innhold.lesefeil:
        pipeline.logg(f"{avgiver}: {mappe} kan ikke leses: {feil}.")
    ventet = Ventet(
        innsamling,
        period(innsamling.stamme, partisjon.runde, partisjon.aar),
        # Synthetic files have a clock of their own: their skoleår may be one to come.
        pipeline.i_dag() if oppsett.modus == "reell" else None,
        days(egne),
    )
    deler = _parts(pipeline, ventet, regler, dropp)
    if lest is not None and pipeline.stands(
        foer, deler, lambda: not _days_decide(lest, ventet, egne, dropp)
    ):
        return _as_before(avgiver, dropp, foer, lest)
    mottak = judge_drop(dropp, ventet, regler, partisjon, avgiver, oppsett)
    utenfor = findings.write_received(oppsett, innsamling, partisjon, regler, avgiver, mottak.funn)
    filer = mottak.lest.skrevet.filer if mottak.lest.skrevet else {}
    opphav = made_of.write(mottak.lest.mappe, oppsett.hjem, deler, utenfor)
    skrevet = Avtrykk({**filer, **opphav}, vannmerke=0)
    return replace(mottak, lest=replace(mottak.lest, skrevet=skrevet))


def _parts(
    pipeline: Pipeline, ventet: Ventet, regler: Sequence[Regel], dropp: Dropp
) -> made_of.Deler:
    """Return what decides what a drop comes to, but for days: those have ``_days_decide``."""
    innhold = dropp.innhold
    return made_of.parts(
        filer=[f.kjennetegn for f in dropp.lest],
        mappe=[
            [sti.name for sti in stier]
            for stier in (innhold.erklaeringer, innhold.etterlatt, innhold.underveis)
        ],
        innsamling=ventet.innsamling,
        periode=ventet.periode,
        regler=regler,
        makroer=dict(duck.MAKROER),
        kodeverk=kodeverk.version(),
        innstillinger=[pipeline.oppsett.modus, pipeline.oppsett.foerste_skoledag],
    )


def _days_decide(lest: pa.Table, ventet: Ventet, egne: Sequence[Innlesing], dropp: Dropp) -> bool:
    """Say whether a file was, or would now be, told of as too new or older than one in force.

    What was loaded from the drop itself is no other file than the one that is held against it.
    """
    ligger = {f.sha256 for f in dropp.lest}
    andre = replace(ventet, gjelder=days(egne, uten=ligger))
    felt = ["fildato", "fildato_avvik", "skolenr", "er_eldre"]
    for fil in lest.select(felt).to_pylist():
        laget, nyest = fil["fildato"], andre.newest(fil["skolenr"])
        if fil["er_eldre"] or fil["fildato_avvik"] == Avvik.FRAMTID:
            return True
        if laget and ((nyest and laget < nyest) or (ventet.dag and laget > ventet.dag)):
            return True
    return False


def _as_before(avgiver: str, dropp: Dropp, foer: Artefakter, lest: pa.Table) -> Mottak:
    return Mottak(
        avgiver=avgiver,
        ingen_endringer=dropp.innhold.ingen_endringer,
        filer=lest,
        funn=foer.table(FUNN),
        regnskap=foer.table(REGNSKAP),
        lest=foer,
    )


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
