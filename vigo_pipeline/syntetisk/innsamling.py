"""Make the files of any collection but oktober, from the same plan of pupils."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from vigo_pipeline.contract.aarshjul import runder as runder_av
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.eksamenigjen import Eksamensfag
from vigo_pipeline.syntetisk.feil.planting import write_key
from vigo_pipeline.syntetisk.feil.samling import plant
from vigo_pipeline.syntetisk.feil.samlingsfeil import wanted
from vigo_pipeline.syntetisk.formidling import applicant_posts, company_posts, office_posts
from vigo_pipeline.syntetisk.forutsetning import runder
from vigo_pipeline.syntetisk.kalender import Kalender
from vigo_pipeline.syntetisk.laereposter import contract_posts
from vigo_pipeline.syntetisk.mapper import clear, selected
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.syntetisk.oppfoelging import follow_up_posts, wishes_in_july, wishes_in_march
from vigo_pipeline.syntetisk.plan import school_plan
from vigo_pipeline.syntetisk.poster import Blokk
from vigo_pipeline.syntetisk.rader import Fagkatalog, Heltall
from vigo_pipeline.syntetisk.samlefil import Skoleinnhold, Telling, write_file
from vigo_pipeline.syntetisk.samlinger import SAMLINGER, Oppdrag, make_task, reports
from vigo_pipeline.syntetisk.skoleaaret import Aaret
from vigo_pipeline.syntetisk.skolerader import Verksted
from vigo_pipeline.syntetisk.soekere import add_applicants
from vigo_pipeline.syntetisk.ungdom import youth_posts
from vigo_pipeline.syntetisk.voksne import adult_posts

# The collections that a fylke makes itself, of no school: who is told of, and the blocks.
FYLKETS: dict[str, Callable[[Aaret, str, int, float], tuple[Heltall, dict[str, list[Blokk]]]]] = {
    "voksen": lambda aaret, avgiver, dag, _: adult_posts(aaret, avgiver, dag),
    "kontrakt": contract_posts,
    "kontrakt_maaned": contract_posts,
    "kontrakt_januar": contract_posts,
    "formidling": applicant_posts,
    "laerebedrift": company_posts,
    "opplaeringskontor": office_posts,
    "soekere": wishes_in_march,
    "inntak": wishes_in_july,
    "ungdom": youth_posts,
    "ot": follow_up_posts,
}


def make_collection(
    mal: Path,
    spek: Innsamling,
    *,
    skoleaar: Skoleaar,
    runde: str,
    seed: int,
    omfang: Omfang,
    feil: bool | Mapping[str, int] | None = None,
) -> Oppsummering:
    """Make one round's files in the folders that the collection's spec names.

    An avgiver with nothing to tell gets the file INGEN_ENDRINGER.txt and no other.

    Raises:
        UgyldigOmfang: an unknown round or kind of defect, or an avgiver or school that is not made.
    """
    if runde not in runder_av(spek.flyt):
        kjente = ", ".join(runder_av(spek.flyt))
        raise UgyldigOmfang(f"Runde «{runde}» er ukjent i {spek.stamme}. Kjente: {kjente}.")
    aaret = make_year(skoleaar, seed, omfang.andel)
    kalender = aaret.v.kalender
    frist = deadline(spek.flyt, runde, skoleaar)
    oppdrag = make_task(spek.stamme, runde, kalender.number(frist), kalender)
    # A file tells of its last day, so it is made then at the earliest.
    fildato = max(frist, kalender.aar.start_dato + timedelta(days=oppdrag.dag - 1))
    felles = spek.mappe.format(skoleaar=skoleaar, runde=runde, avgiver="")
    telling = Telling()
    avgivere = _avgivere(aaret, spek, omfang, oppdrag)
    for avgiver, skoler in avgivere.items():
        _write(aaret, spek, mal / felles / avgiver, skoler, oppdrag, omfang, fildato, telling)
    svar = telling.summary(spek.stamme, str(skoleaar), runde, mal / felles, tuple(avgivere))
    return _planted(svar, mal, feil, seed) if feil else svar


def _planted(
    svar: Oppsummering, mal: Path, feil: bool | Mapping[str, int], seed: int
) -> Oppsummering:
    """Plant the defects in the files that have been made, and write their answer key."""
    linjer, igjen = plant(svar.mappe, wanted(feil, svar.samling, svar.runde), seed)
    fasit = write_key(mal / f"fasit_{svar.samling}_{svar.runde}.csv", linjer)
    antall = Counter(regel for regel, *_, foelger_av in linjer if not foelger_av)
    return replace(svar, fasit=fasit, feil=dict(sorted(antall.items())), ikke_plantet=igjen)


def make_year(skoleaar: Skoleaar, seed: int, andel: float) -> Aaret:
    """Return the plan of a whole skoleår: oktober's pupils, and the applicants after them."""
    grunnlag, plan = school_plan(skoleaar.start, seed, andel)
    plan, soekere = add_applicants(grunnlag, plan, skoleaar.start, seed)
    katalog = Fagkatalog(grunnlag.programomraader)
    verksted = Verksted(
        grunnlag=grunnlag,
        plan=plan,
        katalog=katalog,
        # The year builds on what oktober came to.
        kalender=Kalender(skoleaar, list(runder().values())[-1]),
        seed=seed,
        eksamen=Eksamensfag.of(grunnlag, katalog),
    )
    return Aaret(verksted, soekere)


def _avgivere(
    aaret: Aaret, spek: Innsamling, omfang: Omfang, oppdrag: Oppdrag
) -> dict[str, list[int]]:
    """Return each avgiver of the round, and its schools that have to do with it.

    A fylke answers every round; Waade only the rounds in which private schools report.
    """
    alle = aaret.v.plan.skoler
    ut: dict[str, list[int]] = {}
    for k in selected(aaret.v.plan, omfang):
        avgiver = alle[k].avgiver
        med = avgiver in spek.avgivere.andre if avgiver == WAADE else spek.avgivere.fylker
        if med and (avgiver != WAADE or reports(oppdrag, alle[k])):
            ut.setdefault(avgiver, [])
            ut[avgiver] += [k] if reports(oppdrag, alle[k]) else []
    return dict(sorted(ut.items()))


def _write(
    aaret: Aaret,
    spek: Innsamling,
    mappe: Path,
    skoler: list[int],
    oppdrag: Oppdrag,
    omfang: Omfang,
    fildato: date,
    telling: Telling,
) -> None:
    clear(mappe)
    (mappe / INGEN_ENDRINGER).unlink(missing_ok=True)
    innhold = list(_content(aaret, mappe.name, skoler, oppdrag, omfang.andel))
    hele = omfang.fil == "fylke" or spek.stamme in FYLKETS
    deler = [innhold] if hele and innhold else [[i] for i in innhold]
    for del_ in deler:
        write_file(mappe, spek, del_, f"{fildato:%Y%m%d}", telling, hele=hele)
    if not deler:
        (mappe / INGEN_ENDRINGER).touch()


def _content(
    aaret: Aaret, avgiver: str, skoler: list[int], oppdrag: Oppdrag, andel: float
) -> Iterator[Skoleinnhold]:
    """Return what each school has to tell, or the fylke itself of its own."""
    if lag := FYLKETS.get(oppdrag.samling):
        personer, egne = lag(aaret, avgiver, oppdrag.dag, andel)
        if len(personer):
            yield Skoleinnhold("", personer, egne)
        return
    for k in skoler:
        blokker = SAMLINGER[oppdrag.samling](aaret, k, oppdrag)
        if blokker is not None:
            yield Skoleinnhold(aaret.v.plan.skoler[k].skolenr, blokker.personer, blokker.blokker)
