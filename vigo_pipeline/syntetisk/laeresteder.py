"""Lærebedrifter and opplæringskontor: numbers that nobody owns, and who has an agreement with whom.

Organisasjonsnummer in Enhetsregisteret begin with 8 or 9; these begin with 2 or 3.
"""

from functools import cache

import numpy as np

from vigo_pipeline.syntetisk.catalogue import WAADE, Grunnlag
from vigo_pipeline.syntetisk.laereforutsetning import laereplan
from vigo_pipeline.syntetisk.laereloep import Loep
from vigo_pipeline.syntetisk.laerlinger import PAA_JOBB, UNG, Tekst, alle_fagkoder
from vigo_pipeline.syntetisk.lodd import Heltall

VEKTER = np.array([3, 2, 7, 6, 5, 4, 3, 2])
FLEST, KONTORSERIE = 999, 90
INGEN = -1


def organisation_numbers(grunntall: Heltall) -> Heltall:
    """Return valid numbers of seven digits each, with a first digit before and a check digit.

    >>> organisation_numbers(np.array([1, 6])).tolist()
    [300000010, 300000061]
    """
    sifre = grunntall[:, None] // 10 ** np.arange(6, -1, -1) % 10
    rest = sifre @ VEKTER[1:]
    foerste = np.where((rest + 3 * VEKTER[0]) % 11 == 1, 2, 3)
    kontroll = -(rest + foerste * VEKTER[0]) % 11
    ut: Heltall = (foerste * 10_000_000 + grunntall) * 10 + kontroll
    return ut


@cache
def programmes() -> tuple[str, ...]:
    """Return the utdanningsprogram that have lærefag."""
    return tuple(sorted({k[:2] for k in alle_fagkoder()}))


def programme_of(fag: Heltall) -> Heltall:
    """Return the number of each fag's utdanningsprogram."""
    ut: Heltall = np.array([programmes().index(k[:2]) for k in alle_fagkoder()])[fag]
    return ut


def fylke_of(loep: Loep, grunnlag: Grunnlag, andel: float) -> Tekst:
    """Return the fylke that registers each, as the fylker are in the skoleår.

    Where the school they left lies. The adults are spread by lot, in a tiny nation some by turns.
    """
    p = loep.personer
    avgivere = {s.avgiver for s in grunnlag.skoler} - {WAADE}
    skoler = {s.skolenr: s.fylkesnr for s in grunnlag.skoler if s.fylkesnr in avgivere}
    alle = np.array(sorted(avgivere))
    ved_lodd = alle[(p.lot("fylke") * len(alle)).astype(np.int64)]
    if andel < laereplan().voksne.liten_nasjon:
        paa_jobb = p.slag == PAA_JOBB
        ved_lodd[paa_jobb] = alle[np.arange(np.count_nonzero(paa_jobb)) % len(alle)]
    skolens = np.array([skoler.get(s, "") for s in p.skolenr])
    return np.where((p.slag == UNG) & (skolens != ""), skolens, ved_lodd)


def companies_of(loep: Loep, fylke: Tekst) -> Heltall:
    """Return each contract's place among the bedrifter of its fylke and utdanningsprogram."""
    p = loep.personer
    program = programme_of(p.fag)
    gruppe = np.char.add(fylke, program.astype("U2"))
    med = loep.har_kontrakt
    _, nr, antall = np.unique(gruppe[med], return_inverse=True, return_counts=True)
    bedrifter = np.clip(np.ceil(antall * laereplan().bedrifter.per_kontrakt), 1, FLEST)
    ut = np.zeros(len(p), np.int64)
    ut[med] = (p.lot("bedrift")[med] * bedrifter[nr]).astype(np.int64)
    return ut


def company_numbers(fylke: Tekst, program: Heltall, plass: Heltall) -> Heltall:
    """Return the organisasjonsnummer of bedrifter."""
    return organisation_numbers(fylke.astype(np.int64) * 100_000 + program * 1000 + plass)


def offices_of(plass: Heltall) -> Heltall:
    """Return which of the offices of its fylke and program a bedrift is with, INGEN for some."""
    b = laereplan().bedrifter
    return np.where(plass % 10 < b.medlem, plass % b.kontor, INGEN)


def office_numbers(fylke: Tekst, program: Heltall, kontor: Heltall) -> Heltall:
    """Return the organisasjonsnummer of offices."""
    serie = (KONTORSERIE + kontor % 10) * 100_000
    return organisation_numbers(serie + fylke.astype(np.int64) * 1000 + program * 10)
