"""The course of each contract: when it begins, is approved, paused, prolonged, and how it ends."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from vigo_pipeline.engine.syntetisk.laereforutsetning import laereplan
from vigo_pipeline.engine.syntetisk.laerlinger import (
    MODUL,
    PRAKSIS,
    REKVALIFISERING,
    UNG,
    Personer,
    beginners,
)
from vigo_pipeline.engine.syntetisk.lodd import Heltall

ALDRI = 1_000_000
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
    p, plan = beginners(aar, seed, andel), laereplan()
    ung = p.slag == UNG
    august = int(np.datetime64(f"{aar}-08-01").astype(np.int64))
    fra = august + np.where(ung, _early(p, plan.start.dager), p.day("start", (0, 330)))
    formidlet = fra - p.day("formidlet", (5, 40))
    godkjent = formidlet + p.day("godkjent", plan.start.godkjent)
    maaneder = np.where(ung, plan.laeretid.maaneder, plan.voksne.maaneder)
    til = add_months(fra, maaneder) - 1
    pauses = p.lot("pause") < plan.start.avbrudd
    pause = np.where(pauses, fra + 120, ALDRI)
    pause_slutt = np.where(pauses, pause + p.day("pause til", (40, 120)), ALDRI)
    til = np.where(pauses, til + pause_slutt - pause, til)
    forlenges = ~pauses & (p.lot("forlenget") < plan.start.forlenget)
    annet = np.where(forlenges, til - 100, ALDRI)
    siste = np.where(forlenges, add_months(til, plan.laeretid.annet_tillegg), til)
    hevet = np.where(
        ~pauses & ~forlenges & (p.lot("heves") < plan.slutt.heves),
        fra + p.day("hevet", plan.slutt.etter),
        ALDRI,
    )
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


def _early(p: Personer, rom: tuple[int, int]) -> Heltall:
    """Return a number of days for each, most of them few: half begin in August."""
    return rom[0] + (p.lot("start") ** 2 * (rom[1] - rom[0] + 1)).astype(np.int64)
