"""Which form a fag's exam has, if any: one form a fagkode (regbok B15)."""

from zlib import crc32

import numpy as np

from vigo_pipeline.syntetisk.aarsforutsetning import karakterplan
from vigo_pipeline.syntetisk.catalogue import Grunnlag
from vigo_pipeline.syntetisk.rader import Fagkatalog, Tekst

# Which column a form's grade stands in; practical exams stand in «annen».
KOLONNE = {"S": "karakter_skriftlig", "M": "karakter_muntlig"}
ANNEN = "karakter_annen"


def exam_forms(grunnlag: Grunnlag, katalog: Fagkatalog) -> Tekst:
    """Return each fag's form in the katalog's order, blank for none."""
    fag = {r["kode"]: r for r in grunnlag.lister["fag"]}
    return np.array([_form(k, fag[k]["navn"], fag[k]["fagtype"]) for k in katalog.koder], "U2")


def _form(fagkode: str, navn: str, fagtype: str) -> str:
    plan = karakterplan().eksamen
    if fagkode.startswith(plan.uten):
        return ""
    for ordet, form in (("skriftlig", "S"), ("muntlig", "M")):
        if ordet in navn.lower():
            return form
    former = plan.former.get(fagtype, plan.former["andre"])
    return former[crc32(fagkode.encode()) % len(former)]
