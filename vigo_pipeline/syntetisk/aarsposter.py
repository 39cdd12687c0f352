"""One school's posts in a collection: October's posts, with what the rest of the year adds."""

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk.eksamensfag import ANNEN, KOLONNE
from vigo_pipeline.syntetisk.endelig import Skole
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.karakterer import Karakterer
from vigo_pipeline.syntetisk.poster import RKV, Blokk, Innhold, classes, make_posts
from vigo_pipeline.syntetisk.rader import Tekst
from vigo_pipeline.syntetisk.skoleaaret import Aaret, Aarsskole
from vigo_pipeline.syntetisk.utsnitt import Hvilke, Utsnitt, view

# Fagmerknad of a grade that is none (kodeverk.md § 8). IOP fag say it themselves.
FAM_FRAVAER, FAM_IOP, FAM_IKKE_MOETT, FAM_DOKUMENTERT = "FAM51", "FAM05", "FAM29", "FAM39"
HOEST, VAAR = "H", "V"
# When the autumn's results are in, and mer opplæring ends. SYNTETISK.
HOESTENS_RESULTATER = "01-09"


def base_posts(
    aaret: Aaret, k: int, aar: Aarsskole, dag: int, hvilke: Hvilke
) -> tuple[Utsnitt, Innhold]:
    """Return these elevkurs as of a day, and their posts as oktober would write them."""
    u = view(aar, dag, hvilke)
    poster = make_posts(aaret.v, k, Skole(u.kurs, u.fag, aar.rettelser))
    # A pupil's class hangs on the whole school, whoever is in the file.
    alle = aar.kurs
    slutt = np.where(alle.slutt > dag, 0, alle.slutt)
    klasser = classes(aaret.v, k, alle.person, alle.programomraade, slutt)
    poster.blokker["elevkurs"][0]["klassekode"] = klasser.take(pa.array(u.kursnr))
    return u, poster


def first_term_block(aaret: Aaret, u: Utsnitt, karakterer: Karakterer) -> Blokk:
    """Return the columns of halvårsvurdering 1, and of the autumn's exams."""
    termin1 = karakterer.termin1[u.fagnr]
    er_iop = np.char.startswith(np.array(aaret.v.katalog.koder)[u.fag.fag], "IOP")
    merknad = np.select(
        [u.fag.status == "R", (u.fag.status == "A") & ~er_iop, termin1 == "IV"],
        [RKV["fagmerknad"], FAM_IOP, FAM_FRAVAER],
        "",
    )
    igjen = karakterer.igjen[u.fagnr]
    ut = exam_block(
        *(np.where(igjen == "", "", a[u.fagnr]) for a in (karakterer.eksamen, karakterer.form))
    )
    rkv = u.fag.status == "R"
    annen = np.where(rkv, RKV["karakter_annen"], np.asarray(ut[ANNEN]))
    return ut | {
        "karakter_termin1": pa.array(termin1),
        ANNEN: pa.array(annen.astype("U2")),
        "termin": pa.array(np.select([rkv, igjen != ""], [RKV["termin"], HOEST], "")),
        "karakterstatus": pa.array(igjen),
        "fag_avbruddsdato": _ended(aaret, u, igjen),
        "fagmerknad": pa.array(merknad),
    }


def grade_block(
    aaret: Aaret, u: Utsnitt, karakterer: Karakterer, *, med_eksamen: bool, klage: bool
) -> Blokk:
    """Return the columns of every grade of the year, exams or not, complaints decided or not."""
    nr = u.fagnr
    standpunkt, termin2 = karakterer.standpunkt[nr], karakterer.termin2[nr]
    igjen = karakterer.igjen[nr]
    # Last year's exam was held in the autumn.
    eksamen = np.where(med_eksamen | (igjen != ""), karakterer.eksamen[nr], "")
    rkv = u.fag.status == "R"
    satt = (standpunkt != "") | (termin2 != "") | (eksamen != "")
    hevet = (karakterer.klage_standpunkt[nr] | (karakterer.klage_eksamen[nr] & med_eksamen)) & klage
    ut = exam_block(eksamen, np.where(eksamen != "", karakterer.form[nr], ""))
    annen = np.where(rkv, RKV["karakter_annen"], np.asarray(ut[ANNEN]))
    ved_slutt = karakterer.ved_slutt[nr]
    sist = np.where(ved_slutt == "", karakterer.termin1[nr], ved_slutt)
    termin = np.select([rkv, igjen != "", satt], [RKV["termin"], HOEST, VAAR], "")
    return ut | {
        "karakter_termin1": pa.array(karakterer.termin1[nr]),
        "karakter_termin2": pa.array(termin2),
        "karakter_standpunkt": pa.array(standpunkt),
        ANNEN: pa.array(annen.astype("U2")),
        "termin": pa.array(termin),
        "fagmerknad": pa.array(_remarks(aaret, u, sist, eksamen)),
        "karakterstatus": pa.array(np.where(hevet, "K", igjen)),
        "fag_avbruddsdato": _ended(aaret, u, igjen),
    }


def _ended(aaret: Aaret, u: Utsnitt, igjen: Tekst) -> pa.Array:
    """Return when each fag ended: mer opplæring with the exam that everybody passes."""
    foerst = np.where((igjen != "") & (u.fag.slutt == 0), aaret.day(HOESTENS_RESULTATER), 0)
    return aaret.v.kalender.text(np.where(foerst > 0, foerst, u.fag.slutt))


def exam_block(eksamen: Tekst, form: Tekst) -> Blokk:
    """Return the exam's form, and its grade in the form's column."""
    ut: Blokk = {"eksamensform": pa.array(form)}
    for kode, kolonne in KOLONNE.items():
        ut[kolonne] = pa.array(np.where(form == kode, eksamen, ""))
    ut[ANNEN] = pa.array(np.where(np.isin(form, list(KOLONNE)), "", eksamen))
    return ut


def _remarks(aaret: Aaret, u: Utsnitt, sist: Tekst, eksamen: Tekst) -> Tekst:
    """Return the remark that explains the last assessment."""
    fag, v = u.fag, aaret.v
    iop = (fag.status == "A") & ~np.char.startswith(np.array(v.katalog.koder)[fag.fag], "IOP")
    # Whoever has the exam utsatt was away for a documented reason.
    utsatt = (u.kurs.slag == slag_nr()["stryker"])[fag.elevkurs]
    ut: Tekst = np.select(
        [fag.status == "R", iop, sist == "IV", (eksamen == "IM") & utsatt, eksamen == "IM"],
        [RKV["fagmerknad"], FAM_IOP, FAM_FRAVAER, FAM_DOKUMENTERT, FAM_IKKE_MOETT],
        "",
    )
    return ut
