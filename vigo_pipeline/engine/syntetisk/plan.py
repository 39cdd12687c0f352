"""The whole nation as one line per elevkurs: who goes where, on what, as what kind of pupil.

The plan is always the nation's, so a school gets the same pupils whether it is made alone or not.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigo_pipeline.engine.syntetisk import personnummer
from vigo_pipeline.engine.syntetisk.forutsetning import Slag, forutsetninger, slag, slag_nr
from vigo_pipeline.engine.syntetisk.grunnlag import Grunnlag, Skole
from vigo_pipeline.engine.syntetisk.navn import names
from vigo_pipeline.engine.syntetisk.tilbud import school_rng
from vigo_pipeline.engine.syntetisk.utvalg import choose_schools

Heltall = npt.NDArray[np.int64]
ANDEL_RESERVE = 0.006


@dataclass(frozen=True)
class Plan:
    """Pupils in school order; arrays of equal length unless said otherwise.

    ``skoler``: the schools in number order; school k's pupils are rows ``grenser[k]`` to
    ``grenser[k + 1]``, and the last ``reserve[k]`` of them come in a later round only.
    ``programomraade`` and ``slag`` are numbers; ``navn_rettet`` is the name as corrected later.
    """

    skoler: tuple[Skole, ...]
    grenser: Heltall
    reserve: Heltall
    programomraade: Heltall
    slag: Heltall
    fnr: pa.Array
    navn: pa.Array
    navn_rettet: pa.Array


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
    rng = np.random.default_rng([seed, startaar])
    slagnr = np.concatenate(
        [
            _kinds(school_rng(seed, s.skolenr, "slag"), s, programomraade[a:b], grunnlag)
            for s, a, b in zip(skoler, grenser, grenser[1:], strict=False)
        ]
    )
    aar = _birth_years(grunnlag, startaar, programomraade, slagnr, rng)
    fnr, navn, rettet = _persons(aar, rng)
    return Plan(skoler, grenser, reserve, programomraade, slagnr, fnr, navn, rettet)


def _pupils(seed: int, skole: Skole, fordeling: dict[int, int], reserve: int) -> Heltall:
    """Return the programområde of each pupil; the reserve last."""
    nummer = np.array(sorted(fordeling), np.int64)
    antall = np.array([fordeling[int(n)] for n in nummer], np.int64)
    rng = school_rng(seed, skole.skolenr, "reserve")
    return np.concatenate([np.repeat(nummer, antall), rng.choice(nummer, reserve)])


def _kinds(
    rng: np.random.Generator, skole: Skole, programomraade: Heltall, grunnlag: Grunnlag
) -> Heltall:
    """Draw what kind each pupil of a school is."""
    for nr, s in enumerate(slag()):
        if s.enhet == skole.type:
            return np.full(len(programomraade), nr)
    alle = grunnlag.programomraader
    tall = rng.random(len(programomraade))
    ut = np.zeros(len(programomraade), np.int64)
    grense = np.zeros(len(programomraade))
    for nr, s in enumerate(slag()):
        kan = np.array([_may(s, skole, p.programtype, p.trinn) for p in alle])[programomraade]
        neste = grense + s.andel * kan
        ut[(tall >= grense) & (tall < neste)] = nr
        grense = neste
    return ut


def _may(s: Slag, skole: Skole, programtype: str, trinn: int) -> bool:
    return (
        (not s.eier or skole.eier in s.eier)
        and (not s.program or programtype in s.program)
        and (not s.trinn or trinn in s.trinn)
    )


def _birth_years(
    grunnlag: Grunnlag,
    startaar: int,
    programomraade: Heltall,
    slagnr: Heltall,
    rng: np.random.Generator,
) -> Heltall:
    alder = forutsetninger().alder
    trinn = np.array([p.trinn for p in grunnlag.programomraader])[programomraade]
    eldre = rng.choice(len(alder.eldre), len(trinn), p=np.asarray(alder.eldre))
    voksne = np.isin(slagnr, [slag_nr()["voksen"], slag_nr()["privatist"]])
    yngst, eldst = alder.voksen
    return np.where(
        voksne, startaar + 1 - rng.integers(yngst, eldst, len(trinn)), startaar - 15 - trinn - eldre
    )


def _persons(aar: Heltall, rng: np.random.Generator) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Return numbers and names of as many persons as ``aar``, no two alike."""
    fnr, dag, individ = (np.zeros(len(aar), np.int64) for _ in range(3))
    for a in np.unique(aar).tolist():
        hvem = np.flatnonzero(aar == a)
        start = int(rng.integers(1_000_000))
        fnr[hvem], dag[hvem], individ[hvem] = personnummer.draw(a, start, np.arange(len(hvem)))
    tekst = pa.array(np.char.zfill(fnr.astype("U11"), 11))
    return tekst, *names(dag, individ)
