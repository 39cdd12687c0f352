"""How each pupil ends the year: fullførtkode, document, absence, orden and oppførsel."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk.aarsforutsetning import karakterplan
from vigo_pipeline.syntetisk.catalogue import Grunnlag
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.karakterer import Karakterer
from vigo_pipeline.syntetisk.poster import Blokk
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagrader, Heltall, Tekst
from vigo_pipeline.syntetisk.skoleaaret import Aaret, Aarsskole
from vigo_pipeline.syntetisk.tilbud import school_rng

SKOLEAAR_DAGER = 310
# Programmes that end with a vitnemål for generell studiekompetanse on trinn 3.
MED_VITNEMAAL = ("studieforberedende", "paabygging")


def completion(kurs: Elevkurs, fag: Fagrader, karakterer: Karakterer) -> Tekst:
    """Return the fullførtkode of each elevkurs (regbok B21).

    S left, A individual plan, H still on or part time, M lacks a grade, I failed one, B the rest.
    """
    nr = slag_nr()
    karakter = karakterer.ved_slutt
    individuell = (fag.status == "A") & (karakter != "")
    mangler = (karakter == "IV") | (karakterer.eksamen == "IM")
    stroek = (karakter == "1") | (karakterer.eksamen == "1")
    har = {"A": individuell, "M": mangler & ~individuell, "I": stroek}
    er = {kode: _any(kurs, fag, hvilke) for kode, hvilke in har.items()}
    deltid = np.isin(kurs.slag, [nr["deltid"], nr["voksen"], nr["privatist"]])
    ut: Tekst = np.select(
        [kurs.slutt > 0, er["A"], deltid, er["M"], er["I"]], ["S", "A", "H", "M", "I"], "B"
    )
    return ut


def _any(kurs: Elevkurs, fag: Fagrader, hvilke: np.ndarray) -> np.ndarray:
    return np.bincount(fag.elevkurs[hvilke], minlength=len(kurs)) > 0


def documents(grunnlag: Grunnlag, kurs: Elevkurs, fullfoert: Tekst) -> Tekst:
    """Return the bevistype: vitnemål for who has passed all of an upper secondary, else KB."""
    gir = np.array(
        [p.trinn == 3 and p.programtype in MED_VITNEMAAL for p in grunnlag.programomraader]
    )
    ut: Tekst = np.where(gir[kurs.programomraade] & (fullfoert == "B"), "VM", "KB")
    return ut


@dataclass(frozen=True)
class Aarsslutt:
    """What does not hang on grades: one element per elevkurs of the year.

    ``timer`` and ``dager`` are the year's total; ``fratrekk`` are days that documents leave out.
    """

    dager: Heltall
    timer: Heltall
    fratrekk: Heltall
    orden: Tekst
    oppfoersel: Tekst
    lodd: np.ndarray

    def absence(self, kursnr: Heltall, andel: float) -> Blokk:
        """Return the columns of absence after a share of the year."""
        dager, timer = (
            np.floor(t[kursnr] * andel).astype(np.int64) for t in (self.dager, self.timer)
        )
        verdier = {
            "fravaer_dager": np.maximum(dager - self.fratrekk[kursnr], 0),
            "fravaer_timer": timer,
            "fravaer_dager_totalt": dager,
            "fravaer_timer_totalt": timer,
        }
        return {navn: pa.array(tall).cast(pa.string()) for navn, tall in verdier.items()}


def year_end(aaret: Aaret, k: int, skole: Aarsskole) -> Aarsslutt:
    """Return the absence and conduct of school ``k``'s pupils; adults have neither."""
    v, kurs = aaret.v, skole.kurs
    plan = karakterplan().fravaer
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "fravaer")
    barn = kurs.slag != slag_nr()["voksen"]
    slutt = np.where(kurs.slutt > 0, kurs.slutt, v.kalender.skolestart + SKOLEAAR_DAGER)
    andel = np.clip((slutt - kurs.start) / SKOLEAAR_DAGER, 0, 1) * barn

    def draw(snitt: float, mest: int) -> Heltall:
        tall = np.floor(rng.standard_exponential(len(kurs)) * snitt * andel)
        ut: Heltall = np.minimum(tall.astype(np.int64), mest)
        return ut

    dager, timer = draw(plan.dager, plan.mest_dager), draw(plan.timer, plan.mest_timer)
    har_fratrekk = rng.random(len(kurs)) < plan.fratrekk
    fratrekk = np.where(har_fratrekk, rng.integers(1, plan.mest_fratrekk + 1, len(kurs)), 0)
    return Aarsslutt(
        dager,
        timer,
        fratrekk,
        np.where(barn, _conduct(rng, len(kurs)), ""),
        np.where(barn, _conduct(rng, len(kurs)), ""),
        rng.random((2, len(kurs))),
    )


def _conduct(rng: np.random.Generator, antall: int) -> Tekst:
    plan = karakterplan().orden
    grenser = [plan.god, plan.god + plan.noksaa_god]
    ut: Tekst = np.array(["G", "NG", "LG"])[np.searchsorted(grenser, rng.random(antall))]
    return ut
