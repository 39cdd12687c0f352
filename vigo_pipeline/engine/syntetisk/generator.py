"""`vigo syntetisk`: make a round's synthetic files, and the answer key when defects are planted."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rekkefoelge import calendar
from vigo_pipeline.engine.syntetisk.feil.planting import FASIT, Fil, Plantet, plant
from vigo_pipeline.engine.syntetisk.filer import Regnskap, make_content
from vigo_pipeline.engine.syntetisk.forutsetning import runder, slag_nr
from vigo_pipeline.engine.syntetisk.grunnlag import load
from vigo_pipeline.engine.syntetisk.innsamling import make_collection
from vigo_pipeline.engine.syntetisk.kalender import Kalender
from vigo_pipeline.engine.syntetisk.mapper import clear, selected
from vigo_pipeline.engine.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.engine.syntetisk.plan import make_plan
from vigo_pipeline.engine.syntetisk.rader import Fagkatalog
from vigo_pipeline.engine.syntetisk.skolerader import Verksted

OKTOBER = "oktober"


def generate(
    mal: Path,
    *,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    samling: str = OKTOBER,
    feil: bool | Mapping[str, int] | None = None,
) -> Oppsummering:
    """Make a round's files under ``mal``, in the folders that the collection's spec names.

    The same arguments give the same bytes, on any machine. Synthetic files that lie there from
    before are removed, for the avgivere that are made; others are left alone.

    Args:
        mal: where ``inn/`` is, or is made.
        skoleaar: whose kodeverk and dates to use.
        runde: one of the collection's. In oktober ``1-levering``, or ``endelig``: the same pupils
            with a few corrections.
        seed: another number gives other persons.
        omfang: how much of the nation, and how many files.
        samling: which collection. All of them are of the same pupils: what one tells of somebody,
            the others know too.
        feil: only in oktober. True plants one defect of each kind; a mapping plants so many of each rule. The
            answer key is ``mal/fasit.csv``.

    Raises:
        UgyldigOmfang: an unknown collection, round, avgiver, school or kind of defect.
    """
    if samling != OKTOBER:
        return _other(mal, samling, skoleaar, runde, seed, omfang, feil)
    return _oktober(mal, skoleaar, runde, seed, omfang, feil)


def generate_year(
    mal: Path, *, skoleaar: Skoleaar, seed: int, omfang: Omfang
) -> list[Oppsummering]:
    """Make every round of every collection of a skoleår, in the order they are due."""
    return [
        generate(
            mal,
            skoleaar=skoleaar,
            samling=innsamling.stamme,
            runde=partisjon.runde,
            seed=seed,
            omfang=omfang,
        )
        for innsamling, partisjon in calendar(Register.installed(), str(skoleaar))
        if _reports(innsamling, omfang)
    ]


def _reports(innsamling: Innsamling, omfang: Omfang) -> bool:
    """Return whether any of the avgivere that are asked for is in a collection."""
    if not omfang.avgivere:
        return True
    fylker = innsamling.avgivere.fylker and any(a.isdigit() for a in omfang.avgivere)
    return fylker or bool(set(innsamling.avgivere.andre) & set(omfang.avgivere))


def _other(
    mal: Path,
    samling: str,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    feil: bool | Mapping[str, int] | None,
) -> Oppsummering:
    alle = Register.installed().innsamlinger
    if samling not in alle:
        raise UgyldigOmfang(f"Samling «{samling}» er ukjent. Kjente: {', '.join(sorted(alle))}.")
    if feil:
        raise UgyldigOmfang(f"Feil plantes bare i {OKTOBER}.")
    return make_collection(
        mal, alle[samling], skoleaar=skoleaar, runde=runde, seed=seed, omfang=omfang
    )


def _oktober(
    mal: Path,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    feil: bool | Mapping[str, int] | None,
) -> Oppsummering:
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
