"""The whole nation as one line per elevkurs: who goes where, on what, as what kind of pupil.

The plan is always the nation's, so a school gets the same pupils whether it is made alone or not.
"""

from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.catalogue import Grunnlag, Skole, load
from vigo_pipeline.syntetisk.forutsetning import Slag, slag, slag_nr
from vigo_pipeline.syntetisk.lodd import Heltall, Lodd, mix
from vigo_pipeline.syntetisk.navn import names
from vigo_pipeline.syntetisk.personer import INGEN, place_persons
from vigo_pipeline.syntetisk.tilbud import school_rng
from vigo_pipeline.syntetisk.utvalg import choose_schools

Hvilke = npt.NDArray[np.bool_]
ANDEL_RESERVE = 0.006
# Planned competence on a lower level, in an ordinary class.
LAVERE_NIVAA = "H---"


@dataclass(frozen=True)
class Plan:
    """Pupils in school order; arrays of equal length unless said otherwise.

    ``skoler``: the schools in number order; school k's pupils are rows ``grenser[k]`` to
    ``grenser[k + 1]``, and the last ``reserve[k]`` of them come in a later round only.
    ``programomraade`` and ``slag`` are numbers; ``slutter`` leaves after October, ``til``
    is the number of the school to change to after October, INGEN for most. ``lodd`` is the
    person's own, the same in every skoleår. ``navn_rettet`` is the name as corrected later.
    """

    skoler: tuple[Skole, ...]
    grenser: Heltall
    reserve: Heltall
    programomraade: Heltall
    slag: Heltall
    slutter: Hvilke
    til: Heltall
    til_programomraade: Heltall
    lodd: Lodd
    fnr: pa.Array
    navn: pa.Array
    navn_rettet: pa.Array


def school_plan(startaar: int, seed: int, andel: float) -> tuple[Grunnlag, Plan]:
    """Return what a skoleår offers, and its pupils."""
    return placed(startaar, seed, andel, kodeverk.version())


@cache
def placed(startaar: int, seed: int, andel: float, _versjon: str) -> tuple[Grunnlag, Plan]:
    """Return the same, of one version of the code lists: every round of a year and later ask."""
    aar = Skoleaar(startaar)
    grunnlag = load(aar.start_dato, aar.slutt_dato)
    return grunnlag, make_plan(grunnlag, startaar, seed, andel)


def make_plan(grunnlag: Grunnlag, startaar: int, seed: int, andel: float) -> Plan:
    """Return the plan of ``andel`` of the nation in the skoleår that starts in ``startaar``."""
    fordelt = choose_schools(grunnlag, startaar, seed, andel)
    skoler = tuple(s for s, _ in fordelt)
    antall = np.array([sum(f.values()) for _, f in fordelt], np.int64)
    reserve = np.array([ceil(n * ANDEL_RESERVE) for n in antall], np.int64)
    programomraade = np.concatenate(
        [_pupils(seed, s, f, int(r)) for (s, f), r in zip(fordelt, reserve, strict=True)]
    )
    grenser = np.concatenate([[0], np.cumsum(antall + reserve)])
    aapent = {eier: _open_to(grunnlag, eier) for eier in {s.eier for s in skoler}}
    slagnr = np.concatenate(
        [
            _kinds(school_rng(seed, s.skolenr, "slag"), s, programomraade[a:b], aapent[s.eier])
            for s, a, b in zip(skoler, grenser, grenser[1:], strict=False)
        ]
    )
    voksne = np.isin(slagnr, [slag_nr()["voksen"], slag_nr()["privatist"]])
    skole = np.repeat(np.arange(len(skoler)), antall + reserve)
    p = place_persons(grunnlag, startaar, seed, andel, skoler, skole, programomraade, voksne)
    i_reserve = np.arange(len(skole)) >= (grenser[1:] - reserve)[skole]
    til = np.where(i_reserve, INGEN, p.til)
    slagnr = np.where(til != INGEN, slag_nr()["skolebytte"], slagnr)
    slagnr = np.where(p.stryker, slag_nr()["stryker"], slagnr)
    slagnr = np.where(p.igjen, slag_nr()["eksamen_igjen"], slagnr)
    programomraade, slagnr = _adapted(grunnlag, programomraade, slagnr)
    fnr = personnummer.as_text(p.fnr)
    return Plan(
        skoler,
        grenser,
        reserve,
        programomraade,
        slagnr,
        p.slutter,
        til,
        p.til_programomraade,
        mix(seed, p.fnr, "lodd"),
        fnr,
        *names(p.dag, p.individ),
    )


def _pupils(seed: int, skole: Skole, fordeling: dict[int, int], reserve: int) -> Heltall:
    """Return the programområde of each pupil; the reserve last."""
    nummer = np.array(sorted(fordeling), np.int64)
    antall = np.array([fordeling[int(n)] for n in nummer], np.int64)
    rng = school_rng(seed, skole.skolenr, "reserve")
    return np.concatenate([np.repeat(nummer, antall), rng.choice(nummer, reserve)])


def _kinds(rng: np.random.Generator, skole: Skole, programomraade: Heltall, kan: Hvilke) -> Heltall:
    """Draw what kind each pupil of a school is."""
    for nr, s in enumerate(slag()):
        if s.enhet == skole.type:
            return np.full(len(programomraade), nr)
    tall = rng.random(len(programomraade))
    ut = np.zeros(len(programomraade), np.int64)
    grense = np.zeros(len(programomraade))
    for nr, s in enumerate(slag()):
        neste = grense + s.andel * kan[nr][programomraade]
        ut[(tall >= grense) & (tall < neste)] = nr
        grense = neste
    return ut


def _open_to(grunnlag: Grunnlag, eier: str) -> Hvilke:
    """Return by kind and programområde whether a school's pupil may be of the kind."""
    alle = grunnlag.programomraader
    return np.array([[_may(s, eier, p.programtype, p.trinn) for p in alle] for s in slag()])


def _may(s: Slag, eier: str, programtype: str, trinn: int) -> bool:
    return (
        (not s.eier or eier in s.eier)
        and (not s.program or programtype in s.program)
        and (not s.trinn or trinn in s.trinn)
    )


def _adapted(
    grunnlag: Grunnlag, programomraade: Heltall, slagnr: Heltall
) -> tuple[Heltall, Heltall]:
    """Return programområde and kind with the individually adapted on kategori H (regbok A03).

    Who cannot be, because there is no such programområde, is an ordinary pupil.
    """
    alle = grunnlag.programomraader
    lavere = {p.kode[:6]: nr for nr, p in enumerate(alle) if p.kategori == LAVERE_NIVAA}
    til = np.array([lavere.get(p.kode[:6], INGEN) for p in alle])[programomraade]
    tilrettelagt = slagnr == slag_nr()["tilrettelagt"]
    flyttes = tilrettelagt & (til != INGEN)
    return (
        np.where(flyttes, til, programomraade),
        np.where(tilrettelagt & ~flyttes, slag_nr()["ordinaer"], slagnr),
    )
