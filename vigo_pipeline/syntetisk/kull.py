"""Who has been where before: cohorts with seats, the same in every skoleår made from one seed.

A cohort is those who begin Vg1 in one year. It has numbered seats in every school and
utdanningsprogram, and what becomes of a seat (goes on, stays a year more, leaves, changes school)
hangs on lots of the cohort and the seat alone. So a skoleår is made without the years before it.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
import numpy.typing as npt

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.syntetisk.catalogue import load
from vigo_pipeline.syntetisk.forutsetning import forutsetninger
from vigo_pipeline.syntetisk.lodd import Heltall, share
from vigo_pipeline.syntetisk.utvalg import choose_schools

# The year whose schools say how many seats there are; the years around it differ little.
MAALEAAR = Skoleaar(2025)
ROM, EKSTRA = 1.3, 5
TRINN = (1, 2, 3)
ALDRI = 9
Hvilke = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Plasser:
    """A cohort's seats, those of a school and utdanningsprogram together.

    ``nummer``: each of these by skolenr and utdanningsprogram; its seats are ``foerste[nr]`` to
    ``foerste[nr + 1]``. ``fylke`` and ``program``: a number for each seat's.
    """

    nummer: dict[tuple[str, str], int]
    foerste: Heltall
    fylke: Heltall
    program: Heltall

    @property
    def antall(self) -> int:
        """Return the number of seats in a cohort."""
        return int(self.foerste[-1])


@dataclass(frozen=True)
class Kull:
    """What becomes of the seats of the cohort that begins in ``startaar``.

    ``om``: the trinn that is taken twice, ALDRI for none. ``ut``: the last trinn, ALDRI for those
    who stay. ``slutter``: leaves in the course of that trinn. ``igjen``: fails an exam on trinn 1
    and has it again on trinn 2. ``hvem``: the seat on trinn 1 of who sits here on later trinn;
    ``hvor``: where who sits here on trinn 1 sits later. ``bytter``: goes there during trinn 1.
    """

    startaar: int
    om: Heltall
    ut: Heltall
    slutter: Hvilke
    igjen: Hvilke
    hvem: Heltall
    hvor: Heltall
    bytter: Hvilke


@cache
def seats(seed: int, andel: float) -> Plasser:
    """Return the seats of every cohort: those of the largest trinn, and room to spare."""
    grunnlag = load(MAALEAAR.start_dato, MAALEAAR.slutt_dato)
    alle = grunnlag.programomraader
    stoerst: dict[tuple[str, str], dict[int, int]] = {}
    fylke: dict[str, str] = {}
    for skole, fordeling in choose_schools(grunnlag, MAALEAAR.start, seed, andel):
        for nr, antall in fordeling.items() if skole.type == "vgs" else ():
            noekkel = skole.skolenr, alle[nr].program
            per_trinn = stoerst.setdefault(noekkel, {})
            per_trinn[alle[nr].trinn] = per_trinn.get(alle[nr].trinn, 0) + antall
            fylke[skole.skolenr] = skole.fylkesnr
    noekler = sorted(stoerst)
    plasser = np.array([ceil(ROM * max(stoerst[n].values())) + EKSTRA for n in noekler], np.int64)
    fylker = sorted(set(fylke.values()))
    programmer = sorted({program for _, program in noekler})
    return Plasser(
        nummer={n: nr for nr, n in enumerate(noekler)},
        foerste=np.concatenate([[0], np.cumsum(plasser)]),
        fylke=np.repeat([fylker.index(fylke[s]) for s, _ in noekler], plasser),
        program=np.repeat([programmer.index(p) for _, p in noekler], plasser),
    )


def cohort(plasser: Plasser, seed: int, startaar: int) -> Kull:
    """Return what becomes of a cohort's seats."""
    loep = forutsetninger().loep
    plass = np.arange(plasser.antall)
    lodd_flytter = share(seed, startaar, plass, "flytter")
    flytter = lodd_flytter < loep.flytter
    om = _step(share(seed, startaar, plass, "om"), loep.om_igjen)
    slutter = aarsplan().hendelser.slutter
    lodd = share(seed, startaar, plass, "ut")
    ut = _step(lodd, tuple(slutter + b for b in loep.borte))
    # Where in its part of the line a lot fell: the first bit leaves before the year is out.
    foer = np.concatenate([[0.0], np.cumsum([slutter + b for b in loep.borte])])
    underveis = (ut != ALDRI) & (lodd - foer[np.minimum(ut, len(TRINN)) - 1] < slutter)
    # Whoever changes school goes on: the seats swap persons, so all must be taken.
    om, ut = (np.where(flytter, ALDRI, a) for a in (om, ut))
    stroem = np.repeat(np.arange(len(plasser.foerste) - 1), np.diff(plasser.foerste))
    inne = plass - plasser.foerste[stroem] < (np.diff(plasser.foerste)[stroem] - EKSTRA) / 2
    igjen = share(seed, startaar, plass, "igjen") < loep.eksamen_igjen
    hvem = _swap(plasser, lodd_flytter, flytter)
    return Kull(
        startaar=startaar,
        om=om,
        ut=ut,
        slutter=underveis & ~flytter,
        igjen=igjen & inne & ~flytter & (om == ALDRI) & (ut == ALDRI),
        hvem=hvem,
        hvor=np.argsort(hvem),
        bytter=lodd_flytter < loep.flytter * loep.i_aaret,
    )


def _step(lodd: npt.NDArray[np.float64], andeler: tuple[float, ...]) -> Heltall:
    """Return the trinn at which it happens, ALDRI for most."""
    trinn = np.searchsorted(np.cumsum(andeler), lodd, side="right") + 1
    ut: Heltall = np.where(trinn > len(andeler), ALDRI, trinn)
    return ut


def _swap(plasser: Plasser, lodd: npt.NDArray[np.float64], flytter: Hvilke) -> Heltall:
    """Let those who change school go round in their fylke, most in one utdanningsprogram."""
    hvem = np.arange(plasser.antall)
    egne = np.flatnonzero(flytter)
    if not len(egne):
        return hvem
    # By lot, or the next one round would mostly be of the same school.
    egne = egne[np.lexsort((lodd[egne], plasser.program[egne], plasser.fylke[egne]))]
    start = np.flatnonzero(np.diff(plasser.fylke[egne], prepend=-1))
    neste = np.arange(1, len(egne) + 1)
    neste[np.append(start[1:], len(egne)) - 1] = start
    hvem[egne] = egne[neste]
    return hvem


def present(kull: Kull, trinn: int, *, andre_gang: bool) -> Hvilke:
    """Return the seats in use on a trinn, in time or a year late after one taken twice."""
    sen = (kull.om <= trinn) if andre_gang else (kull.om >= trinn)
    ut: Hvilke = sen & (kull.ut >= trinn)
    return ut
