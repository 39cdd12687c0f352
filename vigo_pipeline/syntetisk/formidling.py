"""What VIGO Opplæring tells on a day of who seeks a læreplass, and of bedrifter and offices."""

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.laereforutsetning import laereplan
from vigo_pipeline.syntetisk.laereloep import ALDRI, Loep, courses
from vigo_pipeline.syntetisk.laereposter import (
    SKOLEAARETS_DAGER,
    cohorts,
    day_of,
    known,
    since,
    text,
)
from vigo_pipeline.syntetisk.laeresteder import (
    INGEN,
    companies_of,
    company_numbers,
    fylke_of,
    office_numbers,
    offices_of,
    programme_of,
    programmes,
)
from vigo_pipeline.syntetisk.laerlinger import UNG, Tekst, alle_fagkoder, fagkoder
from vigo_pipeline.syntetisk.lodd import Heltall
from vigo_pipeline.syntetisk.poster import Blokk, pick
from vigo_pipeline.syntetisk.skoleaaret import Aaret

GODKJENT, NYERE = "20150101", "20240801"
Poster = tuple[Heltall, dict[str, list[Blokk]]]


def applicant_posts(aaret: Aaret, avgiver: str, dag: int, andel: float) -> Poster:
    """Return a fylke's applicants for læreplass and their wishes as they stood on ``dag``."""
    naa, s = day_of(aaret, dag), laereplan().soekere
    loep = courses(aaret.v.kalender.aar.start, aaret.v.seed, andel)
    p, fylke = loep.personer, fylke_of(loep, aaret.v.grunnlag, andel)
    grense = np.where(p.soeker_bare, s.uten_kontrakt, s.med_kontrakt)
    soeker = (p.slag == UNG) & (fylke == avgiver) & (p.lot("soeker") < grense)
    formidlet = np.where(p.soeker_bare, ALDRI, known(loep.formidlet, naa))
    trekker = p.soeker_bare & (p.lot("trekker") < s.trekker_seg)
    status = np.where(formidlet <= naa, "19", np.where(trekker, "83", "4"))
    orgnr = company_numbers(fylke, programme_of(p.fag), companies_of(loep, fylke)).astype("U9")
    koder = fagkoder()[0]
    faste: Blokk = {"skoleaar": aaret.v.kalender.aar.compact, "avgiverfylke": avgiver}
    faste |= {"fnr": personnummer.as_text(p.fnr), "hjemstedsfylke": avgiver}
    foerste: Blokk = {
        "oenskenr": "1",
        "programomraadekode": pa.array(_codes(p.fag)),
        "oenskestatus": pa.array(status),
        "orgnr_bedrift": pa.array(np.where(status == "19", orgnr, "")),
        "formidlet_dato": text(formidlet),
    }
    andre: Blokk = {
        "oenskenr": "2",
        "programomraadekode": pa.array(_codes((p.fag + 1) % len(koder))),
        "oenskestatus": pa.array(np.where(status == "19", "61", status)),
    }
    to = soeker & (p.lot("to oensker") < s.annet_oenske)
    blokker = [
        pick(faste | foerste, np.flatnonzero(soeker)),
        pick(faste | andre, np.flatnonzero(to)),
    ]
    return p.fnr[soeker], {"soker_laereplass": blokker}


def _codes(fag: Heltall) -> Tekst:
    return np.array(alle_fagkoder())[fag]


def _contracts(aaret: Aaret, avgiver: str, andel: float) -> Heltall:
    """Return a column per contract of a fylke: the bedrift's place, fag, formidlet and ended."""
    deler = []
    for loep in cohorts(aaret, andel):
        fylke = fylke_of(loep, aaret.v.grunnlag, andel)
        om = [companies_of(loep, fylke), _base(loep), loep.formidlet, loep.slutt]
        deler.append(np.stack(om)[:, loep.har_kontrakt & (fylke == avgiver)])
    ut: Heltall = np.concatenate(deler, axis=1)
    return ut


def _approvals(aaret: Aaret, kontrakter: Heltall) -> tuple[Heltall, Heltall, Blokk]:
    """Return the places of bedrifter, the fag of each once, and how long each is approved.

    An approval lapses two years after the last contract (§ 7-9), and is given anew before another.
    """
    telledato = since(aaret) + SKOLEAARETS_DAGER
    par, nr = np.unique(kontrakter[:2], axis=1, return_inverse=True)
    _, _, formidlet, slutt = kontrakter
    begynt = formidlet <= telledato
    sist = np.full(par.shape[1], -ALDRI)
    np.maximum.at(sist, nr[begynt], slutt[begynt])
    kommer = np.zeros(par.shape[1], bool)
    kommer[nr[~begynt]] = True
    ledig = sist + 2 * SKOLEAARETS_DAGER < telledato
    til = np.where(ledig & ~kommer, sist + 2 * SKOLEAARETS_DAGER, ALDRI)
    nytt = f"{aaret.v.kalender.aar.start}0801"
    fra = np.where(ledig & kommer, nytt, GODKJENT)
    return par[0], par[1], {"godkjent_fra": pa.array(fra), "godkjent_til": text(til)}


def _base(loep: Loep) -> Heltall:
    """Return each fag, with the ordinary code for a module code: approval is by lærefag."""
    koder, moduler = fagkoder()
    seks = [k[:6] for k in koder]
    til = [*range(len(koder)), *(seks.index(k[:6]) for k in moduler)]
    ut: Heltall = np.array(til)[loep.personer.fag]
    return ut


def company_posts(aaret: Aaret, avgiver: str, _dag: int, andel: float) -> Poster:
    """Return a fylke's lærebedrifter: those in use or not long out of it, and some closed."""
    plass, fag, godkjent = _approvals(aaret, _contracts(aaret, avgiver, andel))
    fylke = np.full(len(plass), avgiver)
    orgnr = company_numbers(fylke, programme_of(fag), plass).astype("U9")
    felles: Blokk = {"skoleaar": aaret.v.kalender.aar.compact, "avgiverfylke": avgiver}
    navn = np.char.add("Syntetisk bedrift ", orgnr)
    blokk: Blokk = felles | {
        "orgnr_bedrift": pa.array(orgnr),
        "programomraadekode": pa.array(_codes(fag)),
        "bedriftsnavn": pa.array(navn),
    }
    ekstra = np.arange(len(plass))[:: round(1 / laereplan().bedrifter.ekstra)]
    # Beyond the places in use, so that nobody has a contract in them.
    lagt_ned = company_numbers(fylke, programme_of(fag), 998 - plass % 3).astype("U9")
    lukket: Blokk = blokk | {
        "orgnr_bedrift": pa.array(lagt_ned),
        "godkjent_fra": GODKJENT,
        "godkjent_til": "20200630",
        "nedlagt_dato": "20200630",
    }
    foerste = np.unique(np.char.add(lagt_ned, _codes(fag)), return_index=True)[1]
    lukkede = np.intersect1d(ekstra, foerste)
    return orgnr.astype(np.int64), {
        "laerebedrift": [blokk | godkjent, *([pick(lukket, lukkede)] if len(lukkede) else [])]
    }


def office_posts(aaret: Aaret, avgiver: str, _dag: int, andel: float) -> Poster:
    """Return a fylke's opplæringskontor and the bedrifter that each has an agreement with."""
    plass, fag = _contracts(aaret, avgiver, andel)[:2]
    program = programme_of(fag)
    plass, program = np.unique(np.stack([plass, program]), axis=1)
    kontor = offices_of(plass)
    plass, program, kontor = (a[kontor != INGEN] for a in (plass, program, kontor))
    fylke = np.full(len(plass), avgiver)
    kontornr = office_numbers(fylke, program, kontor).astype("U9")
    felles: Blokk = {"skoleaar": aaret.v.kalender.aar.compact, "avgiverfylke": avgiver}
    medlem: Blokk = felles | {
        "orgnr_opplaeringskontor": pa.array(kontornr),
        "orgnr_bedrift": pa.array(company_numbers(fylke, program, plass).astype("U9")),
        "medlem_fra": GODKJENT,
    }
    orgnr, foerste = np.unique(kontornr, return_index=True)
    navn = np.char.add("Syntetisk opplæringskontor ", np.array(programmes())[program[foerste]])
    organ = kontor[foerste] % 2
    blokk: Blokk = felles | {
        "orgnr_opplaeringskontor": pa.array(orgnr),
        "kontornavn": pa.array(np.char.add(np.char.add(navn, " "), organ.astype("U1"))),
        "organtype": pa.array(np.where(organ == 0, "O", "S")),
        "godkjent_fra": pa.array(np.where(organ == 0, GODKJENT, NYERE)),
    }
    return orgnr.astype(np.int64), {"opplaeringskontor": [blokk], "kontormedlem": [medlem]}
