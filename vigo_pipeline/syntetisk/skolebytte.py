"""Change of school after telledato: a slutter at one school is a starter at another."""

import numpy as np

from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.lodd import Heltall, mix
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagrader
from vigo_pipeline.syntetisk.skolerader import INGEN, NY_SKOLE, Verksted


def _day(v: Verksted, siste: int, person: Heltall) -> Heltall:
    """Return the last day at the old school."""
    foerste = v.kalender.siste_avbrudd + 1
    rom = np.uint64(siste - foerste + 1)
    ut: Heltall = foerste + np.asarray(mix(v.plan.lodd[person], "bytte") % rom, np.int64)
    return ut


def move_out(v: Verksted, siste: int, kurs: Elevkurs, fag: Fagrader) -> None:
    """End the elevkurs, and all fag, of those who change from a school."""
    gjelder = kurs.slag == slag_nr()["skolebytte"]
    kurs.slutt = np.where(gjelder, _day(v, siste, kurs.person), kurs.slutt)
    kurs.aarsak = np.where(gjelder, v.reason(NY_SKOLE), kurs.aarsak)
    fag.end(kurs, gjelder)


def move_in(v: Verksted, k: int, siste: int) -> tuple[Elevkurs, Fagrader]:
    """Return the elevkurs and fag of those who change to school ``k``, from the day after."""
    person = np.flatnonzero((v.plan.til == k) & (v.plan.slag == slag_nr()["skolebytte"]))
    kurs = Elevkurs(
        person=person,
        programomraade=v.plan.til_programomraade[person],
        slag=v.plan.slag[person],
        start=_day(v, siste, person) + 1,
        slutt=np.zeros(len(person), np.int64),
        aarsak=np.full(len(person), INGEN),
    )
    return kurs, v.katalog.draw(v.plan.lodd, kurs)
