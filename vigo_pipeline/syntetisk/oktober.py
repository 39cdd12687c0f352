"""Make the files of oktober: the pupils on 1 October, and the answer key of planted defects."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.eksamenigjen import Eksamensfag
from vigo_pipeline.syntetisk.feil.planting import FASIT, Fil, Plantet, plant
from vigo_pipeline.syntetisk.filer import Regnskap, make_content
from vigo_pipeline.syntetisk.forutsetning import runder, slag_nr
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.lukket import write_closed
from vigo_pipeline.syntetisk.mapper import clear, selected
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.syntetisk.plan import school_plan
from vigo_pipeline.syntetisk.rader import Fagkatalog
from vigo_pipeline.syntetisk.skolerader import Verksted


def make_oktober(
    mal: Path,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    feil: bool | Mapping[str, int] | None,
) -> Oppsummering:
    """Make a round's files of oktober, with or without planted defects.

    Raises:
        UgyldigOmfang: an unknown round, avgiver, school or kind of defect.
    """
    if runde not in runder():
        raise UgyldigOmfang(f"Runde «{runde}» er ukjent. Kjente: {', '.join(runder())}.")
    grunnlag, elevene = school_plan(skoleaar.start, seed, omfang.andel)
    katalog = Fagkatalog(grunnlag.programomraader)
    verksted = Verksted(
        grunnlag=grunnlag,
        plan=elevene,
        katalog=katalog,
        kalender=Kalender(skoleaar, runder()[runde]),
        seed=seed,
        eksamen=Eksamensfag.of(grunnlag, katalog),
    )
    mappe = mal / "inn" / str(skoleaar) / runde
    skoler = selected(verksted.plan, omfang)
    avgivere = tuple(sorted({verksted.plan.skoler[k].avgiver for k in skoler}))
    for avgiver in avgivere:
        clear(mappe / avgiver)
    grupper = _groups(verksted, omfang, skoler)
    plan = Plantet.of(feil, [_count(verksted, *g) for g in grupper.items()])
    regnskap = Regnskap()
    stoerrelse = 0
    for (avgiver, filnavn), gruppe in grupper.items():
        innhold = make_content(verksted, avgiver, gruppe, regnskap)
        innhold = plant(plan, avgiver, filnavn, innhold, verksted)
        write_closed(mappe / avgiver / filnavn, innhold)
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
