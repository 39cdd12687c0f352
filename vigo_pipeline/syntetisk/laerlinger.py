"""Who goes from school to læreplass: those who left after Vg2, and adults that no school knows.

A cohort is those who begin in one year. What becomes of somebody hangs on lots of the person, so
every round and every skoleår made from one seed tells of the same course.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow.compute as pc

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.catalogue import Grunnlag
from vigo_pipeline.syntetisk.laereforutsetning import laereplan
from vigo_pipeline.syntetisk.lodd import Andeler, Heltall, share
from vigo_pipeline.syntetisk.plan import Plan, school_plan

VG2 = 2
# Cohorts whose pupils may still be at school a year or two later.
SENERE = 3
UNG, MODUL, REKVALIFISERING, PAA_JOBB, PRAKSIS = range(5)
FELT = ("fnr", "slag", "skolenr", "fag", "soeker_bare", "paa_nytt")
Tekst = np.ndarray


@dataclass(frozen=True)
class Personer:
    """Those who begin in a year, one element each; of the adults also those who only sit a prøve.

    ``skolenr``: the school they left, blank for adults. ``fag``: the place in ``alle_fagkoder``.
    ``soeker_bare``: seeks a læreplass and gets none. ``paa_nytt``: had a contract, broken off.
    """

    aar: int
    fnr: Heltall
    slag: Heltall
    skolenr: Tekst
    fag: Heltall
    soeker_bare: np.ndarray
    paa_nytt: np.ndarray

    def __len__(self) -> int:
        return len(self.fnr)

    def of(self, hvilke: np.ndarray) -> "Personer":
        """Return some of them."""
        return Personer(self.aar, *(getattr(self, n)[hvilke] for n in FELT))

    def lot(self, hva: str) -> Andeler:
        """Return a number from 0 up to 1 for each, the same whenever it is asked for."""
        return share(self.fnr, self.aar, hva)

    def day(self, hva: str, rom: tuple[int, int]) -> Heltall:
        """Return a number of days within the span for each."""
        return rom[0] + (self.lot(hva) * (rom[1] - rom[0] + 1)).astype(np.int64)


@cache
def fagkoder() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lærefag that are always valid, and the module codes of training in bedrift."""
    alle = kodeverk.load("programomraader")
    faste = alle.filter(
        pc.and_(
            pc.and_(pc.is_null(alle["gyldig_fra"]), pc.is_null(alle["gyldig_til"])),
            pc.equal(alle["sted"], "bedrift"),
        )
    )
    rader = sorted((r["kode"], r["kategori"]) for r in faste.to_pylist())
    return (
        tuple(k for k, kategori in rader if kategori == "----"),
        tuple(k for k, kategori in rader if kategori == "MF--"),
    )


def alle_fagkoder() -> tuple[str, ...]:
    """Return the code of each fag, in the order of ``Personer.fag``."""
    return tuple(k for liste in fagkoder() for k in liste)


@cache
def beginners(aar: int, seed: int, andel: float) -> Personer:
    """Return everybody who begins in ``aar``, the young first."""
    return join(young(aar, seed, andel), adults(aar, seed, andel))


@cache
def young(aar: int, seed: int, andel: float) -> Personer:
    """Return those who left school after Vg2 the summer before."""
    grunnlag, plan = school_plan(aar - 1, seed, andel)
    omraader = grunnlag.programomraader
    yrkesfag = np.array([p.trinn == VG2 and p.programtype == "yrkesfaglig" for p in omraader])
    fnr = _numbers(plan)
    senere = [_numbers(school_plan(aar + n, seed, andel)[1]) for n in range(SENERE)]
    valgt = np.flatnonzero(yrkesfag[plan.programomraade] & ~np.isin(fnr, np.concatenate(senere)))
    valgt = valgt[np.unique(fnr[valgt], return_index=True)[1]]
    fag = _choose_fag(grunnlag, plan.programomraade[valgt], fnr[valgt], aar)
    valgt, fag = valgt[fag >= 0], fag[fag >= 0]
    skole = np.searchsorted(plan.grenser, valgt, side="right") - 1
    return Personer(
        aar=aar,
        fnr=fnr[valgt],
        slag=np.full(len(valgt), UNG),
        skolenr=np.array([s.skolenr for s in plan.skoler])[skole],
        fag=fag,
        soeker_bare=share(fnr[valgt], aar, "kontrakt") >= laereplan().start.andel,
        paa_nytt=np.zeros(len(valgt), bool),
    )


def _numbers(plan: Plan) -> Heltall:
    ut: Heltall = plan.fnr.to_numpy(zero_copy_only=False).astype(np.int64)
    return ut


def _choose_fag(grunnlag: Grunnlag, omraade: Heltall, fnr: Heltall, aar: int) -> Heltall:
    """Return the fag that each goes on to: the Vg2's own, or one in the utdanningsprogram."""
    koder, _ = fagkoder()
    ut = np.full(len(omraade), -1)
    lodd = share(fnr, aar, "fag")
    for nr in np.unique(omraade).tolist():
        vg2 = grunnlag.programomraader[nr]
        egne = [n for n, k in enumerate(koder) if k[:5] == vg2.kode[:5]]
        kan = np.array(egne or [n for n, k in enumerate(koder) if k[:2] == vg2.program], np.int64)
        rader = np.flatnonzero(omraade == nr)
        if len(kan):
            ut[rader] = kan[(lodd[rader] * len(kan)).astype(np.int64)]
    return ut


def adults(aar: int, seed: int, andel: float) -> Personer:
    """Return the adults who begin in ``aar``, and those who only sit a prøve."""
    plan = laereplan().voksne
    antall = {
        MODUL: plan.modul,
        REKVALIFISERING: plan.rekvalifisering,
        PAA_JOBB: plan.paa_jobb,
        PRAKSIS: plan.praksiskandidater,
    }
    blir = {s: max(1, round(n * andel)) for s, n in antall.items()}
    if andel < plan.liten_nasjon:
        blir[PAA_JOBB] = plan.minst
    slag = np.repeat(list(blir), list(blir.values()))
    nummer = np.arange(len(slag))
    foerst, sist = plan.foedt
    foedt = foerst + nummer % (sist - foerst + 1)
    # A cohort of its own numbers, so that nobody begins in two years.
    hvert_aar = len(slag) // (sist - foerst + 1) + 1
    plass = plan.fra_nummer + (aar % 10) * hvert_aar + nummer // (sist - foerst + 1)
    fnr = np.zeros(len(slag), np.int64)
    for a in np.unique(foedt).tolist():
        hvem = np.flatnonzero(foedt == a)
        start = personnummer.start_of(seed, a)
        fnr[hvem] = personnummer.draw(a, start, plass[hvem])[0]
    koder, moduler = fagkoder()
    lodd = share(fnr, aar, "fag")
    modul = len(koder) + (lodd * len(moduler)).astype(np.int64)
    fag = np.where(slag == MODUL, modul, (lodd * len(koder)).astype(np.int64))
    ingen = np.zeros(len(slag), bool)
    return Personer(aar, fnr, slag, np.full(len(slag), "", "U5"), fag, ingen, ingen)


def join(a: Personer, b: Personer) -> Personer:
    """Return those of both, who begin in the same year."""
    return Personer(a.aar, *(np.concatenate([getattr(a, n), getattr(b, n)]) for n in FELT))
