"""Who sits where in a skoleår: each row of the plan gets a person, and what the year brings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.catalogue import WAADE, Grunnlag, Skole
from vigo_pipeline.syntetisk.forutsetning import forutsetninger
from vigo_pipeline.syntetisk.kull import TRINN, Kull, Plasser, cohort, present, seats
from vigo_pipeline.syntetisk.lodd import Heltall
from vigo_pipeline.syntetisk.tilbud import STANDARD

Hvilke = npt.NDArray[np.bool_]
INGEN = -1
# Persons are laid out by the hundred, so that shares of a whole percent come out exactly.
HUNDRE, SPREDNING = 100, 37
VG1_ALDER = 16


@dataclass(frozen=True)
class Personer:
    """One element per row of the plan.

    ``fnr``, ``dag``, ``individ``: the number and its parts. ``slutter``: leaves during the year.
    ``stryker``: fails an exam this year, to have it again; ``igjen``: has last year's again.
    ``til``: the place in ``skoler`` of the school that the person changes to, INGEN for most;
    ``til_programomraade``: the programområde there.
    """

    fnr: Heltall
    dag: Heltall
    individ: Heltall
    slutter: Hvilke
    stryker: Hvilke
    igjen: Hvilke
    til: Heltall
    til_programomraade: Heltall


@dataclass
class Sete:
    """A row's seat. ``kull``: the year the person began, INGEN for who comes from nowhere.

    ``til``: the seat that the person changes to during the year, INGEN for most.
    """

    kull: Heltall
    plass: Heltall
    slutter: Hvilke
    stryker: Hvilke
    igjen: Hvilke
    til: Heltall

    @classmethod
    def of(cls, antall: int) -> "Sete":
        """Return rows without a seat."""
        ingen, nei = np.full(antall, INGEN), np.zeros(antall, bool)
        plass = np.zeros(antall, np.int64)
        return cls(ingen, plass, nei, nei.copy(), nei.copy(), ingen.copy())


def place_persons(
    grunnlag: Grunnlag,
    startaar: int,
    seed: int,
    andel: float,
    skoler: Sequence[Skole],
    skole: Heltall,
    programomraade: Heltall,
    voksne: Hvilke,
) -> Personer:
    """Return the persons of the rows: pupils from their cohorts, and the adults of the year.

    Args:
        grunnlag: of the skoleår.
        startaar: the skoleår's first year.
        seed: whose cohorts.
        andel: share of the nation.
        skoler: the plan's schools.
        skole: each row's place in ``skoler``.
        programomraade: each row's.
        voksne: the rows that are no cohort's.
    """
    plasser = seats(seed, andel)
    trinn = np.array([p.trinn for p in grunnlag.programomraader])[programomraade]
    stroem = _streams(grunnlag, plasser, skoler, skole, programomraade)
    sete = Sete.of(len(skole))
    kull = {aar: cohort(plasser, seed, aar) for aar in range(startaar - 3, startaar + 1)}
    for t in TRINN:
        rader = np.flatnonzero((trinn == t) & (stroem != INGEN) & ~voksne)
        _seat(sete, rader, stroem[rader], plasser, kull, startaar, t)
    rng = np.random.default_rng([seed, startaar])
    aar, nummer = _numbers(sete, plasser.antall)
    nye = sete.kull == INGEN
    aar = np.where(nye, _birth_years(startaar, trinn, voksne, rng), aar)
    fnr, dag, individ = (np.zeros(len(aar), np.int64) for _ in range(3))
    for a in np.unique(aar).tolist():
        hvem = np.flatnonzero(aar == a)
        fra = -(-plasser.antall // HUNDRE) * HUNDRE
        # Beside the cohorts' seats, so that nobody who comes from nowhere is somebody's later self.
        nr = np.where(nye[hvem], fra + np.cumsum(nye[hvem]) - 1, nummer[hvem])
        start = personnummer.start_of(seed, a)
        fnr[hvem], dag[hvem], individ[hvem] = personnummer.draw(a, start, nr)
    til = _changes(grunnlag, plasser, skoler, skole, sete.til)
    return Personer(fnr, dag, individ, sete.slutter, sete.stryker, sete.igjen, *til)


def _streams(
    grunnlag: Grunnlag,
    plasser: Plasser,
    skoler: Sequence[Skole],
    skole: Heltall,
    programomraade: Heltall,
) -> Heltall:
    """Return the number of each row's school and utdanningsprogram among the seats."""
    alle = sorted({p.program for p in grunnlag.programomraader})
    program = np.array([alle.index(p.program) for p in grunnlag.programomraader])
    tabell = np.array(
        [[plasser.nummer.get((s.skolenr, p), INGEN) for p in alle] for s in skoler], np.int64
    )
    ut: Heltall = tabell[skole, program[programomraade]]
    return ut


def _seat(
    sete: Sete,
    rader: Heltall,
    stroem: Heltall,
    plasser: Plasser,
    kull: dict[int, Kull],
    startaar: int,
    trinn: int,
) -> None:
    """Give these rows of one trinn the seats in use, in order; who finds none is new."""
    deler = list(_candidates(kull, startaar, trinn))
    plass = np.concatenate([p for _, p in deler])
    hvilket = np.repeat([k for k, _ in deler], [len(p) for _, p in deler])
    rekke = np.lexsort((hvilket, plass))
    plass, hvilket = plass[rekke], hvilket[rekke]
    foerste = np.searchsorted(plass, plasser.foerste)
    orden = np.argsort(stroem, kind="stable")
    sortert = stroem[orden]
    plassering = np.arange(len(orden)) - np.searchsorted(sortert, sortert)
    valgt = foerste[sortert] + plassering
    faar = valgt < foerste[sortert + 1]
    rad, valgt = rader[orden][faar], valgt[faar]
    for aar, k in kull.items():
        mine = hvilket[valgt] == aar
        r, p = rad[mine], plass[valgt[mine]]
        sete.kull[r] = aar
        sete.plass[r] = k.hvem[p] if trinn > 1 else p
        i_rute = aar == startaar - trinn + 1
        siste_gang = (k.om[p] != trinn) | (not i_rute)
        sete.slutter[r] = k.slutter[p] & (k.ut[p] == trinn) & siste_gang
        sete.stryker[r] = k.igjen[p] & i_rute & (trinn == 1)
        sete.igjen[r] = k.igjen[p] & i_rute & (trinn == 2)
        sete.til[r] = np.where(k.bytter[p] & i_rute & (trinn == 1), k.hvor[p], INGEN)


def _candidates(kull: dict[int, Kull], startaar: int, trinn: int) -> Iterator[tuple[int, Heltall]]:
    for andre_gang in (False, True):
        aar = startaar - trinn + 1 - andre_gang
        yield aar, np.flatnonzero(present(kull[aar], trinn, andre_gang=andre_gang))


def _changes(
    grunnlag: Grunnlag, plasser: Plasser, skoler: Sequence[Skole], skole: Heltall, til: Heltall
) -> tuple[Heltall, Heltall]:
    """Return the school and Vg1 of each seat to change to: another that the same fylke runs."""
    plass = {s.skolenr: nr for nr, s in enumerate(skoler)}
    vg1 = {
        p.program: nr
        for nr, p in enumerate(grunnlag.programomraader)
        if p.trinn == 1 and p.kategori == STANDARD
    }
    stroem = np.searchsorted(plasser.foerste, til, side="right") - 1
    hvor, hva = (
        np.array(liste, np.int64)[stroem]
        for liste in (
            [plass.get(skolenr, INGEN) for skolenr, _ in plasser.nummer],
            [vg1.get(program, INGEN) for _, program in plasser.nummer],
        )
    )
    fylkets = np.array([s.avgiver if s.avgiver != WAADE else "" for s in skoler])
    kan = (til != INGEN) & (hvor != INGEN) & (hva != INGEN) & (hvor != skole)
    kan &= (fylkets[hvor] == fylkets[skole]) & (fylkets[skole] != "")
    return np.where(kan, hvor, INGEN), hva


def _numbers(sete: Sete, antall: int) -> tuple[Heltall, Heltall]:
    """Return the birth year of each seat, and a number that nobody else has in that year."""
    prosent = np.round(np.array(forutsetninger().alder.eldre) * HUNDRE).astype(np.int64)
    grense = np.concatenate([[0], np.cumsum(prosent)])
    i_hundre = sete.plass % HUNDRE * SPREDNING % HUNDRE
    eldre = np.searchsorted(grense, i_hundre, side="right") - 1
    hundre = -(-antall // HUNDRE)
    nummer = (
        hundre * grense[eldre] + sete.plass // HUNDRE * prosent[eldre] + i_hundre - grense[eldre]
    )
    return sete.kull - VG1_ALDER - eldre, nummer


def _birth_years(
    startaar: int, trinn: Heltall, voksne: Hvilke, rng: np.random.Generator
) -> Heltall:
    """Return the birth years of those without a seat: adults, and pupils from elsewhere."""
    alder = forutsetninger().alder
    eldre = rng.choice(len(alder.eldre), len(trinn), p=np.asarray(alder.eldre))
    yngst, eldst = alder.voksen
    som_voksen = startaar + 1 - rng.integers(yngst, eldst, len(trinn))
    ut: Heltall = np.where(voksne, som_voksen, startaar + 1 - VG1_ALDER - trinn - eldre)
    return ut
