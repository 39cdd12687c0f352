"""The year's end: juni and its corrections, and the private schools' early round in April."""

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk.aarsforutsetning import karakterplan
from vigo_pipeline.syntetisk.aarsposter import base_posts, grade_block
from vigo_pipeline.syntetisk.fullfoering import Aarsslutt, completion, documents, year_end
from vigo_pipeline.syntetisk.karakterer import Karakterer, grade
from vigo_pipeline.syntetisk.poster import Blokk, Innhold, pick
from vigo_pipeline.syntetisk.rader import Tekst
from vigo_pipeline.syntetisk.skoleaaret import ELEV, Aaret, Aarsskole
from vigo_pipeline.syntetisk.utsnitt import Utsnitt

NOEKKEL = ("fnr", "skoleaar", "skolenr", "programomraadekode")


def june_posts(aaret: Aaret, k: int, dag: int, *, endelig: bool) -> Innhold:
    """Return school ``k``'s pupils with all that the year came to.

    Endelig has the complaints decided.
    """
    aar, karakterer, slutt = _year(aaret, k)
    if endelig:
        karakterer = karakterer.final()
    u, poster = base_posts(aaret, k, aar, dag, aar.opphav == ELEV)
    kode = completion(aar.kurs, aar.fag, karakterer)[u.kursnr]
    bevis = documents(aaret.v.grunnlag, u.kurs, kode)
    elevkurs, fag = poster.blokker["elevkurs"][0], poster.blokker["elevkursfag"][0]
    elevkurs |= slutt.absence(u.kursnr, 1.0) | {
        "fullfoertkode": pa.array(kode),
        "bevistype": pa.array(bevis),
        "ordenskarakter": pa.array(slutt.orden[u.kursnr]),
        "oppfoerselskarakter": pa.array(slutt.oppfoersel[u.kursnr]),
    }
    fag |= grade_block(aaret, u, karakterer, med_eksamen=True, klage=endelig)
    poster.blokker["vitnemaalsmerknad"] += _remarks(aaret, u, elevkurs, bevis, slutt)
    return poster


def april_posts(aaret: Aaret, k: int, dag: int) -> Innhold:
    """Return a private school's pupils before the exams: few have a fullførtkode."""
    aar, karakterer, slutt = _year(aaret, k)
    u, poster = base_posts(aaret, k, aar, dag, aar.opphav == ELEV)
    kode = completion(aar.kurs, aar.fag, karakterer)[u.kursnr]
    oppe = np.bincount(aar.fag.elevkurs[karakterer.eksamen != ""], minlength=len(aar.kurs)) > 0
    klar = ~oppe[u.kursnr] & (slutt.lodd[0][u.kursnr] < karakterplan().fullfoering.tidlig)
    # Who leaves after April is a pupil still.
    kode = np.where(u.kurs.slutt > 0, "S", np.where(klar & (kode != "S"), kode, ""))
    bevis = np.where(kode == "", "", documents(aaret.v.grunnlag, u.kurs, kode))
    poster.blokker["elevkurs"][0] |= slutt.absence(u.kursnr, karakterplan().fravaer.foer_april) | {
        "fullfoertkode": pa.array(kode),
        "bevistype": pa.array(bevis),
    }
    poster.blokker["elevkursfag"][0] |= grade_block(
        aaret, u, karakterer, med_eksamen=False, klage=False
    )
    return poster


def _year(aaret: Aaret, k: int) -> tuple[Aarsskole, Karakterer, Aarsslutt]:
    aar = aaret.school(k)
    return aar, grade(aaret, k, aar), year_end(aaret, k, aar)


def _remarks(
    aaret: Aaret, u: Utsnitt, elevkurs: Blokk, bevis: Tekst, slutt: Aarsslutt
) -> list[Blokk]:
    """Return a merknad on a few of the vitnemål, of those that the skoleår has."""
    plan = karakterplan().fullfoering
    koder = [m for m in plan.merknader if m in aaret.v.grunnlag.vitnemaalsmerknader]
    hvem = np.flatnonzero((bevis == "VM") & (slutt.lodd[1][u.kursnr] < plan.merknad))
    if not koder or not len(hvem):
        return []
    valgt = pa.array(koder).take(pa.array(u.kurs.person[hvem] % len(koder)))
    noekkel = {navn: elevkurs[navn] for navn in NOEKKEL}
    return [pick(noekkel, hvem) | {"vmm_kode": valgt}]
