"""One school's posts in a collection: October's posts, with what the rest of the year adds."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from vigo_pipeline.engine.syntetisk.eksamensfag import ANNEN, KOLONNE
from vigo_pipeline.engine.syntetisk.endelig import Skole
from vigo_pipeline.engine.syntetisk.karakterer import Karakterer
from vigo_pipeline.engine.syntetisk.poster import RKV, Blokk, classes, make_posts
from vigo_pipeline.engine.syntetisk.rader import Fagrader, Heltall, Tekst
from vigo_pipeline.engine.syntetisk.skoleaaret import Aaret, Aarsskole
from vigo_pipeline.engine.syntetisk.utsnitt import Hvilke, Utsnitt, view

# Fagmerknad of a grade that is none (kodeverk.md § 8). IOP fag say it themselves.
FAM_FRAVAER, FAM_IOP, FAM_IKKE_MOETT = "FAM51", "FAM05", "FAM29"


@dataclass(frozen=True)
class Skoleblokker:
    """A school's blocks by table; ``personer``: rows of the plan, in the order of ``elev``."""

    personer: Heltall
    blokker: dict[str, list[Blokk]] = field(default_factory=dict)


def base_posts(
    aaret: Aaret, k: int, aar: Aarsskole, dag: int, hvilke: Hvilke
) -> tuple[Utsnitt, Skoleblokker]:
    """Return these elevkurs as of a day, and their posts as oktober would write them."""
    u = view(aar, dag, hvilke)
    poster = make_posts(aaret.v, k, Skole(u.kurs, u.fag, aar.rettelser))
    # A pupil's class hangs on the whole school, whoever is in the file.
    alle = aar.kurs
    slutt = np.where(alle.slutt > dag, 0, alle.slutt)
    klasser = classes(aaret.v, alle.person, alle.programomraade, slutt)
    elevkurs = poster.elevkurs | {"klassekode": klasser.take(pa.array(u.kursnr))}
    merknader = [poster.vitnemaalsmerknad] if poster.vitnemaalsmerknad else []
    return u, Skoleblokker(
        poster.personer,
        {
            "elev": [poster.elev],
            "elevkurs": [elevkurs],
            "elevkursfag": [poster.elevkursfag],
            "vitnemaalsmerknad": merknader,
        },
    )


def first_term_block(u: Utsnitt, karakterer: Karakterer, fagkoder: Tekst, sent: int) -> Blokk:
    """Return the columns of halvårsvurdering 1. Who started ``sent`` or later is not absent."""
    termin1 = karakterer.termin1[u.fagnr]
    fravaer = np.where(u.fag.start < sent, termin1, "")
    er_iop = np.char.startswith(fagkoder[u.fag.fag], "IOP")
    merknad = np.select(
        [u.fag.status == "R", (u.fag.status == "A") & ~er_iop, fravaer == "IV"],
        [RKV["fagmerknad"], FAM_IOP, FAM_FRAVAER],
        "",
    )
    return {"karakter_termin1": pa.array(termin1), "fagmerknad": pa.array(merknad)}


def grade_block(
    u: Utsnitt, karakterer: Karakterer, fagkoder: Tekst, *, med_eksamen: bool, klage: bool
) -> Blokk:
    """Return the columns of every grade of the year, exams or not, complaints decided or not."""
    nr = u.fagnr
    standpunkt = karakterer.standpunkt[nr]
    eksamen = np.where(med_eksamen, karakterer.eksamen[nr], "")
    rkv = u.fag.status == "R"
    satt = (standpunkt != "") | (eksamen != "")
    hevet = (karakterer.klage_standpunkt[nr] | (karakterer.klage_eksamen[nr] & med_eksamen)) & klage
    ut = exam_block(eksamen, np.where(eksamen != "", karakterer.form[nr], ""))
    annen = np.where(rkv, RKV["karakter_annen"], np.asarray(ut[ANNEN]))
    return ut | {
        "karakter_termin1": pa.array(karakterer.termin1[nr]),
        "karakter_standpunkt": pa.array(standpunkt),
        ANNEN: pa.array(annen.astype("U2")),
        "termin": pa.array(np.where(rkv, RKV["termin"], np.where(satt, "V", ""))),
        "fagmerknad": pa.array(_remarks(u.fag, standpunkt, eksamen, fagkoder[u.fag.fag])),
        "karakterstatus": pa.array(np.where(hevet, "K", "")),
    }


def exam_block(eksamen: Tekst, form: Tekst) -> Blokk:
    """Return the exam's form, and its grade in the form's column."""
    ut: Blokk = {"eksamensform": pa.array(form)}
    for kode, kolonne in KOLONNE.items():
        ut[kolonne] = pa.array(np.where(form == kode, eksamen, ""))
    ut[ANNEN] = pa.array(np.where(np.isin(form, list(KOLONNE)), "", eksamen))
    return ut


def _remarks(fag: Fagrader, standpunkt: Tekst, eksamen: Tekst, fagkode: Tekst) -> Tekst:
    iop = (fag.status == "A") & ~np.char.startswith(fagkode, "IOP")
    ut: Tekst = np.select(
        [fag.status == "R", iop, standpunkt == "IV", eksamen == "IM"],
        [RKV["fagmerknad"], FAM_IOP, FAM_FRAVAER, FAM_IKKE_MOETT],
        "",
    )
    return ut
