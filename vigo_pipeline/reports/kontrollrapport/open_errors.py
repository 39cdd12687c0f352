"""Since when an error is open: until data has been loaded that no longer breaks the rule."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.contract.aarshjul import runder
from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.engine.ledger import finding_sums
from vigo_pipeline.engine.partial import is_here
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import FILER, artefact
from vigo_pipeline.engine.store import Partisjon, read_table
from vigo_pipeline.reports.kontrollrapport.finding import FIL, Funn
from vigo_pipeline.reports.kontrollrapport.known_errors import (
    REGEL,
    Aapent,
    Kjent,
    Nokkel,
    close,
    key,
    known,
    open_,
)


@dataclass(frozen=True)
class Utvikling:
    """What is open, and what was put right in the round."""

    aapne: list[Aapent]
    rettet: list[Funn]


def told_once(utvikling: Utvikling, regler: Mapping[str, Regel]) -> Utvikling:
    """Return what is told: of what several steps say of a person and a field, the oldest.

    So too of what every delivery says of what an avgiver has sent: it is one thing to put right.
    The ledger keeps each, as each is put right by something else.
    """

    def once(f: Funn) -> bool:
        return bool(f.fnr) or (f.regel in regler and "mottak" in regler[f.regel].bryter)

    steg: dict[Nokkel, str] = {}
    for a in sorted(utvikling.aapne, key=lambda a: (a.dag, _step(a.funn))):
        steg.setdefault(_told_of(a.funn), a.funn.trinn)
    rettet: dict[Nokkel, str] = {}
    for f in sorted(utvikling.rettet, key=_step):
        rettet.setdefault(_told_of(f), f.trinn)
    return Utvikling(
        [a for a in utvikling.aapne if not once(a.funn) or steg[_told_of(a.funn)] == a.funn.trinn],
        [
            f
            for f in utvikling.rettet
            if not once(f) or (_told_of(f) not in steg and rettet[_told_of(f)] == f.trinn)
        ],
    )


def _step(f: Funn) -> tuple[bool, str]:
    return f.trinn != FIL, f.trinn


def _told_of(f: Funn) -> Nokkel:
    """Return what makes a finding the same whatever step makes it."""
    return (f.alvor, *key(f)[1:])


def follow_up(
    pipeline: Pipeline,
    innsamling: Innsamling,
    partisjon: Partisjon,
    funn: Iterable[Funn],
    regler: Collection[str],
) -> Utvikling:
    """Note what is new, close what is put right, and return what is open in a flow's skoleår.

    A finding in a file is put right when its school has had a file accepted without it; any other
    when the control no longer makes it. What a rule found that is none of ``regler`` any more, is
    no longer an error. A round that is run again after a later one changes
    nothing: it is told what was known then.
    """
    naa = {key(f): f for f in funn}
    rekke = runder(innsamling.stamme)
    with (
        pipeline.engine.begin() as con,
        finding_sums.kept(con, innsamling.stamme, partisjon.skoleaar),
    ):
        kjente = known(con, innsamling.stamme, partisjon.skoleaar)
        siste = max((rekke.index(r) for k in kjente for r in k.runder), default=-1)
        if rekke.index(partisjon.runde) < siste:
            return _as_then(kjente, naa, partisjon, pipeline.i_dag())
        aapne = {k.noekkel: k for k in kjente if k.lukket_runde is None}
        godtatt = _accepted(pipeline, innsamling, partisjon)
        rettet = [
            k
            for n, k in aapne.items()
            if n not in naa and (_may_close(k.aapent.funn, godtatt) or n[REGEL] not in regler)
        ]
        close(con, [k.nr for k in rettet], partisjon.runde, pipeline.i_dag())
        nye = [f for n, f in naa.items() if n not in aapne]
        open_(con, innsamling.stamme, partisjon, nye, pipeline.i_dag())
        lukket = {k.nr for k in rettet}
        staar = [
            # The line is where it is now.
            Aapent(naa.get(n, k.aapent.funn), k.aapent.runde, k.aapent.dag)
            for n, k in aapne.items()
            if k.nr not in lukket
        ]
        staar += [Aapent(f, partisjon.runde, pipeline.i_dag()) for f in nye]
        her = [k for k in kjente if k.lukket_runde == partisjon.runde] + rettet
    return Utvikling(staar, [k.aapent.funn for k in her])


def _as_then(
    kjente: list[Kjent], naa: dict[Nokkel, Funn], partisjon: Partisjon, dag: date
) -> Utvikling:
    foerst = {k.noekkel: k.aapent for k in reversed(kjente)}
    return Utvikling(
        [
            Aapent(f, foerst[n].runde, foerst[n].dag)
            if n in foerst
            else Aapent(f, partisjon.runde, dag)
            for n, f in naa.items()
        ],
        [k.aapent.funn for k in kjente if k.lukket_runde == partisjon.runde],
    )


def _accepted(
    pipeline: Pipeline, innsamling: Innsamling, partisjon: Partisjon
) -> set[tuple[str, str]]:
    """Return the schools that have had a file accepted in the round; blank: an avgiver's all."""
    ut = set()
    for avgiver in pipeline.avgivere(innsamling, partisjon.aar):
        sti = artefact(innsamling, partisjon, avgiver, pipeline.oppsett) / FILER
        filer = read_table(sti, "filene").to_pylist() if is_here(sti) else []
        ut |= {(avgiver, f["skolenr"]) for f in filer if f["godtatt"] and f["skolenr"]}
        if filer and all(f["godtatt"] for f in filer):
            ut.add((avgiver, ""))
            # A file for the whole fylke has every school in it.
            ut |= {(avgiver, "*") for f in filer if not f["skolenr"]}
    return ut


def _may_close(f: Funn, godtatt: set[tuple[str, str]]) -> bool:
    return f.trinn != FIL or not godtatt.isdisjoint({(f.avgiver, f.skolenr), (f.avgiver, "*")})
