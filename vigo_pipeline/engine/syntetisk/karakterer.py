"""The grades of a school's year: halvårsvurdering, standpunkt and exam, by the pupil's ability."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from vigo_pipeline.engine.syntetisk.aarsforutsetning import aarsplan, karakterplan
from vigo_pipeline.engine.syntetisk.grunnlag import Grunnlag
from vigo_pipeline.engine.syntetisk.rader import Elevkurs, Fagrader, Tekst
from vigo_pipeline.engine.syntetisk.skoleaaret import Aaret, Aarsskole
from vigo_pipeline.engine.syntetisk.tilbud import school_rng

SKALA = np.array(["IV", "1", "2", "3", "4", "5", "6"])
HEVET = np.array(["IV", "2", "3", "4", "5", "6", "6"])
# Fagstatuser that are assessed with a grade; A has none (regbok A03).
MED_KARAKTER = ("E", "N", "V", "U", "O", "M", "B")
UTEN = "FBJ9000"
Hvilke = npt.NDArray[np.bool_]
Desimaltall = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Karakterer:
    """One element per fag row of the year. ``klage_*``: the grade is raised after klage."""

    termin1: Tekst
    standpunkt: Tekst
    eksamen: Tekst
    form: Tekst
    klage_standpunkt: Hvilke
    klage_eksamen: Hvilke

    def final(self) -> "Karakterer":
        """Return the grades as they are after klage."""
        return Karakterer(
            self.termin1,
            np.where(self.klage_standpunkt, _raise(self.standpunkt), self.standpunkt),
            np.where(self.klage_eksamen, _raise(self.eksamen), self.eksamen),
            self.form,
            self.klage_standpunkt,
            self.klage_eksamen,
        )


def grade(aaret: Aaret, k: int, skole: Aarsskole) -> Karakterer:
    """Return the grades of school ``k``'s fag, as they are before klage."""
    v, kurs, fag = aaret.v, skole.kurs, skole.fag
    plan = karakterplan()
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "karakterer")
    evne = rng.standard_normal(len(kurs))[fag.elevkurs]
    kan = np.array([kode != UTEN for kode in v.katalog.koder])[fag.fag]
    vurdert = np.isin(fag.status, MED_KARAKTER) & kan
    tilrettelagt = (fag.status == "A") & kan
    faste = plan.fordeling
    standpunkt = np.where(vurdert, _draw(rng, evne, faste.standpunkt), "")
    standpunkt = np.where(tilrettelagt, individual(v.grunnlag), standpunkt)
    termin1 = _first_term(aaret, fag, _draw(rng, evne, faste.termin1))
    termin1 = np.where(tilrettelagt, individual(v.grunnlag), np.where(kan, termin1, ""))
    form = aaret.former[fag.fag]
    bestaatt = np.isin(standpunkt, SKALA[2:])
    # Without a passed standpunkt there is nothing to be drawn for.
    oppe = bestaatt & (form != "") & (rng.random(len(fag)) < _share(aaret, kurs, fag))
    eksamen = np.where(oppe, _draw(rng, evne, faste.eksamen), "")
    eksamen = np.where(oppe & (rng.random(len(fag)) < plan.eksamen.ikke_moett), "IM", eksamen)
    lodd = rng.random(len(fag))
    kan_heves = np.isin(eksamen, SKALA[1:6]) & (form == "S")
    return Karakterer(
        termin1,
        standpunkt,
        eksamen,
        np.where(oppe, form, ""),
        np.isin(standpunkt, SKALA[1:6]) & ~oppe & (lodd < plan.eksamen.klage_standpunkt),
        kan_heves & (lodd < plan.eksamen.klage_eksamen),
    )


def individual(grunnlag: Grunnlag) -> str:
    """Return the grade of a fag with an individual plan: VO from 2023, before that IV (B26)."""
    return "VO" if any(r["kode"] == "VO" for r in grunnlag.lister["karakterer"]) else "IV"


def privatist_exams(aaret: Aaret, k: int, kurs: Elevkurs, fag: Fagrader) -> tuple[Tekst, Tekst]:
    """Return the exam grade and form of a privatist unit's fag: every one has both."""
    v, plan = aaret.v, karakterplan()
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "karakterer")
    evne = rng.standard_normal(len(kurs))[fag.elevkurs]
    karakter = _draw(rng, evne, plan.fordeling.eksamen)
    borte = rng.random(len(fag)) < plan.eksamen.privatist_ikke_moett
    form = aaret.former[fag.fag]
    return np.where(borte, "IM", karakter), np.where(form == "", "MP", form)


def _draw(rng: np.random.Generator, evne: Desimaltall, andeler: tuple[float, ...]) -> Tekst:
    """Return a grade for each fag: the pupil's part and the fag's own."""
    rho = karakterplan().fordeling.samvariasjon
    tall = rho**0.5 * evne + (1 - rho) ** 0.5 * rng.standard_normal(len(evne))
    ut: Tekst = SKALA[np.searchsorted(_limits(andeler), tall)]
    return ut


def _limits(andeler: tuple[float, ...]) -> Desimaltall:
    """Return where one grade ends and the next begins on a normal distribution."""
    under = np.cumsum(andeler)[:-1] / sum(andeler)
    return np.array([NormalDist().inv_cdf(p) if p > 0 else -np.inf for p in under])


def _first_term(aaret: Aaret, fag: Fagrader, karakter: Tekst) -> Tekst:
    """Return termin 1: none for fag that ended before or began after it, IV for late ones."""
    h = aarsplan().hendelser
    slutt, sent, etter = (
        aaret.day(d) for d in (h.termin1_slutt, h.termin1_sen_start, h.termin1_ikke_gitt)
    )
    gaar = np.isin(fag.status, (*MED_KARAKTER, "S"))
    gaar &= ((fag.slutt == 0) | (fag.slutt > slutt)) & (fag.start <= etter)
    ut: Tekst = np.where(gaar, np.where(fag.start >= sent, "IV", karakter), "")
    return ut


def _share(aaret: Aaret, kurs: Elevkurs, fag: Fagrader) -> Desimaltall:
    trinn = np.array([p.trinn for p in aaret.v.grunnlag.programomraader])
    andel: Desimaltall = np.array(karakterplan().eksamen.andel)[trinn[kurs.programomraade]]
    return andel[fag.elevkurs]


def _raise(karakter: Tekst) -> Tekst:
    plass = np.searchsorted(SKALA[1:], karakter).clip(0, 5) + 1
    ut: Tekst = HEVET[plass]
    return ut
