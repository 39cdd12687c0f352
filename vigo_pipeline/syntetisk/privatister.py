"""Privatisteksamen, autumn and spring: who sits which exam, and who has it again in the spring."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan, karakterplan
from vigo_pipeline.syntetisk.aarsposter import (
    FAM_DOKUMENTERT,
    FAM_IKKE_MOETT,
    HOEST,
    VAAR,
    base_posts,
    exam_block,
)
from vigo_pipeline.syntetisk.eksamenigjen import NY, UTSATT
from vigo_pipeline.syntetisk.karakterer import draw_grades
from vigo_pipeline.syntetisk.lodd import normal, share
from vigo_pipeline.syntetisk.poster import Innhold, pick
from vigo_pipeline.syntetisk.rader import Tekst
from vigo_pipeline.syntetisk.skoleaaret import Aaret, Aarsskole
from vigo_pipeline.syntetisk.tilbud import school_rng

RUNDE_HOEST = "hoest"


@dataclass(frozen=True)
class Privatisteksamen:
    """One element per fag row. ``foerst``: sits it in the autumn. ``form``: the exam's.

    ``karakter``: what came of it. ``igjen``: karakterstatus of who has it again in the spring,
    blank for most, and ``andre`` what came of that.
    """

    foerst: npt.NDArray[np.bool_]
    form: Tekst
    karakter: Tekst
    igjen: Tekst
    andre: Tekst


def privatist_posts(aaret: Aaret, k: int, runde: str, dag: int) -> Innhold | None:
    """Return unit ``k``'s privatister of a term with their exams; None when there are none."""
    aar = aaret.school(k)
    e = _exams(aaret, k, aar)
    i_runden = e.foerst if runde == RUNDE_HOEST else ~e.foerst | (e.igjen != "")
    hvilke = np.bincount(aar.fag.elevkurs[i_runden], minlength=len(aar.kurs)) > 0
    if not hvilke.any():
        return None
    u, poster = base_posts(aaret, k, aar, dag, hvilke)
    # A privatist takes single fag, so the programområde is not completed.
    poster.blokker["elevkurs"][0] |= {"fullfoertkode": "H", "bevistype": "KB"}
    nr = u.fagnr
    andre_gang = e.foerst[nr] & (runde != RUNDE_HOEST)
    karakter = np.where(andre_gang, e.andre[nr], e.karakter[nr])
    borte = np.where(e.igjen[nr] == UTSATT, FAM_DOKUMENTERT, FAM_IKKE_MOETT)
    fag = poster.blokker["elevkursfag"][0] | exam_block(karakter, e.form[nr])
    fag |= {
        "termin": HOEST if runde == RUNDE_HOEST else VAAR,
        "fagmerknad": pa.array(np.where(karakter == "IM", borte, "")),
        "karakterstatus": pa.array(np.where(andre_gang, e.igjen[nr], "")),
    }
    poster.blokker["elevkursfag"] = [pick(fag, np.flatnonzero(i_runden[nr]))]
    return poster


def _exams(aaret: Aaret, k: int, aar: Aarsskole) -> Privatisteksamen:
    """Return the exams of a privatist unit's fag: every one has a grade and a form."""
    v, plan, kurs, fag = aaret.v, karakterplan(), aar.kurs, aar.fag
    rng = school_rng(v.seed, v.plan.skoler[k].skolenr, "karakterer")
    evne = normal(v.plan.lodd[kurs.person], "evne")[fag.elevkurs]
    karakter = draw_grades(rng, evne, plan.fordeling.eksamen)
    borte = rng.random(len(fag)) < plan.eksamen.privatist_ikke_moett
    karakter = np.where(borte, "IM", karakter)
    foerst = share(v.plan.lodd[kurs.person], "hoest") < aarsplan().privatist.hoest
    foerst = foerst[fag.elevkurs]
    igjen = foerst & (rng.random(len(fag)) < aarsplan().privatist.igjen)
    form = v.eksamen.former[fag.fag]
    return Privatisteksamen(
        foerst=foerst,
        form=np.where(form == "", "MP", form),
        karakter=karakter,
        igjen=np.select([igjen & (karakter == "1"), igjen & borte], [NY, UTSATT], ""),
        andre=draw_grades(rng, evne, plan.fordeling.eksamen),
    )
