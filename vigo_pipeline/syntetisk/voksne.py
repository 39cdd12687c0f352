"""Adults who apply to a fylke, as posts: from søknad to delegering."""

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.syntetisk.forutsetning import slag_nr
from vigo_pipeline.syntetisk.poster import Blokk, pick
from vigo_pipeline.syntetisk.rader import Elevkurs, Heltall
from vigo_pipeline.syntetisk.skoleaaret import Aaret
from vigo_pipeline.syntetisk.skolerader import fill_school
from vigo_pipeline.syntetisk.soeknader import BARE_RKV, TYPE, Soeknader, applications, between
from vigo_pipeline.syntetisk.tilbud import school_rng


def adult_posts(
    aaret: Aaret, avgiver: str, dag: int, _andel: float
) -> tuple[Heltall, dict[str, list[Blokk]]]:
    """Return a fylke's applicants, and their rows as they stood on ``dag``."""
    s = applications(aaret, avgiver)
    v = aaret.v
    nummer = np.arange(1, len(s.person) + 1)
    ider = np.char.add(f"{avgiver}-{v.kalender.aar.start}-", np.char.zfill(nummer.astype("U5"), 5))
    noekkel: Blokk = {
        "skoleaar": v.kalender.aar.compact,
        "fylkesnr": avgiver,
        "soeknad_id": pa.array(ider),
    }
    koder = pa.array([p.kode for p in v.grunnlag.programomraader])
    programomraade = koder.take(pa.array(v.plan.programomraade[s.person]))
    skolenr = pa.array(["", *(x.skolenr for x in v.plan.skoler)]).take(pa.array(s.skole + 1))
    paabygging = s.type == TYPE["paabygging"]
    rettstype = np.where(s.har_rett, np.where(paabygging, "P", "V"), "I")
    soeknad: Blokk = {
        "fnr": v.plan.fnr.take(pa.array(s.person)),
        "soekt_dato": aaret.text(s.soekt),
        "opplaeringstype": pa.array(s.type),
        "programomraadekode": programomraade,
    }
    rett: Blokk = {
        "vedtaksdato": aaret.text(s.rett),
        "voksenrettstype": pa.array(rettstype),
        "utfall": _yes(s.har_rett),
    }
    plass: Blokk = {
        "vedtaksdato": aaret.text(s.plass),
        "utfall": _yes(s.har_plass),
        "programomraadekode": programomraade,
    }
    delegert: Blokk = {"skolenr": skolenr, "delegert_dato": aaret.text(s.delegert)}
    return s.person[s.soekt <= dag], {
        "voksensoeknad": [pick(noekkel | soeknad, np.flatnonzero(s.soekt <= dag))],
        "rettsvedtak": [pick(noekkel | rett, np.flatnonzero(s.rett <= dag))],
        "realkompetansevurdering": [_assessments(aaret, s, noekkel, dag)],
        "inntaksvedtak": [pick(noekkel | plass, np.flatnonzero(s.plass <= dag))],
        "delegering": [pick(noekkel | delegert, np.flatnonzero(s.delegert <= dag))],
    }


def _assessments(aaret: Aaret, s: Soeknader, noekkel: Blokk, dag: int) -> Blokk:
    """Return the fag assessed: the pupils' as on their elevkurs, and of who only wants that."""
    v = aaret.v
    skoleenes = [_assessed_fag(aaret, k) for k in np.unique(s.skole[s.skole >= 0]).tolist()]
    person = np.concatenate([s.person[:0], *(p for p, _ in skoleenes)])
    fag = np.concatenate([s.person[:0], *(f for _, f in skoleenes)])
    plass = np.argsort(s.person, kind="stable")
    rad = plass[np.searchsorted(s.person[plass], person)]
    dager = np.full(len(rad), v.kalender.skolestart + 10)
    rng = school_rng(v.seed, v.plan.skoler[0].skolenr, f"rkv {noekkel['fylkesnr']}")
    bare = np.flatnonzero(s.type == BARE_RKV)
    nuller = np.zeros(len(bare), np.int64)
    hva = v.plan.programomraade[s.person[bare]]
    trukket = v.katalog.draw(
        v.plan.lodd, Elevkurs(s.person[bare], hva, nuller, nuller, nuller, nuller)
    )
    trukket = trukket.keep(trukket.rank()[0] < aarsplan().voksne.rkv_fag)
    resultater = np.array(aarsplan().voksne.rkv_resultater)
    resultat = resultater[rng.integers(0, len(resultater), len(trukket))]
    vurdert = s.soekt[bare] + between(rng, aarsplan().voksne.vurdert, bare)
    rad = np.concatenate([rad, bare[trukket.elevkurs]])
    dager = np.concatenate([dager, vurdert[trukket.elevkurs]])
    blokk: Blokk = pick(noekkel, rad) | {
        "fagkode": pa.array(v.katalog.koder).take(pa.array(np.concatenate([fag, trukket.fag]))),
        "vurdert_dato": aaret.text(dager),
        "rkv_resultat": pa.array(np.concatenate([np.full(len(fag), "GK"), resultat])),
        "vedtaksdato": aaret.text(dager),
    }
    return pick(blokk, np.flatnonzero(dager <= dag))


def _assessed_fag(aaret: Aaret, k: int) -> tuple[Heltall, Heltall]:
    """Return person and fag of each fag of school ``k`` that is realkompetansevurdert."""
    kurs, fag = fill_school(aaret.v, k)
    rkv = (fag.status == "R") & (kurs.slag[fag.elevkurs] == slag_nr()["voksen"])
    return kurs.person[fag.elevkurs[rkv]], fag.fag[rkv]


def _yes(hvem: np.ndarray) -> pa.Array:
    return pa.array(np.where(hvem, "J", "N"))
