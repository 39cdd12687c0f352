"""`vigo syntetisk`: make a round's synthetic files, and the answer key when defects are planted."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.syntetisk.feil.planting import FASIT, Fil, Plantet, plant
from vigo_pipeline.engine.syntetisk.filer import MELDING, Regnskap, make_content
from vigo_pipeline.engine.syntetisk.forutsetning import runder, slag_nr
from vigo_pipeline.engine.syntetisk.grunnlag import load
from vigo_pipeline.engine.syntetisk.kalender import Kalender
from vigo_pipeline.engine.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.engine.syntetisk.plan import make_plan
from vigo_pipeline.engine.syntetisk.rader import Fagkatalog
from vigo_pipeline.engine.syntetisk.skolerader import Verksted


def generate(
    mal: Path,
    *,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    feil: bool | Mapping[str, int] | None = None,
) -> Oppsummering:
    """Make a round's files under ``mal/inn/<skoleår>/<runde>/<avgiver>/``.

    The same arguments give the same bytes, on any machine. Synthetic files that lie there from
    before are removed, for the avgivere that are made; others are left alone.

    Args:
        mal: where ``inn/`` is, or is made.
        skoleaar: whose kodeverk and dates to use.
        runde: ``1-levering``, or ``endelig``: the same pupils with a few corrections.
        seed: another number gives other persons.
        omfang: how much of the nation, and how many files.
        feil: True plants one defect of each kind; a mapping plants so many of each rule. The
            answer key is ``mal/fasit.csv``.

    Raises:
        UgyldigOmfang: an unknown round, avgiver, school or kind of defect.
    """
    if runde not in runder():
        raise UgyldigOmfang(f"Runde «{runde}» er ukjent. Kjente: {', '.join(runder())}.")
    grunnlag = load(skoleaar.start_dato, skoleaar.slutt_dato)
    verksted = Verksted(
        grunnlag=grunnlag,
        plan=make_plan(grunnlag, skoleaar.start, seed, omfang.andel),
        katalog=Fagkatalog(grunnlag.programomraader),
        kalender=Kalender(skoleaar, runder()[runde]),
        seed=seed,
    )
    mappe = mal / "inn" / str(skoleaar) / runde
    skoler = _selected(verksted, omfang)
    avgivere = tuple(sorted({verksted.plan.skoler[k].avgiver for k in skoler}))
    for avgiver in avgivere:
        _clear(mappe / avgiver)
    grupper = _groups(verksted, omfang, skoler)
    plan = Plantet.of(feil, [_count(verksted, *g) for g in grupper.items()])
    regnskap = Regnskap()
    stoerrelse = 0
    for (avgiver, filnavn), gruppe in grupper.items():
        innhold = make_content(verksted, avgiver, gruppe, regnskap)
        innhold = plant(plan, avgiver, filnavn, innhold, verksted)
        (mappe / avgiver / filnavn).write_bytes(innhold)
        stoerrelse += len(innhold)
    return Oppsummering(
        skoleaar=str(skoleaar),
        runde=runde,
        mappe=mappe,
        fasit=plan.write(mal / FASIT) if feil else None,
        avgivere=avgivere,
        filer=len(grupper),
        stoerrelse=stoerrelse,
        personer=len(regnskap.personer),
        elever=regnskap.rader["elev"],
        elevkurs=regnskap.rader["elevkurs"],
        fag=regnskap.rader["elevkursfag"],
        vitnemaalsmerknader=regnskap.rader["vitnemaalsmerknad"],
        endringer=dict(regnskap.endringer),
        feil=plan.counts(),
        ikke_plantet=plan.left(),
    )


def _clear(mappe: Path) -> None:
    """Make a folder, or remove the synthetic files in it."""
    mappe.mkdir(parents=True, exist_ok=True)
    for sti in sorted(mappe.glob("*_*.txt")):
        with sti.open("rb") as fil:
            er_syntetisk = MELDING.encode() in fil.readline()
        if er_syntetisk:
            sti.unlink()


def _selected(v: Verksted, omfang: Omfang) -> list[int]:
    """Return the numbers of the schools to make.

    Raises:
        UgyldigOmfang: nothing fits.
    """
    skoler = [
        k
        for k, s in enumerate(v.plan.skoler)
        if (not omfang.avgivere or s.avgiver in omfang.avgivere)
        and omfang.skolenr in (None, s.skolenr)
    ]
    if not skoler:
        raise UgyldigOmfang("Ingen skole passer. Med andel under 1 er ikke alle skoler med.")
    return skoler


def _groups(v: Verksted, omfang: Omfang, skoler: Iterable[int]) -> dict[tuple[str, str], list[int]]:
    """Return each file's avgiver and name, in order, and the schools in it."""
    grupper: dict[tuple[str, str], list[int]] = {}
    for k in skoler:
        s = v.plan.skoler[k]
        navn = f"skolenr_{s.skolenr}.txt" if omfang.fil == "skole" else f"avgiver_{s.avgiver}.txt"
        grupper.setdefault((s.avgiver, navn), []).append(k)
    return dict(sorted(grupper.items()))


def _count(v: Verksted, fil: tuple[str, str], gruppe: list[int]) -> Fil:
    """Return a file with its number of ordinary pupils."""
    ordinaer = slag_nr()["ordinaer"]
    return Fil(*fil, sum(int((v.plan.slag[v.pupils(k)] == ordinaer).sum()) for k in gruppe))
