"""Whether files checked alone come to what the pipeline comes to with them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.files import Fil
from vigo_pipeline.engine.receive.whom import read_line
from vigo_pipeline.reports.kontrollrapport.finding import FIL, Funn
from vigo_pipeline.reports.kontrollrapport.gather import gather
from vigo_pipeline.run import Kjoering
from vigo_pipeline.sjekk.check import check
from vigo_pipeline.sjekk.guess import Valg
from vigo_pipeline.sjekk.innsendt import from_paths

# What a finding of a row has whatever step and whoever's file it is of.
FELT = ("regel", "alvor", "skolenr", "fnr", "programomraadekode", "fagkode", "kolonne")
Sagt = tuple[str | int, ...]


def told_otherwise(pipeline: Pipeline, kjoering: Kjoering, mappe: Path) -> tuple[Sagt, ...]:
    """Return what only one of them finds, of what a file alone can answer.

    Who is in the files of several avgivere is held against the others' by the pipeline only.
    """
    uspurt: set[str] = set()
    egne: list[Funn] = []
    hos: Counter[str] = Counter()
    alle_her = {m.avgiver for m in kjoering.mottak if (mappe / m.avgiver).exists()}
    for avgiver in sorted(alle_her):
        valg = Valg(kjoering.flyt, kjoering.partisjon.runde, kjoering.partisjon.skoleaar, avgiver)
        innsendt = from_paths([mappe / avgiver])
        svar = check(pipeline.register, pipeline.oppsett, innsendt, valg)
        uspurt |= {r.id for k in svar for r in k.ikke_spurt}
        egne += [s.funn for k in svar for s in k.funn]
        hos.update({fnr for f in innsendt.filer for fnr in _persons(f)})
    flere = {fnr for fnr, antall in hos.items() if antall > 1}
    alle = gather(pipeline, kjoering.flyt, kjoering.partisjon)
    ulike = {*_told(egne, uspurt, flere)} ^ {*_told(alle, uspurt, flere)}
    return tuple(sorted(ulike, key=str))


def _persons(fil: Fil) -> set[str]:
    return {read_line(linje).get("fnr", "") for linje in fil.data.split(b"\n")} - {""}


def _told(funn: Iterable[Funn], uspurt: set[str], flere: set[str]) -> Iterator[Sagt]:
    alle = list(funn)
    i_fil = {(f.regel, f.alvor, f.fnr, f.kolonne) for f in alle if f.trinn == FIL and f.fnr}
    for f in alle:
        felt = tuple(getattr(f, n) for n in FELT)
        if f.trinn == FIL:
            yield (f.avgiver, f.fil, f.linje, *felt)
        elif f.regel in uspurt or f.fnr in flere:
            continue
        elif (f.regel, f.alvor, f.fnr, f.kolonne) not in i_fil:
            yield felt
