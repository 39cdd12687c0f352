"""One school's rows as posts: numbers become codes, names and dates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vigo_pipeline.syntetisk.endelig import Skole
from vigo_pipeline.syntetisk.forutsetning import forutsetninger, slag_nr
from vigo_pipeline.syntetisk.rader import Heltall
from vigo_pipeline.syntetisk.skolerader import Verksted
from vigo_pipeline.syntetisk.skriv import Verdi

Blokk = dict[str, Verdi]
ELEVER_PER_KLASSE = 28
# A realkompetansevurdert fag: GK in annen eksamen with FAM18, in the autumn (regbok E01).
RKV = {"karakter_annen": "GK", "fagmerknad": "FAM18", "termin": "H"}


@dataclass(frozen=True)
class Innhold:
    """What a school tells in a collection, or a fylke itself of its own.

    ``personer``: rows of the plan, in the order of ``elev``. ``blokker``: by table. ``skolenr`` is
    blank for a fylke's own. ``endringer``: what the round has corrected, by kind.
    """

    personer: Heltall
    blokker: dict[str, list[Blokk]]
    skolenr: str = ""
    endringer: Mapping[str, int] = field(default_factory=dict)


def make_posts(v: Verksted, k: int, skole: Skole) -> Innhold:
    """Return school ``k``'s posts."""
    nummer = v.plan.skoler[k].skolenr
    felles: Blokk = {"skoleaar": v.kalender.aar.compact, "skolenr": nummer}
    koder = pa.array([p.kode for p in v.grunnlag.programomraader])
    programomraade = koder.take(pa.array(skole.kurs.programomraade))
    fnr = v.plan.fnr.take(pa.array(skole.kurs.person))
    noekkel: Blokk = {**felles, "fnr": fnr, "programomraadekode": programomraade}
    # The same person twice at one school has one row here.
    personer = np.unique(skole.kurs.person)
    blokker = {
        "elev": [person_block(v, k, skole, personer)],
        "elevkurs": [noekkel | _elevkurs(v, k, skole)],
        "elevkursfag": [pick(noekkel, skole.fag.elevkurs) | _fag(v, skole)],
        "vitnemaalsmerknad": _remarks(v, skole, noekkel),
    }
    return Innhold(personer, blokker, nummer)


def pick(blokk: Blokk, rader: Heltall) -> Blokk:
    """Return these rows of a block."""
    plass = pa.array(rader)
    return {n: b if isinstance(b, str) else b.take(plass) for n, b in blokk.items()}


def _coded(koder: tuple[str, ...], nummer: Heltall) -> pa.Array:
    """Return codes by number; -1 is blank."""
    return pa.array(["", *koder]).take(pa.array(nummer + 1))


def _flag(hvem: np.ndarray) -> pa.Array:
    return pa.array(["N", "J"]).take(pa.array(hvem.astype(np.int64)))


def person_block(v: Verksted, k: int, skole: Skole, personer: Heltall) -> Blokk:
    """Return the $EL lines of these persons, who live near school ``k``."""
    plass = pa.array(personer)
    rettet = pa.array(np.isin(personer, skole.rettelser.navn))
    gater = forutsetninger().personer.gater
    gate = pa.array(gater).take(pa.array(personer * 31 % len(gater)))
    kommuner = v.grunnlag.kommuner.get(v.plan.skoler[k].fylkesnr, ())
    ut: Blokk = {
        "fnr": v.plan.fnr.take(plass),
        "elevnavn": pc.if_else(rettet, v.plan.navn_rettet.take(plass), v.plan.navn.take(plass)),
        "gateadresse": pc.binary_join_element_wise(
            gate, pa.array(personer * 7 % 90 + 1).cast(pa.string()), " "
        ),
    }
    lister = {
        "kommunenr": kommuner,
        "postnr": v.grunnlag.poststeder,
        "morsmaalskode": v.grunnlag.morsmaal,
    }
    for navn, koder in lister.items():
        if koder:
            ut[navn] = pa.array(koder).take(pa.array(personer * 13 % len(koder)))
    return ut


def _elevkurs(v: Verksted, k: int, skole: Skole) -> Blokk:
    kurs, nr = skole.kurs, slag_nr()
    voksen = kurs.slag == nr["voksen"]
    andeler = forutsetninger().personer
    tall = kurs.person * 7919 % 1000
    ut: Blokk = {
        "klassekode": classes(v, k, kurs.person, kurs.programomraade, kurs.slutt),
        "startdato": v.kalender.text(kurs.start),
        "avbruddsdato": v.kalender.text(kurs.slutt),
        "avbruddsaarsak": _coded(v.grunnlag.avbruddsaarsaker, kurs.aarsak),
        "deltidselev": _flag(kurs.slag == nr["deltid"]),
        "fullfoertkode": pa.array(np.where(kurs.slutt > 0, "S", "")),
        "rettstype_importert": pa.array(np.where(voksen, "V", "")),
        "voksen": _flag(voksen),
        "maalform": _language(v, k, skole),
        "saerskilt_spraak": _flag(tall < andeler.saerskilt_spraak * 1000),
        "rett_til_paabygging": pa.array(
            np.where(voksen, np.where(tall < andeler.rett_til_paabygging * 1000, "J", "N"), "")
        ),
    }
    # Fravær is 0, not blank, when there is none (regbok B24).
    ut |= dict.fromkeys(("fravaer_dager", "fravaer_timer"), "0")
    ut |= dict.fromkeys(("fravaer_dager_totalt", "fravaer_timer_totalt"), "0")
    return ut


def classes(
    v: Verksted, k: int, person: Heltall, programomraade: Heltall, slutt: Heltall
) -> pa.Array:
    """Return class names such as 2STB; an ended elevkurs has none."""
    navn = pa.array([f"{p.trinn}{p.program}" for p in v.grunnlag.programomraader])
    bokstav = pa.array([chr(ord("A") + i) for i in range(20)])
    foerste = np.full(len(navn), np.iinfo(np.int64).max)
    # Whoever comes from another school moves nobody to another class.
    egne = (person >= v.plan.grenser[k]) & (person < v.plan.grenser[k + 1])
    np.minimum.at(foerste, programomraade[egne], person[egne])
    klasse = (person - foerste[programomraade]) // ELEVER_PER_KLASSE % 20
    hel = pc.binary_join_element_wise(
        navn.take(pa.array(programomraade)), bokstav.take(pa.array(klasse)), ""
    )
    return pc.if_else(pa.array(slutt == 0), hel, "")


def _language(v: Verksted, k: int, skole: Skole) -> pa.Array:
    """Return the hovedmål; adults and foreign exchange pupils have none."""
    nr = slag_nr()
    andeler = forutsetninger().nynorsk
    andel = andeler.get(v.plan.skoler[k].fylkesnr, andeler["andre"])
    uten = np.isin(skole.kurs.slag, [nr["voksen"], nr["utveksling"]])
    nynorsk = skole.kurs.person * 104729 % 1000 < andel * 1000
    return pa.array(np.where(uten, "", np.where(nynorsk, "N", "B")))


def _fag(v: Verksted, skole: Skole) -> Blokk:
    fag = skole.fag
    rkv = fag.status == "R"
    ut: Blokk = {
        "fagkode": pa.array(v.katalog.koder).take(pa.array(fag.fag)),
        "fagstatus": pa.array(fag.status),
        "fag_startdato": v.kalender.text(fag.start),
        "fag_avbruddsdato": v.kalender.text(fag.slutt),
        "elevtimer": pc.if_else(pa.array(fag.timer > 0), pa.array(fag.timer).cast(pa.string()), ""),
        "skolenr2": pa.array(fag.skolenr2),
    }
    if rkv.any():
        ut |= {navn: pa.array(np.where(rkv, verdi, "")) for navn, verdi in RKV.items()}
        ut["rkv_dato"] = v.kalender.text(np.where(rkv, v.kalender.skolestart + 10, 0))
    return ut


def _remarks(v: Verksted, skole: Skole, noekkel: Blokk) -> list[Blokk]:
    """Return a vitnemålsmerknad for a few adults, as long as one without parameters is known."""
    hvem = np.flatnonzero((skole.kurs.slag == slag_nr()["voksen"]) & (skole.kurs.person % 20 == 0))
    if not len(hvem) or not v.grunnlag.vitnemaalsmerknader:
        return []
    return [pick(noekkel, hvem) | {"vmm_kode": v.grunnlag.vitnemaalsmerknader[0]}]
