"""Make one round's files of a collection, from the plan of a whole skoleår."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from vigo_pipeline.contract.aarshjul import runder as runder_av
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.feil.oenske import wanted
from vigo_pipeline.syntetisk.feil.planting import plant, write_key
from vigo_pipeline.syntetisk.filer import Telling, write_file
from vigo_pipeline.syntetisk.innhold import INNHOLD
from vigo_pipeline.syntetisk.mapper import clear, selected
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering, UgyldigOmfang
from vigo_pipeline.syntetisk.poster import Innhold
from vigo_pipeline.syntetisk.samling import Oppdrag, Samling
from vigo_pipeline.syntetisk.skoleaaret import Aaret


def make_round(
    mal: Path,
    aaret: Aaret,
    spek: Innsamling,
    samling: Samling,
    *,
    runde: str,
    omfang: Omfang,
    feil: bool | Mapping[str, int] | None = None,
) -> Oppsummering:
    """Make one round's files in the folders that the collection's spec names.

    An avgiver with nothing to tell gets the file INGEN_ENDRINGER.txt and no other.

    Raises:
        UgyldigOmfang: an unknown round or kind of defect, or an avgiver or school that is not made.
    """
    if runde not in runder_av(spek.stamme):
        kjente = ", ".join(runder_av(spek.stamme))
        raise UgyldigOmfang(f"Runde «{runde}» er ukjent i {spek.stamme}. Kjente: {kjente}.")
    skoleaar = str(aaret.v.kalender.aar)
    oppdrag = Oppdrag.of(samling, spek, runde, aaret.v.kalender, omfang.andel)
    felles = mal / spek.mappe.format(skoleaar=skoleaar, runde=runde, avgiver="")
    telling = Telling()
    avgivere = _avgivere(aaret, spek, omfang, oppdrag)
    hele = "fylke" in (omfang.fil, samling.fil)
    for avgiver, skoler in avgivere.items():
        innhold = INNHOLD[samling.innhold](aaret, avgiver, skoler, oppdrag)
        _write(felles / avgiver, spek, innhold, oppdrag, telling, hele=hele)
    svar = telling.summary(spek.stamme, skoleaar, runde, felles, tuple(avgivere))
    fasit = mal / f"fasit_{spek.stamme}_{runde}.csv"
    if not feil:
        # One of files that have been made anew tells of nothing that is there.
        fasit.unlink(missing_ok=True)
        return svar
    linjer, igjen = plant(telling.filer, wanted(feil, spek.stamme, runde), aaret.v)
    fasit = write_key(fasit, linjer)
    antall = Counter(regel for regel, *_, foelger_av in linjer if not foelger_av)
    return replace(svar, fasit=fasit, feil=dict(sorted(antall.items())), ikke_plantet=igjen)


def _avgivere(
    aaret: Aaret, spek: Innsamling, omfang: Omfang, oppdrag: Oppdrag
) -> dict[str, list[int]]:
    """Return each avgiver of the round, and its schools that have to do with it.

    A fylke answers every round; Waade only the rounds in which private schools report.
    """
    alle = aaret.v.plan.skoler
    ut: dict[str, list[int]] = {}
    for k in selected(aaret.v.plan, omfang):
        avgiver, forteller = alle[k].avgiver, oppdrag.samling.reports(alle[k], oppdrag.runde)
        med = avgiver in spek.avgivere.andre if avgiver == WAADE else spek.avgivere.fylker
        if med and (avgiver != WAADE or forteller):
            ut.setdefault(avgiver, []).extend([k] if forteller else [])
    return dict(sorted(ut.items()))


def _write(
    mappe: Path,
    spek: Innsamling,
    innhold: Iterable[Innhold],
    oppdrag: Oppdrag,
    telling: Telling,
    *,
    hele: bool,
) -> None:
    clear(mappe)
    (mappe / INGEN_ENDRINGER).unlink(missing_ok=True)
    foer = len(telling.filer)
    for deler in [innhold] if hele else ([i] for i in innhold):
        write_file(mappe, spek, list(deler), f"{oppdrag.fildato:%Y%m%d}", telling, hele=hele)
    if len(telling.filer) == foer:
        (mappe / INGEN_ENDRINGER).touch()
