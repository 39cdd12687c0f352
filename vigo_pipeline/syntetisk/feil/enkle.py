"""Defects that a table can say: a few values on one line of an ordinary pupil."""

import tomllib
from functools import cache, partial
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, StrictBool

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.syntetisk.feil.dokument import EL, KL, Dokument, Elev, Funn
from vigo_pipeline.syntetisk.feil.register import Feilslag, Nivaa


class Enkel(Strict):
    """One entry of enkle.toml."""

    post: Literal["$EL", "$EK", "$KL"]
    sett: dict[str, str]
    kolonne: str | None = None
    nivaa: Nivaa
    ikke_tom: str | None = None
    krever: dict[str, str] = Field(default_factory=dict)
    under_19: StrictBool = False
    foelger: tuple[str, ...] = ()


def plant_enkel(enkel: Enkel, d: Dokument) -> list[Funn] | None:
    """Write the values; None when a code list lacks what they need."""
    lister = d.verksted.grunnlag.lister
    if enkel.ikke_tom and not lister[enkel.ikke_tom]:
        return None
    for liste, kode in enkel.krever.items():
        if kode not in {r["kode"] for r in lister[liste]}:
            return None
    elev = d.take(partial(_fits, enkel, d))
    if elev is None:
        return None
    rad = elev.el if enkel.post == EL else elev.kl[-1] if enkel.post == KL else elev.ek[0]
    kal = d.verksted.kalender
    skolestart = str(kal.text(np.array([kal.skolestart]))[0])
    for variabel, verdi in enkel.sett.items():
        rad[variabel] = verdi.format(skolestart=skolestart)
    kolonne = enkel.kolonne or next(iter(enkel.sett))
    return [Funn(rad, kolonne), *(Funn(rad, kolonne, regel) for regel in enkel.foelger)]


def _fits(enkel: Enkel, d: Dokument, elev: Elev) -> bool:
    """Say whether the pupil is young enough, when that is asked for."""
    yngste = (d.verksted.kalender.aar.start - 17) % 100
    return not enkel.under_19 or yngste <= int(elev.el["fnr"][4:6]) < yngste + 3


@cache
def table() -> dict[str, Feilslag]:
    """Return the kind of defect of every entry of enkle.toml, by rule."""
    alle = tomllib.loads(Path(__file__).with_name("enkle.toml").read_text("utf-8"))
    enkle = {regel: Enkel(**fakta) for regel, fakta in alle.items()}
    return {
        r: Feilslag(r, e.nivaa, partial(plant_enkel, e), liste=e.ikke_tom) for r, e in enkle.items()
    }
