"""What a later round corrects: the same persons with a small, known number of differences."""

from dataclasses import dataclass, field

import numpy as np

from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagrader, Heltall
from vigo_pipeline.syntetisk.skolerader import SLUTTET, Verksted, make_active
from vigo_pipeline.syntetisk.tilbud import school_rng


@dataclass(frozen=True)
class Rettelser:
    """Pupils by kind of correction: rows of the plan. ``fag`` has one fag given up each."""

    nye: Heltall
    sluttere: Heltall
    fag: Heltall
    navn: Heltall

    def counts(self) -> dict[str, int]:
        """Return how many of each kind."""
        return {navn: len(hvem) for navn, hvem in vars(self).items()}


@dataclass
class Skole:
    """One school's rows in a round, and what the round changed."""

    kurs: Elevkurs
    fag: Fagrader
    rettelser: Rettelser = field(
        default_factory=lambda: Rettelser(*(np.zeros(0, np.int64) for _ in range(4)))
    )


def correct(v: Verksted, k: int, kurs: Elevkurs, fag: Fagrader) -> Skole:
    """Return school ``k``'s rows as the round has them; the first round changes nothing."""
    andeler = v.kalender.runde.endringer
    if not andeler:
        return Skole(kurs, fag)
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, v.kalender.runde.navn)
    egne = v.pupils(k)
    ordinaere = rng.permutation(egne[v.plan.slag[egne] == slag_nr()["ordinaer"]])
    antall = {n: int(a * len(egne) + rng.random()) for n, a in andeler.items()}
    deler = np.split(ordinaere, np.cumsum([antall["sluttere"], antall["fag"], antall["navn"]]))
    reserve = np.arange(v.plan.grenser[k + 1] - v.plan.reserve[k], v.plan.grenser[k + 1])
    rettelser = Rettelser(
        nye=reserve[: antall["nye"]],
        sluttere=np.sort(deler[0]),
        fag=np.sort(deler[1]),
        navn=np.sort(deler[2]),
    )
    nye, nye_fag = make_active(v, k, rettelser.nye, rng)
    # A pupil who came late, but before telledato, and was registered late.
    nye.start = np.where(nye.start > 0, v.kalender.telledato - 1 - nye.person % 14, nye.start)
    nye_fag.start = np.where(nye_fag.start > 0, nye.start[nye_fag.elevkurs], nye_fag.start)
    nye_fag.slutt = np.where(
        nye_fag.slutt > 0, np.maximum(nye_fag.slutt, nye_fag.start), nye_fag.slutt
    )
    nye_fag.elevkurs += len(kurs)
    kurs, fag = kurs.plus(nye), fag.plus(nye_fag)
    _leave(v, kurs, fag, rettelser.sluttere, rng)
    _drop_one(v, kurs, fag, rettelser.fag, rng)
    return Skole(kurs, fag, rettelser)


def _between_rounds(v: Verksted, rng: np.random.Generator, antall: int) -> Heltall:
    kal = v.kalender
    return rng.integers(kal.siste_avbrudd_foerst + 1, kal.siste_avbrudd + 1, antall)


def _leave(
    v: Verksted, kurs: Elevkurs, fag: Fagrader, hvem: Heltall, rng: np.random.Generator
) -> None:
    """End the elevkurs of these pupils, and all their fag, after the first round."""
    gjelder = np.isin(kurs.person, hvem)
    aarsaker = np.array([v.reason(a) for a in SLUTTET])
    kurs.slutt = np.where(gjelder, _between_rounds(v, rng, len(kurs)), kurs.slutt)
    kurs.aarsak = np.where(gjelder, aarsaker[kurs.person % len(aarsaker)], kurs.aarsak)
    fag.end(kurs, gjelder)


def _drop_one(
    v: Verksted, kurs: Elevkurs, fag: Fagrader, hvem: Heltall, rng: np.random.Generator
) -> None:
    """End one fag of each of these pupils after the first round."""
    plass, antall = fag.rank()
    gjelder = np.isin(kurs.person, hvem)[fag.elevkurs] & (
        plass == kurs.person[fag.elevkurs] % antall
    )
    fag.slutt = np.where(gjelder, _between_rounds(v, rng, len(fag)), fag.slutt)
    fag.status = np.where(gjelder, "S", fag.status)
