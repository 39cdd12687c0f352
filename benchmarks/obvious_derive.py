"""The two deliveries derived with pandas, the way one would write it first."""

import re

import pandas as pd

from vigo_pipeline.domain.skoleaar import Skoleaar

KURS = ["fnr", "skoleaar", "skolenr", "programomraadekode"]
Regler = list[tuple[re.Pattern[str], str]]


def derive_fag(
    lest: dict[str, pd.DataFrame], liste: dict[str, pd.DataFrame], aar: Skoleaar
) -> pd.DataFrame:
    """Return one row per delivered fag, with what the elevkurs is computed from."""
    fag = liste["fag"][["kode", "navn", "fagtype", "aarstimer", "grunnlag_kursprosent"]]
    status = liste["fagstatuser"][["kode", "teller_kursprosent", "teller_antall_fag"]]
    rader = lest["elevkursfag"].merge(_counted(lest["elevkurs"], aar)[KURS], on=KURS)
    rader = rader.merge(fag, how="left", left_on="fagkode", right_on="kode").drop(columns="kode")
    rader = rader.merge(status, how="left", left_on="fagstatus", right_on="kode")
    rader["aarstimer"] = pd.to_numeric(rader["aarstimer"], errors="coerce").astype("Int64")
    rader["timer"] = rader["elevtimer"].astype("Int64").fillna(rader["aarstimer"])
    sent = pd.to_datetime(rader["fag_avbruddsdato"]) >= pd.Timestamp(aar.start, 11, 1)
    teller = {
        k: (rader[k] == "J") | ((rader[k] == "FRA_1_NOVEMBER") & sent)
        for k in ("teller_kursprosent", "teller_antall_fag")
    }
    rader["i_kursprosent"] = (
        teller["teller_kursprosent"]
        & (rader["grunnlag_kursprosent"] == "J")
        & rader["timer"].notna()
    )
    rader["i_antall_fag"] = teller["teller_antall_fag"]
    rader["er_linja_aktiv"] = rader["i_kursprosent"].map({True: "J", False: "N"})
    rader["elevtimer"] = rader["elevtimer"].astype("Int64")
    rader["forrige_fagstatus"] = None
    return rader.rename(columns={"navn": "fagnavn"})


def derive_elev(
    lest: dict[str, pd.DataFrame],
    fag: pd.DataFrame,
    liste: dict[str, pd.DataFrame],
    regler: Regler,
    aar: Skoleaar,
) -> pd.DataFrame:
    """Return one row per delivered elevkurs."""
    per_kurs = fag.groupby(KURS)
    sett = per_kurs["fagstatus"].apply(lambda s: "".join(sorted(set(s.dropna()))))
    utregnet = pd.DataFrame(
        {
            "fagstatuser": sett,
            "antall_fag": per_kurs["i_antall_fag"].sum(),
            "timer": fag[fag["i_kursprosent"]].groupby(KURS)["timer"].sum(),
        }
    ).reset_index()
    program = liste["programomraader"].rename(columns={"aarstimer": "kurstimer"})
    program = program[["kode", "utdanningsprogram", "trinn", "kurstimer"]]
    skole = liste["skoler"][["kode", "navn", "organisasjonsnummer", "fylkesnr"]]
    rader = _counted(lest["elevkurs"], aar).merge(utregnet, on=KURS, how="left")
    rader = rader.merge(lest["elev"][["fnr", "elevnavn"]], on="fnr", how="left")
    rader = rader.merge(program, how="left", left_on="programomraadekode", right_on="kode")
    rader = rader.drop(columns="kode").merge(skole, how="left", left_on="skolenr", right_on="kode")
    kurstimer = pd.to_numeric(rader["kurstimer"], errors="coerce")
    prosent = 100 * rader["timer"].astype("Float64").fillna(0) / kurstimer
    rader["kursprosent"] = [f"{p:.2f}" for p in prosent.fillna(0)]
    rader["antall_fag"] = rader["antall_fag"].fillna(0).astype("Int64")
    rader["elevstatus"] = rader.apply(lambda r: _status(r, regler), axis=1)
    # A privatist has no opplæring at the school.
    rader = rader[rader["elevstatus"] != "P"].copy()
    rader["rettstype"] = rader.apply(lambda r: _right(r, aar), axis=1)  # type: ignore[call-overload]
    rader["avgiverfylke"] = rader["avgiver"].where(
        rader["avgiver"].str.isdigit(), rader["fylkesnr"]
    )
    rader["paabyggingsrett"] = rader["rett_til_paabygging"].where(rader["voksen"] == "J")
    rader["forrige_elevstatus"] = rader["rettstype_hjemfylke"] = None
    return rader.rename(columns={"navn": "skolenavn", "utdanningsprogram": "utdanningsprogramkode"})


def _counted(kurs: pd.DataFrame, aar: Skoleaar) -> pd.DataFrame:
    telledato = pd.Timestamp(aar.telledato)
    for_sent = pd.to_datetime(kurs["startdato"]) > telledato
    for_tidlig = pd.to_datetime(kurs["avbruddsdato"]) < telledato
    return kurs[~(for_sent | for_tidlig)]


def _status(rad: pd.Series, regler: Regler) -> str:
    """Return the elevstatus of an elevkurs, top down, first hit."""
    kategori = rad["programomraadekode"][6:8]
    if pd.notna(rad["avbruddsdato"]):
        return "S"
    if rad["voksen"] == "J":
        return "V"
    if rad["deltidselev"] == "J" and rad["skolenr"].startswith("00"):
        return "D"
    if rad["skolenr"].endswith("000"):
        if rad["programomraadekode"].startswith("R94"):
            return "L"
        if kategori in {"--", "G-", "G1", "G2", "V-", "F-"}:
            return "L"
        return "K" if kategori in {"I-", "K-", "K1", "K2", "H-"} else "X"
    if pd.isna(rad["fagstatuser"]):
        return "X"
    return next(status for moenster, status in regler if moenster.search(rad["fagstatuser"]))


def _right(rad: pd.Series, aar: Skoleaar) -> str | None:
    """Return the rettstype: the imported one for adults, else by age."""
    if rad["voksen"] == "J":
        return rad["rettstype_importert"] if pd.notna(rad["rettstype_importert"]) else None
    return "U" if aar.start - _birth_year(rad["fnr"]) <= 24 else "I"


def _birth_year(fnr: str) -> int:
    """Return the year that two digits and the individual number say."""
    aar, individ = int(fnr[4:6]), int(fnr[6:9])
    if individ < 500:
        return 1900 + aar
    return 1800 + aar if aar >= 54 and individ < 750 else 1900 + aar if aar >= 40 else 2000 + aar
