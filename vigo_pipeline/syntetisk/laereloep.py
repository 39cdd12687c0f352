"""The course of each contract: when it begins, is approved, paused, prolonged, and how it ends."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from vigo_pipeline.syntetisk.laereforutsetning import laereplan
from vigo_pipeline.syntetisk.laerlinger import (
    MODUL,
    PRAKSIS,
    REKVALIFISERING,
    UNG,
    Personer,
    beginners,
    join,
    young,
)
from vigo_pipeline.syntetisk.lodd import Heltall

ALDRI = 1_000_000
# The least number of days between a contract that is broken off and a new one.
LEDIG = 15
Hvilke = np.ndarray


@dataclass(frozen=True)
class Loep:
    """The course of those who begin in a year. Days since 1970, ALDRI for what does not happen.

    ``nr``: the contract's number, from 1. ``til``: the end as first agreed. ``proeve``, ``ny``:
    the first and second prøve; ``bestaatt``, ``ny_bestaatt``: their results. ``mer``, ``annet``:
    the day an extension is known, for mer opplæring or for another reason. ``slutt``: ended.
    """

    personer: Personer
    nr: Heltall
    formidlet: Heltall
    godkjent: Heltall
    fra: Heltall
    til: Heltall
    maaneder: Heltall
    pause: Heltall
    pause_slutt: Heltall
    mer: Heltall
    annet: Heltall
    proeve: Heltall
    bestaatt: Hvilke
    ny: Heltall
    ny_bestaatt: Hvilke
    hevet: Heltall
    slutt: Heltall

    @property
    def har_kontrakt(self) -> Hvilke:
        """Say who has a contract: not those who only seek one, and no praksiskandidat."""
        ut: Hvilke = ~self.personer.soeker_bare & (self.personer.slag != PRAKSIS)
        return ut


def add_months(dager: Heltall, maaneder: Heltall | int) -> Heltall:
    """Return the same day of the month so many months later; the last one when there is none."""
    dato = dager.astype("datetime64[D]")
    maaned = dato.astype("datetime64[M]")
    i_maaneden = dato - maaned.astype("datetime64[D]")
    ny = maaned + np.asarray(maaneder).astype("timedelta64[M]")
    siste = (ny + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    ut: Heltall = np.minimum(ny.astype("datetime64[D]") + i_maaneden, siste).astype(np.int64)
    return ut


@cache
def courses(aar: int, seed: int, andel: float) -> Loep:
    """Return the course of everybody who begins in ``aar``."""
    p, plan = join(_again(aar, seed, andel), beginners(aar, seed, andel)), laereplan()
    ung = p.slag == UNG
    fra = _start(p)
    # Whoever begins again is not formidlet before the first contract is broken off.
    formidlet = fra - np.where(
        p.paa_nytt, p.day("formidlet", (1, LEDIG - 1)), p.day("formidlet", (5, 40))
    )
    godkjent = formidlet + p.day("godkjent", plan.start.godkjent)
    maaneder = np.where(ung, plan.laeretid.maaneder, plan.voksne.maaneder)
    til = add_months(fra, maaneder) - 1
    pauses, forlenges = _paused(p), _prolonged(p)
    pause = np.where(pauses, fra + 120, ALDRI)
    pause_slutt = np.where(pauses, pause + p.day("pause til", (40, 120)), ALDRI)
    til = np.where(pauses, til + pause_slutt - pause, til)
    annet = np.where(forlenges, til - 100, ALDRI)
    siste = np.where(forlenges, add_months(til, plan.laeretid.annet_tillegg), til)
    hevet = _broken_off(p, fra)
    praksis = p.slag == PRAKSIS
    proeve = np.where(praksis, fra, siste - p.day("proeve", plan.laeretid.proeve))
    proeve = np.where((hevet < ALDRI) | p.soeker_bare, ALDRI, proeve)
    grense = np.where(ung, plan.slutt.bestaar, plan.voksne.bestaar)
    bestaatt = p.lot("bestaatt") < grense
    stryker = (proeve < ALDRI) & ~bestaatt
    faar_mer = stryker & ~praksis & ~forlenges & (p.lot("mer") < plan.slutt.mer_opplaering)
    mer = np.where(faar_mer, proeve + 20, ALDRI)
    # A praksiskandidat may try again after six months (opplæringsforskrifta § 9-66).
    ny = np.where(faar_mer, siste + p.day("ny", (60, 150)), ALDRI)
    ny = np.where(stryker & praksis, proeve + p.day("ny", (190, 260)), ny)
    ny_bestaatt = p.lot("ny bestaatt") < grense
    slutt = np.where(bestaatt & (proeve < ALDRI), proeve, np.maximum(siste + 1, proeve + 1))
    slutt = np.where(faar_mer, np.maximum(ny, add_months(siste, plan.laeretid.tillegg)), slutt)
    slutt = np.where(faar_mer & ny_bestaatt, ny, slutt)
    slutt = np.minimum(slutt, hevet)
    nr = np.cumsum(~p.soeker_bare & ~praksis)
    return Loep(
        *(p, nr, formidlet, godkjent, fra, til, maaneder, pause, pause_slutt, mer, annet),
        *(proeve, bestaatt, ny, ny_bestaatt, hevet, slutt),
    )


def contract_type(loep: Loep) -> np.ndarray:
    """Return L, O for a lærekandidat, or F for fagbrev på jobb."""
    p = loep.personer
    ung = np.where(p.lot("type") < laereplan().start.laerekandidat, "O", "L")
    voksen = np.where((p.slag == MODUL) | (p.slag == REKVALIFISERING), "L", "F")
    return np.where(p.slag == UNG, ung, voksen)


def _again(aar: int, seed: int, andel: float) -> Personer:
    """Return those whose contract was broken off, and who begin on a new one.

    Most do the year after; some are outside for a whole skoleår first.
    """
    i_fjor, foer_det = young(aar - 1, seed, andel), young(aar - 2, seed, andel)
    plan = laereplan().slutt
    straks = _begins_again(i_fjor, aar, plan.paa_nytt)
    sent = _begins_again(foer_det, aar, plan.paa_nytt_sent)
    sent &= ~_begins_again(foer_det, aar - 1, plan.paa_nytt)
    return join(_anew(i_fjor, aar).of(straks), _anew(foer_det, aar).of(sent))


def _anew(foer: Personer, aar: int) -> Personer:
    return replace(foer, aar=aar, paa_nytt=np.ones(len(foer), bool))


def _begins_again(foer: Personer, aar: int, andel: float) -> Hvilke:
    """Say who of these begin on a new contract in ``aar``."""
    naa = _anew(foer, aar)
    # Some days between, and a new approval.
    ledig = _broken_off(foer, _start(foer)) + LEDIG < _start(naa)
    ut: Hvilke = ledig & ~foer.soeker_bare & (naa.lot("paa nytt") < andel)
    return ut


def _start(p: Personer) -> Heltall:
    plan = laereplan()
    august = int(np.datetime64(f"{p.aar}-08-01").astype(np.int64))
    ung = np.where(
        p.paa_nytt, p.day("paa nytt fra", plan.slutt.paa_nytt_dager), _early(p, plan.start.dager)
    )
    ut: Heltall = august + np.where(p.slag == UNG, ung, p.day("start", (0, 330)))
    return ut


def _paused(p: Personer) -> Hvilke:
    ut: Hvilke = p.lot("pause") < laereplan().start.avbrudd
    return ut


def _prolonged(p: Personer) -> Hvilke:
    ut: Hvilke = ~_paused(p) & (p.lot("forlenget") < laereplan().start.forlenget)
    return ut


def _broken_off(p: Personer, fra: Heltall) -> Heltall:
    plan = laereplan().slutt
    andel = np.where(p.paa_nytt, plan.heves_igjen, plan.heves)
    heves = ~_paused(p) & ~_prolonged(p) & (p.lot("heves") < andel)
    etter = np.where(p.paa_nytt, p.day("hevet", plan.etter_igjen), p.day("hevet", plan.etter))
    ut: Heltall = np.where(heves, fra + etter, ALDRI)
    return ut


def _early(p: Personer, rom: tuple[int, int]) -> Heltall:
    """Return a number of days for each, most of them few: half begin in August."""
    return rom[0] + (p.lot("start") ** 2 * (rom[1] - rom[0] + 1)).astype(np.int64)
