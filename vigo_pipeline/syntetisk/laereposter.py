"""What VIGO Opplæring tells of contracts and prøver on a day: the lines $LK and $AP."""

import numpy as np
import pyarrow as pa

from vigo_pipeline.syntetisk import personnummer
from vigo_pipeline.syntetisk.laereforutsetning import laereplan
from vigo_pipeline.syntetisk.laereloep import ALDRI, Loep, add_months, contract_type, courses
from vigo_pipeline.syntetisk.laeresteder import (
    INGEN,
    companies_of,
    company_numbers,
    fylke_of,
    office_numbers,
    offices_of,
    programme_of,
)
from vigo_pipeline.syntetisk.laerlinger import (
    MODUL,
    PAA_JOBB,
    PRAKSIS,
    REKVALIFISERING,
    UNG,
    Tekst,
    alle_fagkoder,
)
from vigo_pipeline.syntetisk.lodd import Heltall
from vigo_pipeline.syntetisk.poster import Blokk, pick
from vigo_pipeline.syntetisk.skoleaaret import Aaret

# A contract may run for years, and be told of for one after it ended.
KULL = range(-4, 1)
SKOLEAARETS_DAGER = 365
LOV_2024 = int(np.datetime64("2024-08-01").astype(np.int64))
AARSAKER = np.array(["FV", "PS", "AR", "AS", "FL", "AF"])
PARTER = np.array(["L", "L", "B", "F"])


def text(dager: Heltall) -> pa.Array:
    """Return days since 1970 as ÅÅÅÅMMDD, blank for ALDRI."""
    # NumPy cannot replace in no texts at all.
    if not len(dager):
        return pa.array([], pa.string())
    kjent = np.where(dager >= ALDRI, 0, dager).astype("datetime64[D]").astype("U10")
    return pa.array(np.where(dager >= ALDRI, "", np.char.replace(kjent, "-", "")))


def known(dager: Heltall, dag: int) -> Heltall:
    """Return the days that are past on ``dag``, ALDRI for the others."""
    return np.where(dager <= dag, dager, ALDRI)


def day_of(aaret: Aaret, nummer: int) -> int:
    """Return a day number of the skoleår as days since 1970."""
    start = np.datetime64(aaret.v.kalender.aar.start_dato).astype("datetime64[D]")
    return int(start.astype(np.int64)) + nummer - 1


def since(aaret: Aaret) -> int:
    """Return 1 October the year before: what ended earlier is told of no more."""
    return int(np.datetime64(f"{aaret.v.kalender.aar.start - 1}-10-01").astype(np.int64))


def cohorts(aaret: Aaret, andel: float) -> list[Loep]:
    """Return those that a skoleår may tell of, the oldest first."""
    start = aaret.v.kalender.aar.start
    return [courses(start + n, aaret.v.seed, andel) for n in KULL]


def contract_days(aaret: Aaret, fnr: Heltall, andel: float) -> tuple[Heltall, Heltall]:
    """Return the days of the skoleår on which each person's contract of this year begins and ends.

    ALDRI for who has none, and for an end that is not in the skoleår.
    """
    fra, slutt = np.full(len(fnr), ALDRI), np.full(len(fnr), ALDRI)
    loep = cohorts(aaret, andel)[-1]
    foer_foerste = day_of(aaret, 0)
    _, hos, her = np.intersect1d(
        fnr, np.where(loep.har_kontrakt, loep.personer.fnr, 0), return_indices=True
    )
    fra[hos] = loep.fra[her] - foer_foerste
    ender = loep.slutt[her] - foer_foerste
    slutt[hos] = np.where(ender > SKOLEAARETS_DAGER, ALDRI, ender)
    return fra, slutt


def contract_posts(
    aaret: Aaret, avgiver: str, dag: int, andel: float
) -> tuple[Heltall, dict[str, list[Blokk]]]:
    """Return a fylke's persons, and their contracts and prøver as known on ``dag``."""
    naa, fra = day_of(aaret, dag), since(aaret)
    personer, kontrakter, proever = [], [], []
    for loep in cohorts(aaret, andel):
        fylke = fylke_of(loep, aaret.v.grunnlag, andel)
        egne = fylke == avgiver
        med = egne & loep.har_kontrakt & (loep.formidlet <= naa) & (loep.slutt >= fra)
        kontrakter.append(_contracts(aaret, loep, fylke, np.flatnonzero(med), naa))
        alene = egne & (loep.personer.slag == PRAKSIS)
        for nr, (proeve, bestaatt) in enumerate(
            ((loep.proeve, loep.bestaatt), (loep.ny, loep.ny_bestaatt)), start=1
        ):
            # The first comes with the second.
            avlagt = (proeve <= naa) & (med | (alene & (np.minimum(loep.ny, proeve + 300) >= fra)))
            rader = np.flatnonzero(avlagt)
            proever.append(_tests(aaret, loep, fylke, rader, nr, proeve, bestaatt))
        personer.append(loep.personer.fnr[med | alene])
    if not sum(len(b["fnr"]) for b in kontrakter):
        # In a tiny nation: a file without contracts is one that has lost them (FIL-019).
        return np.zeros(0, np.int64), {}
    return np.concatenate(personer), {"laerekontrakt": kontrakter, "avlagt_prove": proever}


def _key(aaret: Aaret, fylke: Tekst) -> Blokk:
    return {"skoleaar": aaret.v.kalender.aar.compact, "avgiverfylke": pa.array(fylke)}


def _persons(loep: Loep, fylke: Tekst) -> Blokk:
    p = loep.personer
    alle = np.unique(fylke)
    annet = alle[(p.lot("annet fylke") * len(alle)).astype(np.int64)]
    flytter = p.lot("hjem") < laereplan().start.annet_fylke
    koder = pa.array(alle_fagkoder())
    return {
        "fnr": personnummer.as_text(p.fnr),
        "programomraadekode": koder.take(pa.array(p.fag)),
        "hjemstedsfylke": pa.array(np.where(flytter, annet, fylke)),
    }


def _number(loep: Loep, fylke: Tekst) -> pa.Array:
    nr = np.char.zfill(loep.nr.astype("U6"), 6)
    return pa.array(np.char.add(np.char.add(fylke, f"-{loep.personer.aar}-"), nr))


def _contracts(aaret: Aaret, loep: Loep, fylke: Tekst, rader: Heltall, dag: int) -> Blokk:
    p, plan = loep.personer, laereplan()
    hevet, slutt = known(loep.hevet, dag), known(loep.slutt, dag)
    sist_bestaatt = np.where(loep.ny < ALDRI, loep.ny_bestaatt, loep.bestaatt)
    stryk = np.where(loep.ny < ALDRI, "S2", "S1")
    kode = np.where(hevet < ALDRI, AARSAKER[p.fnr % len(AARSAKER)], stryk)
    kode = np.where((hevet >= ALDRI) & sist_bestaatt, "AB", kode)
    mer, annet = loep.mer <= dag, loep.annet <= dag
    tillegg = np.where(annet, plan.laeretid.annet_tillegg, 0)
    tillegg = np.where(mer, plan.laeretid.tillegg, tillegg)
    # By months from the start: a month counted from the end of another may be short of days.
    paa_vent = np.where(loep.pause <= dag, loep.pause_slutt - loep.pause, 0)
    til = add_months(loep.fra, loep.maaneder + tillegg) - 1 + paa_vent
    plass, program = companies_of(loep, fylke), programme_of(p.fag)
    kontor = offices_of(plass)
    kontornr = office_numbers(fylke, program, np.maximum(kontor, 0)).astype("U9")
    rekv = np.where(p.slag == REKVALIFISERING, "J", "N")
    blokk: Blokk = _key(aaret, fylke) | _persons(loep, fylke)
    blokk |= {
        "kontraktsnr": _number(loep, fylke),
        "kontraktstype": pa.array(contract_type(loep)),
        "orgnr_bedrift": pa.array(company_numbers(fylke, program, plass).astype("U9")),
        "orgnr_opplaeringskontor": pa.array(np.where(kontor == INGEN, "", kontornr)),
        "godkjentdato": text(known(loep.godkjent, dag)),
        "laeretid_fra": text(loep.fra),
        "laeretid_til": text(til),
        "netto_laeretid": pa.array((loep.maaneder + tillegg).astype("U3")),
        "netto_opplaeringstid": pa.array([str(plan.laeretid.opplaering)] * len(p)),
        "avbrudd_fra": text(known(loep.pause, dag)),
        "avbrudd_til": text(known(loep.pause_slutt, dag)),
        "kontrakt_avsluttet": text(slutt),
        "hevet_av": pa.array(np.where(hevet < ALDRI, PARTER[p.fnr % len(PARTER)], "")),
        "avslutningskode": pa.array(np.where(slutt < ALDRI, kode, "")),
        "rekvalifisering": pa.array(np.where(loep.fra >= LOV_2024, rekv, "")),
        "tillegg_maaneder": pa.array(np.where(tillegg > 0, tillegg.astype("U2"), "")),
        "tillegg_meropplaering": pa.array(np.where(tillegg > 0, np.where(mer, "J", "N"), "")),
    }
    return pick(blokk, rader)


def _tests(
    aaret: Aaret,
    loep: Loep,
    fylke: Tekst,
    rader: Heltall,
    nr: int,
    proeve: Heltall,
    bestaatt: np.ndarray,
) -> Blokk:
    p = loep.personer
    kandidat = np.where(contract_type(loep) == "O", "K", "L")
    kandidat = np.where(p.slag == PAA_JOBB, "F", kandidat)
    kandidat = np.where(p.slag == PRAKSIS, "P", kandidat)
    # Which fag give svennebrev is in no list here: SYNTETISK.
    brev = np.where(p.fag % 4 == 0, "S", "F")
    godt = p.lot(f"godt {nr}") < laereplan().slutt.godt
    resultat = np.where(bestaatt, np.where(godt, "BM", "BE"), "IB")
    kontrakt = _number(loep, fylke)
    uten = p.slag == PRAKSIS
    blokk: Blokk = _key(aaret, fylke) | _persons(loep, fylke)
    blokk |= {
        "provenr": str(nr),
        "kontraktsnr": pa.array(np.where(uten, "", kontrakt.to_numpy(zero_copy_only=False))),
        "provedato": text(proeve),
        "provekandidattype": pa.array(kandidat),
        "resultat_teori": pa.array(np.where(np.isin(p.slag, [UNG, MODUL]), "", "BE")),
        "resultat_praktisk": pa.array(resultat),
        "provestatus": pa.array(resultat),
        "brevtype": pa.array(np.where(kandidat == "K", "K", brev)),
    }
    return pick(blokk, rader)
