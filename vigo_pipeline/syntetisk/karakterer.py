"""The grades of a school's year: halvårsvurdering, standpunkt and exam, by the pupil's ability."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan, karakterplan
from vigo_pipeline.syntetisk.catalogue import Grunnlag
from vigo_pipeline.syntetisk.eksamenigjen import MER_OPPLAERING, NY, SAERSKILT, UTSATT
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.lodd import normal
from vigo_pipeline.syntetisk.rader import Elevkurs, Fagrader, Tekst
from vigo_pipeline.syntetisk.skoleaaret import Aaret, Aarsskole
from vigo_pipeline.syntetisk.skolerader import Verksted
from vigo_pipeline.syntetisk.tilbud import school_rng

SKALA = np.array(["IV", "1", "2", "3", "4", "5", "6"])
HEVET = np.array(["IV", "2", "3", "4", "5", "6", "6"])
# Fagstatuser that are assessed with a grade; A has none (regbok A03).
MED_KARAKTER = ("E", "N", "V", "U", "O", "M", "B")
UTEN = "FBJ9000"
Hvilke = npt.NDArray[np.bool_]
Desimaltall = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Karakterer:
    """One element per fag row of the year. ``klage_*``: the grade is raised after klage.

    ``termin2``: halvårsvurdering 2, in fag that go on next year instead of standpunkt.
    ``igjen``: karakterstatus of last year's exam held again in the autumn, blank for others.
    """

    termin1: Tekst
    termin2: Tekst
    standpunkt: Tekst
    eksamen: Tekst
    form: Tekst
    igjen: Tekst
    klage_standpunkt: Hvilke
    klage_eksamen: Hvilke

    @property
    def ved_slutt(self) -> Tekst:
        """Return the year's assessment: standpunkt, or halvårsvurdering 2."""
        ut: Tekst = np.where(self.standpunkt == "", self.termin2, self.standpunkt)
        return ut

    def final(self) -> "Karakterer":
        """Return the grades as they are after klage."""
        return replace(
            self,
            standpunkt=np.where(self.klage_standpunkt, _raise(self.standpunkt), self.standpunkt),
            eksamen=np.where(self.klage_eksamen, _raise(self.eksamen), self.eksamen),
        )


def grade(aaret: Aaret, k: int, skole: Aarsskole) -> Karakterer:
    """Return the grades of school ``k``'s fag, as they are before klage."""
    v, kurs, fag = aaret.v, skole.kurs, skole.fag
    plan = karakterplan()
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "karakterer")
    # A pupil is as able in one skoleår as in another.
    evne = normal(v.plan.lodd[kurs.person], "evne")[fag.elevkurs]
    kan = np.array([kode != UTEN for kode in v.katalog.koder])[fag.fag]
    igjen = _again(v, kurs, fag)
    vurdert = np.isin(fag.status, MED_KARAKTER) & kan & (igjen == "")
    tilrettelagt = (fag.status == "A") & kan
    faste = plan.fordeling
    standpunkt = np.where(vurdert, draw_grades(rng, evne, faste.standpunkt), "")
    standpunkt = np.where(tilrettelagt, individual(v.grunnlag), standpunkt)
    termin1 = _first_term(aaret, kurs, fag, draw_grades(rng, evne, faste.termin1))
    termin1 = np.where(tilrettelagt, individual(v.grunnlag), np.where(kan, termin1, ""))
    termin1 = np.where(igjen == "", termin1, "")
    over = v.eksamen.over_to_aar[kurs.programomraade[fag.elevkurs], fag.fag]
    form = v.eksamen.former[fag.fag]
    stryker = _failing(v, kurs, fag)
    standpunkt = np.where(stryker == SAERSKILT, "1", standpunkt)
    standpunkt = np.where(np.isin(stryker, [NY, UTSATT]), _passed(standpunkt), standpunkt)
    bestaatt = np.isin(standpunkt, SKALA[2:]) & ~over
    # Without a passed standpunkt there is nothing to be drawn for.
    oppe = bestaatt & (form != "") & (rng.random(len(fag)) < _share(aaret, kurs, fag))
    oppe |= np.isin(stryker, [NY, UTSATT]) | (igjen != "")
    eksamen = np.where(oppe, draw_grades(rng, evne, faste.eksamen), "")
    eksamen = np.where(oppe & (rng.random(len(fag)) < plan.eksamen.ikke_moett), "IM", eksamen)
    eksamen = np.select(
        [stryker == NY, stryker == UTSATT, igjen != ""], ["1", "IM", _passed(eksamen)], eksamen
    )
    lodd = rng.random(len(fag))
    fritt = (stryker == "") & (igjen == "")
    kan_heves = np.isin(eksamen, SKALA[1:6]) & (form == "S") & fritt
    return Karakterer(
        termin1=termin1,
        termin2=np.where(over, standpunkt, ""),
        standpunkt=np.where(over, "", standpunkt),
        eksamen=eksamen,
        form=np.where(oppe, form, ""),
        igjen=igjen,
        klage_standpunkt=np.isin(standpunkt, SKALA[1:6])
        & ~oppe
        & ~over
        & fritt
        & (lodd < plan.eksamen.klage_standpunkt),
        klage_eksamen=kan_heves & (lodd < plan.eksamen.klage_eksamen),
    )


def _again(v: Verksted, kurs: Elevkurs, fag: Fagrader) -> Tekst:
    """Return why a fag has last year's exam again, blank for most."""
    gjelder = (kurs.slag == slag_nr()["eksamen_igjen"])[fag.elevkurs]
    gjelder &= fag.status == MER_OPPLAERING
    hvorfor = v.eksamen.statuses(v.plan.lodd, kurs.person)[fag.elevkurs]
    ut: Tekst = np.where(gjelder, hvorfor, "")
    return ut


def _failing(v: Verksted, kurs: Elevkurs, fag: Fagrader) -> Tekst:
    """Return what the pupil will have the fag's exam again for next year, blank for most."""
    stryker = kurs.slag == slag_nr()["stryker"]
    ut = np.zeros(len(fag), "U1")
    if not stryker.any():
        return ut
    faller = v.eksamen.failed(v.plan.lodd, kurs)
    bredde = len(v.katalog.koder)
    par = (faller.elevkurs * bredde + faller.fag)[stryker[faller.elevkurs]]
    hvem = np.isin(fag.elevkurs * bredde + fag.fag, par)
    ut[hvem] = v.eksamen.statuses(v.plan.lodd, kurs.person[fag.elevkurs[hvem]])
    return ut


def _passed(karakter: Tekst) -> Tekst:
    """Return 2 for a grade that is not passed."""
    ut: Tekst = np.where(np.isin(karakter, SKALA[2:]), karakter, "2")
    return ut


def individual(grunnlag: Grunnlag) -> str:
    """Return the grade of a fag with an individual plan: VO from 2023, before that IV (B26)."""
    return "VO" if any(r["kode"] == "VO" for r in grunnlag.lister["karakterer"]) else "IV"


def draw_grades(rng: np.random.Generator, evne: Desimaltall, andeler: tuple[float, ...]) -> Tekst:
    """Return a grade for each fag: the pupil's part and the fag's own."""
    rho = karakterplan().fordeling.samvariasjon
    tall = rho**0.5 * evne + (1 - rho) ** 0.5 * rng.standard_normal(len(evne))
    ut: Tekst = SKALA[np.searchsorted(_limits(andeler), tall)]
    return ut


def _limits(andeler: tuple[float, ...]) -> Desimaltall:
    """Return where one grade ends and the next begins on a normal distribution."""
    under = np.cumsum(andeler)[:-1] / sum(andeler)
    return np.array([NormalDist().inv_cdf(p) if p > 0 else -np.inf for p in under])


def _first_term(aaret: Aaret, kurs: Elevkurs, fag: Fagrader, karakter: Tekst) -> Tekst:
    """Return termin 1: none for fag that ended before its end, or began late.

    Who comes from another school has had the fag there, and is late for nothing.
    """
    h = aarsplan().hendelser
    slutt, siste_start = (aaret.day(d) for d in (h.termin1_slutt, h.termin1_siste_start))
    bytter = (kurs.slag == slag_nr()["skolebytte"])[fag.elevkurs]
    gaar = np.isin(fag.status, (*MED_KARAKTER, "S"))
    gaar &= (fag.slutt == 0) | (fag.slutt > slutt)
    gaar &= fag.start <= np.where(bytter, slutt + 1, siste_start)
    ut: Tekst = np.where(gaar, karakter, "")
    return ut


def _share(aaret: Aaret, kurs: Elevkurs, fag: Fagrader) -> Desimaltall:
    trinn = np.array([p.trinn for p in aaret.v.grunnlag.programomraader])
    andel: Desimaltall = np.array(karakterplan().eksamen.andel)[trinn[kurs.programomraade]]
    return andel[fag.elevkurs]


def _raise(karakter: Tekst) -> Tekst:
    plass = np.searchsorted(SKALA[1:], karakter).clip(0, 5) + 1
    ut: Tekst = HEVET[plass]
    return ut
