"""The applications from adults to a fylke: who, when, and what is decided (kapittel 18).

Days count from 1 on 1 August as in Kalender, and most of these lie before it.
"""

from dataclasses import dataclass

import numpy as np

from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.syntetisk.rader import Heltall, Tekst
from vigo_pipeline.syntetisk.skoleaaret import Aaret
from vigo_pipeline.syntetisk.soekere import adults_of
from vigo_pipeline.syntetisk.tilbud import school_rng

TYPE = {"yrkesfaglig": "F", "studieforberedende": "S", "paabygging": "P"}
BARE_RKV = "R"
ALDRI = 1_000


@dataclass(frozen=True)
class Soeknader:
    """A fylke's applications in the order of ``soekt``. Days; ALDRI when it does not happen.

    ``skole``: the school number of who became a pupil, -1 for the others.
    """

    person: Heltall
    skole: Heltall
    type: Tekst
    soekt: Heltall
    rett: Heltall
    har_rett: np.ndarray
    plass: Heltall
    har_plass: np.ndarray
    delegert: Heltall


def applications(aaret: Aaret, avgiver: str) -> Soeknader:
    """Return a fylke's applications of a skoleår: the pupils' and the others'."""
    v, andeler = aaret.v, aarsplan().voksne
    elever, andre = adults_of(v.plan, avgiver), aaret.soekere.voksne[avgiver]
    rng = school_rng(v.seed, avgiver, "voksne")
    person = np.concatenate([elever, andre])
    er_elev = np.arange(len(person)) < len(elever)
    lodd = rng.random((5, len(person)))
    sene = ~er_elev & (lodd[0] < andeler.ny_etter_skolestart)
    soekt = np.where(
        sene, between(rng, andeler.soekt_sent, person), between(rng, andeler.soekt, person)
    )
    rett = soekt + between(rng, andeler.rett, person)
    plass = rett + between(rng, andeler.plass, person)
    delegert = plass + between(rng, andeler.delegert, person)
    typer = np.array([TYPE[p.programtype] for p in v.grunnlag.programomraader])
    bare_rkv = ~er_elev & (lodd[1] < andeler.realkompetanse)
    har_rett = er_elev | (lodd[2] < andeler.andel_rett)
    avslag = har_rett & ~bare_rkv & (lodd[3] < andeler.avslag_plass)
    skole = np.searchsorted(v.plan.grenser, person, side="right") - 1
    ut = Soeknader(
        person=person,
        skole=np.where(er_elev, skole, -1),
        type=np.where(bare_rkv, BARE_RKV, typer[v.plan.programomraade[person]]),
        soekt=soekt,
        rett=rett,
        har_rett=har_rett,
        # Those who are no pupils are turned down, or still wait.
        plass=np.where(er_elev | avslag, plass, ALDRI),
        har_plass=er_elev,
        delegert=np.where(er_elev, delegert, ALDRI),
    )
    rekke = np.argsort(soekt, kind="stable")
    return Soeknader(*(a[rekke] for a in vars(ut).values()))


def between(rng: np.random.Generator, rom: tuple[int, int], for_hver: Heltall) -> Heltall:
    """Return a number within the span for each element."""
    return rng.integers(rom[0], rom[1] + 1, len(for_hver))
