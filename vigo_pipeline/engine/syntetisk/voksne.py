"""Adults who apply to a fylke (opplæringslova kapittel 18): from søknad to delegering.

Days count from 1 on 1 August as in Kalender, and most of these lie before it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vigo_pipeline.engine.syntetisk.aarsforutsetning import aarsplan
from vigo_pipeline.engine.syntetisk.forutsetning import slag_nr
from vigo_pipeline.engine.syntetisk.poster import Blokk, pick
from vigo_pipeline.engine.syntetisk.rader import Elevkurs, Heltall, Tekst
from vigo_pipeline.engine.syntetisk.skoleaaret import Aaret
from vigo_pipeline.engine.syntetisk.skolerader import fill_school
from vigo_pipeline.engine.syntetisk.soekere import adults_of
from vigo_pipeline.engine.syntetisk.tilbud import school_rng

# Who starts in August has applied in the spring, and is admitted before the schools begin: SYNTETISK days.
SOEKT = (-170, -50)
SENE = (40, 150)
RETT, PLASS, DELEGERT, VURDERT = (10, 35), (3, 11), (1, 3), (15, 45)
TYPE = {"yrkesfaglig": "F", "studieforberedende": "S", "paabygging": "P"}
BARE_RKV = "R"
FAG_TIL_RKV = 3
ALDRI = 1_000


@dataclass(frozen=True)
class Soeknader:
    """A fylke's applications in the order of ``soekt``. Days; ALDRI when it does not happen.

    ``skole``: the school number of who became a pupil, -1 for the others.
    """

    person: Heltall
    skole: Heltall
    type: Tekst
    soekt: Heltall
    rett: Heltall
    har_rett: np.ndarray
    plass: Heltall
    har_plass: np.ndarray
    delegert: Heltall


def adult_posts(aaret: Aaret, avgiver: str, dag: int) -> tuple[Heltall, dict[str, list[Blokk]]]:
    """Return a fylke's applicants, and their rows as they stood on ``dag``."""
    s = _applications(aaret, avgiver)
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
        "soekt_dato": _text(aaret, s.soekt),
        "opplaeringstype": pa.array(s.type),
        "programomraadekode": programomraade,
    }
    rett: Blokk = {
        "vedtaksdato": _text(aaret, s.rett),
        "voksenrettstype": pa.array(rettstype),
        "utfall": _yes(s.har_rett),
    }
    plass: Blokk = {
        "vedtaksdato": _text(aaret, s.plass),
        "utfall": _yes(s.har_plass),
        "programomraadekode": programomraade,
    }
    delegert: Blokk = {"skolenr": skolenr, "delegert_dato": _text(aaret, s.delegert)}
    return s.person[s.soekt <= dag], {
        "voksensoeknad": [pick(noekkel | soeknad, np.flatnonzero(s.soekt <= dag))],
        "rettsvedtak": [pick(noekkel | rett, np.flatnonzero(s.rett <= dag))],
        "realkompetansevurdering": [_assessments(aaret, s, noekkel, dag)],
        "inntaksvedtak": [pick(noekkel | plass, np.flatnonzero(s.plass <= dag))],
        "delegering": [pick(noekkel | delegert, np.flatnonzero(s.delegert <= dag))],
    }


def _applications(aaret: Aaret, avgiver: str) -> Soeknader:
    v, andeler = aaret.v, aarsplan().voksne
    elever, andre = adults_of(v.plan, avgiver), aaret.soekere.voksne[avgiver]
    rng = school_rng(v.seed, avgiver, "voksne")
    person = np.concatenate([elever, andre])
    er_elev = np.arange(len(person)) < len(elever)
    lodd = rng.random((5, len(person)))
    sene = ~er_elev & (lodd[0] < andeler.ny_etter_skolestart)
    soekt = np.where(sene, _between(rng, SENE, person), _between(rng, SOEKT, person))
    rett = soekt + _between(rng, RETT, person)
    plass = rett + _between(rng, PLASS, person)
    delegert = plass + _between(rng, DELEGERT, person)
    typer = np.array([TYPE[p.programtype] for p in v.grunnlag.programomraader])
    bare_rkv = ~er_elev & (lodd[1] < andeler.realkompetanse)
    har_rett = er_elev | (lodd[2] < andeler.rett)
    avslag = har_rett & ~bare_rkv & (lodd[3] < andeler.avslag_plass)
    skole = np.searchsorted(v.plan.grenser, person, side="right") - 1
    ut = Soeknader(
        person=person,
        skole=np.where(er_elev, skole, -1),
        type=np.where(bare_rkv, BARE_RKV, typer[v.plan.programomraade[person]]),
        soekt=soekt,
        rett=rett,
        har_rett=har_rett,
        # Those who are no pupils are turned down, or still wait.
        plass=np.where(er_elev | avslag, plass, ALDRI),
        har_plass=er_elev,
        delegert=np.where(er_elev, delegert, ALDRI),
    )
    rekke = np.argsort(soekt, kind="stable")
    return Soeknader(*(a[rekke] for a in vars(ut).values()))


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
    trukket = v.katalog.draw(rng, Elevkurs(s.person[bare], hva, nuller, nuller, nuller, nuller))
    trukket = trukket.keep(trukket.rank()[0] < FAG_TIL_RKV)
    resultat = np.array(["GK", "GK", "GK", "DE", "IG"])[rng.integers(0, 5, len(trukket))]
    vurdert = s.soekt[bare] + _between(rng, VURDERT, bare)
    rad = np.concatenate([rad, bare[trukket.elevkurs]])
    dager = np.concatenate([dager, vurdert[trukket.elevkurs]])
    blokk: Blokk = pick(noekkel, rad) | {
        "fagkode": pa.array(v.katalog.koder).take(pa.array(np.concatenate([fag, trukket.fag]))),
        "vurdert_dato": _text(aaret, dager),
        "rkv_resultat": pa.array(np.concatenate([np.full(len(fag), "GK"), resultat])),
        "vedtaksdato": _text(aaret, dager),
    }
    return pick(blokk, np.flatnonzero(dager <= dag))


def _assessed_fag(aaret: Aaret, k: int) -> tuple[Heltall, Heltall]:
    """Return person and fag of each fag of school ``k`` that is realkompetansevurdert."""
    kurs, fag = fill_school(aaret.v, k)
    rkv = (fag.status == "R") & (kurs.slag[fag.elevkurs] == slag_nr()["voksen"])
    return kurs.person[fag.elevkurs[rkv]], fag.fag[rkv]


def _between(rng: np.random.Generator, rom: tuple[int, int], for_hver: Heltall) -> Heltall:
    return rng.integers(rom[0], rom[1] + 1, len(for_hver))


def _yes(hvem: np.ndarray) -> pa.Array:
    return pa.array(np.where(hvem, "J", "N"))


def _text(aaret: Aaret, dager: Heltall) -> pa.Array:
    """Return day numbers as ÅÅÅÅMMDD; they may be before 1 August."""
    start = np.datetime64(aaret.v.kalender.aar.start_dato)
    return pa.array(np.char.replace((start + (dager - 1)).astype("U10"), "-", ""))
