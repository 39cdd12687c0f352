"""Young people with rett in a fylke: the pupils, those who applied, and those gone since last."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.domain.fnr import classify
from vigo_pipeline.domain.retthistorie import SISTE_ALDER_OT
from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.lodd import Heltall, mix, share
from vigo_pipeline.syntetisk.plan import school_plan
from vigo_pipeline.syntetisk.poster import Blokk, pick
from vigo_pipeline.syntetisk.skoleaaret import Aaret
from vigo_pipeline.syntetisk.ungdomsplan import ungdomsplan

# Those who are pupils or applicants in the plan as young people, not as adults or privatister.
VOKSNE = ("voksen", "privatist")
Tekst = npt.NDArray[np.str_]
TRINN_3, ALDER_TIENDE = 3, 16


@dataclass(frozen=True)
class Borte:
    """Who was in school in a fylke last skoleår and is not in this one's plan.

    ``fnr`` as numbers; ``foedt`` the birth year; ``program`` and ``trinn`` of last year's place,
    ``skolenr`` where it was.
    """

    fnr: Heltall
    foedt: Heltall
    programomraade: Tekst
    trinn: Heltall
    yrkesfag: npt.NDArray[np.bool_]
    skolenr: Tekst

    @property
    def har_kompetanse(self) -> npt.NDArray[np.bool_]:
        """Say who has reached a competence in the summer."""
        ut: npt.NDArray[np.bool_] = (self.trinn >= TRINN_3) & (
            share(mix(0, self.fnr, "kompetanse")) < ungdomsplan().borte.kompetanse
        )
        return ut

    @property
    def status(self) -> Tekst:
        """Return who is dead or has emigrated."""
        b, lodd = ungdomsplan().borte, share(mix(0, self.fnr, "personstatus"))
        return np.select([lodd < b.doed, lodd < b.doed + b.utvandret], ["D", "U"], "B")

    @property
    def utenfor(self) -> npt.NDArray[np.bool_]:
        """Say who is here, without a competence."""
        ut: npt.NDArray[np.bool_] = ~self.har_kompetanse & (self.status == "B")
        return ut

    def of(self, hvilke: npt.NDArray[np.bool_]) -> "Borte":
        """Return some of them."""
        return Borte(*(getattr(self, n)[hvilke] for n in self.__dataclass_fields__))


def gone(aaret: Aaret, fylke: str, andel: float) -> Borte:
    """Return who is gone from a fylke's schools since the skoleår before."""
    alle = _gone(aaret.v.kalender.aar.start, aaret.v.seed, andel)
    return alle.of(np.char.startswith(alle.skolenr, fylke))


@cache
def _gone(startaar: int, seed: int, andel: float) -> Borte:
    grunnlag, foer = school_plan(startaar - 1, seed, andel)
    naa = school_plan(startaar, seed, andel)[1]
    skolenr = np.array([s.skolenr for s in foer.skoler])
    rad = np.arange(foer.grenser[-1])
    skole = np.searchsorted(foer.grenser, rad, side="right") - 1
    ung = ~np.isin(foer.slag, [slag_nr()[n] for n in VOKSNE])
    fnr = _numbers(foer.fnr)
    foerste = np.zeros(len(fnr), bool)
    foerste[np.unique(fnr, return_index=True)[1]] = True
    # Public schools only: a private school's number does not begin with its fylke.
    ute = ung & foerste & ~np.isin(fnr, _numbers(naa.fnr))
    ute &= ~np.char.startswith(skolenr[skole], "00")
    foedt = birth_years(foer.fnr)
    ute &= foedt >= startaar + 1 - SISTE_ALDER_OT
    omraader = grunnlag.programomraader
    p = foer.programomraade[ute]
    return Borte(
        fnr[ute],
        foedt[ute],
        np.array([o.kode for o in omraader])[p],
        np.array([o.trinn for o in omraader])[p],
        np.array([o.programtype == "yrkesfaglig" for o in omraader])[p],
        skolenr[skole[ute]],
    )


def _numbers(fnr: pa.Array) -> Heltall:
    ut: Heltall = pc.cast(fnr, pa.int64()).to_numpy(zero_copy_only=False)
    return ut


def birth_years(fnr: pa.Array) -> Heltall:
    """Return birth years, 0 for a number that tells none."""
    aar = pc.year(classify(fnr)["foedselsdato"])
    ut: Heltall = pc.fill_null(aar, 0).to_numpy().astype(np.int64)
    return ut


def own_rows(aaret: Aaret, fylke: str) -> Heltall:
    """Return the plan's rows of the young people of a fylke's public schools, applicants too."""
    plan, soekere = aaret.v.plan, aaret.soekere
    deler = [np.zeros(0, np.int64)]
    voksne = [slag_nr()[n] for n in VOKSNE]
    for k, s in enumerate(plan.skoler):
        if s.avgiver == fylke and s.type == "vgs":
            rader = np.arange(plan.grenser[k], plan.grenser[k + 1])
            deler.append(rader[~np.isin(plan.slag[rader], voksne)])
            deler += [r for (nr, _), r in soekere.inntak.items() if nr == k]
    return np.concatenate(deler)


def never_applied(aaret: Aaret, fylke: str) -> Heltall:
    """Return the numbers of those who left the tenth grade in a fylke and never applied."""
    v, plan = aaret.v, ungdomsplan().tiende
    trinn = np.array([p.trinn for p in v.grunnlag.programomraader])
    vg1 = np.count_nonzero(trinn[v.plan.programomraade[own_rows(aaret, fylke)]] == 1)
    fylker = sorted({s.avgiver for s in v.plan.skoler})
    foerste = plan.fra_nummer + fylker.index(fylke) * plan.plass
    nummer = foerste + np.arange(min(plan.plass, round(vg1 * plan.soekte_ikke)))
    foedt = v.kalender.aar.start - ALDER_TIENDE
    return personnummer.draw(foedt, personnummer.start_of(v.seed, foedt), nummer)[0]


def youth_posts(
    aaret: Aaret, avgiver: str, _dag: int, andel: float
) -> tuple[Heltall, dict[str, list[Blokk]]]:
    """Return everybody with rett whom a fylke knows of."""
    aar, plan = aaret.v.kalender.aar, aaret.v.plan
    borte = gone(aaret, avgiver, andel)
    rader = own_rows(aaret, avgiver)
    her = np.concatenate([_numbers(plan.fnr.take(pa.array(rader))), never_applied(aaret, avgiver)])
    fnr, foerste = np.unique(np.concatenate([her, borte.fnr]), return_index=True)
    foedt = birth_years(personnummer.as_text(fnr))
    fylt = np.full(len(her), "")
    ferdig = np.where(borte.har_kompetanse, np.where(borte.yrkesfag, "Y", "S"), "")
    kompetanse = np.concatenate([fylt, ferdig])[foerste]
    status = np.concatenate([np.full(len(her), "B"), borte.status])[foerste]
    sommer = f"{aar.start}0620"
    blokk: Blokk = {
        "skoleaar": aar.compact,
        "avgiverfylke": avgiver,
        "fnr": personnummer.as_text(fnr),
        "hjemstedsfylke": avgiver,
        "grunnskole_fullfoert": pa.array(np.char.add((foedt + 16).astype("U4"), "0618")),
        "sluttkompetanse": pa.array(kompetanse),
        "sluttkompetanse_dato": pa.array(np.where(kompetanse == "", "", sommer)),
        "personstatus": pa.array(status),
        "personstatus_dato": pa.array(np.where(status == "B", "", f"{aar.start}0701")),
    }
    ung = np.flatnonzero(foedt >= aar.start + 1 - SISTE_ALDER_OT)
    return fnr[ung], {"ungdom": [pick(blokk, ung)]}
