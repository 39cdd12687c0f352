"""What the control reports of a round are made from, and the part of it that is somebody's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.ledger import finding_sums
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rules import findings
from vigo_pipeline.engine.store import Partisjon, sha256
from vigo_pipeline.reports.kontrollrapport import tidligere
from vigo_pipeline.reports.kontrollrapport.content import Innhold
from vigo_pipeline.reports.kontrollrapport.finding import FIL, SENTRALBASE, Funn
from vigo_pipeline.reports.kontrollrapport.gather import gather
from vigo_pipeline.reports.kontrollrapport.innlevert import Mottatt, received
from vigo_pipeline.reports.kontrollrapport.known_errors import Aapent
from vigo_pipeline.reports.kontrollrapport.open_errors import (
    Utvikling,
    follow_up,
    told_once,
)


def material(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> Innhold:
    """Return everything that is open in a round, for all avgivere; the ledger of errors follows.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    innsamling, leveranser = pipeline.register.flyt(flyt)
    regler = rules(pipeline, innsamling, [lev.stamme for lev in leveranser], partisjon)
    mottatt = received(pipeline, innsamling, partisjon)
    senders = _senders(mottatt)
    funn = [_to_sender(f, senders) for f in gather(pipeline, flyt, partisjon)]
    alle = follow_up(pipeline, innsamling, partisjon, funn, regler)
    utvikling = told_once(alle, regler)
    return Innhold(
        utvikling,
        regler,
        _names(pipeline, innsamling, partisjon, utvikling.aapne),
        mottatt,
        {r["kode"]: r["navn"] for r in kodeverk.load("skoler").to_pylist()},
        tidligere.counted(pipeline, innsamling, partisjon),
        {lev.stamme: _of_delivery(alle, lev.stamme, regler) for lev in leveranser},
    )


def _of_delivery(alle: Utvikling, stamme: str, regler: Mapping[str, Regel]) -> list[Aapent]:
    """Return what is open that has to do with a delivery, each once: not what is of another."""
    egne = [a for a in alle.aapne if a.funn.trinn in {FIL, SENTRALBASE, stamme}]
    return told_once(Utvikling(egne, []), regler).aapne


def parts(
    pipeline: Pipeline, flyt: str, partisjon: Partisjon, hode: Mapping[str, object]
) -> made_of.Deler:
    """Return what decides what a round's control reports say. ``hode``: what their head does.

    Raises:
        MissingInput: nothing has been loaded in the round.
    """
    innsamling, leveranser = pipeline.register.flyt(flyt)
    stammer = [lev.stamme for lev in leveranser]
    mappe = findings.folder(pipeline.oppsett, flyt, partisjon)
    lest = pipeline.artefacts("innrapportering", innsamling.stamme, partisjon).skrevet
    vannmerke = pipeline.vannmerke(innsamling.stamme, partisjon)
    with pipeline.engine.connect() as con:
        kjente = finding_sums.current(con, flyt, partisjon.skoleaar)
    dommer = {lev.stamme: last_verdict(pipeline, lev, partisjon) for lev in leveranser}
    return made_of.parts(
        funn={str(f.relative_to(mappe)): sha256(f) for f in sorted(mappe.glob("*/*.csv"))},
        mottak=lest.filer if lest else {},
        avgivere=pipeline.avgivere(innsamling, partisjon.aar),
        stand=pipeline.stand(innsamling.stamme, partisjon, vannmerke),
        dommer={n: _said(dom) for n, dom in dommer.items()},
        kjente=kjente,
        tidligere=tidligere.stands(pipeline, innsamling, partisjon),
        innsamling=innsamling,
        regler=rules(pipeline, innsamling, stammer, partisjon),
        kodeverk=kodeverk.version(),
        hode=hode,
    )


def _said(dom: sa.RowMapping | None) -> dict[str, Any]:
    """Return what a verdict says, whoever it is by."""
    return {n: dom[n] for n in ("rader_sha256", "regelsett", "resultat")} if dom else {}


def _senders(mottatt: Sequence[Mottatt]) -> dict[str, set[str]]:
    ut: dict[str, set[str]] = {}
    for m in mottatt:
        ut.setdefault(m.skolenr, set()).add(m.avgiver)
    return ut


def _to_sender(funn: Funn, avgivere: dict[str, set[str]]) -> Funn:
    """Return a finding with who sent its school's data, not the fylke the school lies in."""
    hvem = avgivere.get(funn.skolenr, set())
    if not funn.skolenr or funn.avgiver in hvem or len(hvem) != 1:
        return funn
    return replace(funn, avgiver=min(hvem))


def part(alt: Innhold, avgiver: str, skolenr: str | None = None) -> Innhold:
    """Return what concerns one avgiver, or one of its schools."""

    def is_part(a: str, s: str) -> bool:
        return a == avgiver and skolenr in (None, s)

    return replace(
        alt,
        utvikling=Utvikling(
            [a for a in alt.utvikling.aapne if is_part(a.funn.avgiver, a.funn.skolenr)],
            [f for f in alt.utvikling.rettet if is_part(f.avgiver, f.skolenr)],
        ),
        mottatt=[m for m in alt.mottatt if is_part(m.avgiver, m.skolenr)],
    )


def rules(
    pipeline: Pipeline, innsamling: Innsamling, stammer: Sequence[str], partisjon: Partisjon
) -> dict[str, Regel]:
    """Return every rule that may have been broken, as the first step that has it says."""
    suiter = [("innrapportering", innsamling.stamme), ("sentralbase", innsamling.stamme)]
    suiter += [("leveranser", stamme) for stamme in stammer]
    ut: dict[str, Regel] = {}
    for trinn, stamme in suiter:
        for regel in pipeline.register.regler(trinn, stamme, partisjon.skoleaar):
            ut.setdefault(regel.id, regel)
    return ut


def _names(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon, aapne: Sequence[Aapent]
) -> dict[str, str]:
    """Return the names of those that something is wrong with."""
    hvem = {a.funn.fnr for a in aapne} - {""}
    if not hvem:
        return {}
    lest = pipeline.tables_as_of(
        innsamling.stamme,
        partisjon,
        pipeline.vannmerke(innsamling.stamme, partisjon),
        {"elev": ("fnr", "elevnavn")},
    )["elev"]
    egne = lest.filter(pc.is_in(lest["fnr"], pa.array(sorted(hvem))))
    return {r["fnr"]: r["elevnavn"] or "" for r in egne.to_pylist()}
