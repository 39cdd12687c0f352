"""Derived values: elevstatus, kursprosent and antall fag, as the readable examples say."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive.derive import Avledet, derive
from vigo_pipeline.engine.derive.recipe import recipe
from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.personnummer import pool

Rad = dict[str, object]
REGISTER = Register.installed()
SSBELEV = REGISTER.leveranser["ssbelev"]
AAR = Skoleaar.parse("2025-2026")
EXAMPLES = Path(__file__).parents[1] / "examples" / "avledet"


def examples(stem: str) -> list[dict[str, str]]:
    with (EXAMPLES / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def person(nr: int) -> str:
    return f"{pool(2009)[0][nr]:011d}"


def derived(
    kurs: list[Rad], fag: list[Rad], *, med_privatister: str = "", **andre: list[Rad]
) -> Avledet:
    """Return ssbElev from these rows; what a row leaves out is blank, and so are other tables."""
    rader = {"elevkurs": kurs, "elevkursfag": fag, **andre}
    tabeller = {
        navn: pa.Table.from_pylist(
            [{"avgiver": "03", "skoleaar": AAR.compact} | r for r in rader.get(navn, [])],
            schema=pa.schema([*schema(list(kolonner)), pa.field("avgiver", pa.string())]),
        )
        for navn, kolonner in SSBELEV.leser.items()
    }
    oppskrift = recipe(SSBELEV, REGISTER.spoerringer, AAR, med_privatister=med_privatister)
    return derive(oppskrift, tabeller, None)


def day(tekst: str) -> date | None:
    return date.fromisoformat(tekst) if tekst else None


@pytest.mark.parametrize("eksempel", examples("elevstatus"), ids=lambda e: e["navn"])
def test_elevstatus(eksempel: dict[str, str]) -> None:
    noekkel = {
        "fnr": person(0),
        "skolenr": eksempel["skolenr"],
        "programomraadekode": eksempel["programomraadekode"],
    }
    kurs = noekkel | {
        "startdato": date(2025, 8, 18),
        "avbruddsdato": day(eksempel["avbruddsdato"]),
        "voksen": eksempel["voksen"] or None,
        "deltidselev": eksempel["deltidselev"] or None,
    }
    fag = [
        noekkel | {"fagkode": f"ENG100{nr}", "fagstatus": status}
        for nr, status in enumerate(eksempel["fagstatuser"])
    ]
    rader = derived([kurs], fag, med_privatister="03").rader
    assert rader["elevstatus"].to_pylist() == [eksempel["elevstatus"]]


@pytest.mark.parametrize("eksempel", examples("kursprosent"), ids=lambda e: e["navn"])
def test_kursprosent_and_antall_fag(eksempel: dict[str, str]) -> None:
    noekkel = {
        "fnr": person(0),
        "skolenr": "03001",
        "programomraadekode": eksempel["programomraadekode"],
    }
    fag = []
    for ett in filter(None, eksempel["fag"].split(", ")):
        kode, status, *rest = ett.split(" ")
        dato = [r for r in rest if re.fullmatch(r"\d{4}-\d{2}-\d{2}", r)]
        timer = [int(r) for r in rest if r.isdigit()]
        fag.append(
            noekkel
            | {"fagkode": kode, "fagstatus": status}
            | {"elevtimer": timer[0] if timer else None}
            | {"fag_avbruddsdato": day(dato[0]) if dato else None}
        )
    rad = derived([noekkel], fag, med_privatister="03").rader.to_pylist()[0]
    ventet = Decimal(eksempel["kursprosent"]) if eksempel["kursprosent"] else None
    assert (rad["kursprosent"], rad["antall_fag"]) == (ventet, int(eksempel["antall_fag"]))


@pytest.mark.parametrize(
    ("start", "slutt", "grunn"),
    [
        ("2025-08-18", "", None),
        ("2025-10-01", "", None),
        ("2025-10-02", "", "STARTER_ETTER_TELLEDATO"),
        ("2025-08-18", "2025-09-30", "SLUTTET_FOER_TELLEDATO"),
        ("2025-08-18", "2025-10-01", None),
        ("", "", None),
    ],
)
def test_telledato_decides_who_is_counted(start: str, slutt: str, grunn: str | None) -> None:
    kurs = {
        "fnr": person(0),
        "skolenr": "03001",
        "programomraadekode": "STUSP1----",
        "startdato": day(start),
        "avbruddsdato": day(slutt),
    }
    avledet = derived([kurs], [])
    assert avledet.rader.num_rows == (grunn is None)
    [regnskap] = avledet.regnskap.to_pylist()
    assert (regnskap["inn"], regnskap["ut"], regnskap["utelatt"]) == (1, grunn is None, bool(grunn))
    assert dict(regnskap["hvorfor"] or []) == ({grunn: 1} if grunn else {})


def test_rettstype_comes_from_inschool_for_adults_and_from_age_for_others() -> None:
    def kurs(nr: int, **felt: object) -> dict[str, object]:
        return {"fnr": person(nr), "skolenr": "03001", "programomraadekode": "STUSP1----", **felt}

    voksen = f"{pool(1980)[0][0]:011d}"
    rader = derived(
        [
            kurs(0, rettstype_importert="V"),
            kurs(1, voksen="J", rettstype_importert="V", rett_til_paabygging="J"),
            kurs(2, fnr=voksen),
        ],
        [],
    ).rader
    funnet = {r["fnr"]: (r["rettstype"], r["paabyggingsrett"]) for r in rader.to_pylist()}
    assert funnet == {person(0): ("U", None), person(1): ("V", "J"), voksen: ("I", None)}


PRIVATISTER = {
    "a privatist in all fag": ("PP", "", False),
    "a privatist in all fag, where the fylke counts them": ("PP", "03", True),
    "a privatist in all fag, where another fylke counts them": ("PP", "11,18", False),
    "a privatist who was let off a fag": ("PF", "", False),
    "a pupil who is a privatist in one fag": ("EP", "", True),
    "a pupil": ("EE", "", True),
}


@pytest.mark.parametrize("hvem", PRIVATISTER)
def test_a_privatist_has_no_training_at_the_school(hvem: str) -> None:
    statuser, med, teller = PRIVATISTER[hvem]
    noekkel: Rad = {"fnr": person(0), "skolenr": "03001", "programomraadekode": "STUSP1----"}
    fag = [noekkel | {"fagkode": f"ENG100{n}", "fagstatus": s} for n, s in enumerate(statuser)]
    avledet = derived([noekkel], fag, med_privatister=med)
    [regnskap] = avledet.regnskap.to_pylist()
    assert avledet.rader.num_rows == regnskap["ut"] == teller
    assert dict(regnskap["hvorfor"] or []) == ({} if teller else {"PRIVATIST": 1})


VG1, PAABYGGING = "STUSP1----", "PBPBY3----"
FAGBREV: Rad = {"provedato": date(2025, 6, 12), "provestatus": "BE", "brevtype": "F"}
# What somebody of 19 had reached, the course, when it began, and the rettstype: opplæringslova
# §§ 5-1 and 5-7.
KOMPETANSER: dict[str, tuple[Rad, Rad, str, str, str]] = {
    "nothing": ({}, {}, VG1, "", "U"),
    "studiekompetanse last summer": (
        {"sluttkompetanse": "S", "sluttkompetanse_dato": date(2025, 6, 20)},
        *({}, VG1, "2025-08-18", "I"),
    ),
    "studiekompetanse at the end of this skoleår": (
        {"sluttkompetanse": "S", "sluttkompetanse_dato": date(2026, 6, 20)},
        *({}, VG1, "2025-08-18", "U"),
    ),
    "studiekompetanse after the course had begun, by an exam taken anew": (
        {"sluttkompetanse": "S", "sluttkompetanse_dato": date(2025, 9, 30)},
        *({}, VG1, "2025-08-18", "U"),
    ),
    "yrkeskompetanse, on a day nobody knows": ({"sluttkompetanse": "Y"}, {}, VG1, "", "I"),
    "yrkeskompetanse, and on påbygging": ({"sluttkompetanse": "Y"}, {}, PAABYGGING, "", "U"),
    "studiekompetanse, and on påbygging": ({"sluttkompetanse": "S"}, {}, PAABYGGING, "", "I"),
    "a fagbrev": ({}, FAGBREV, VG1, "2025-08-18", "I"),
    "a fagbrev, and on påbygging": ({}, FAGBREV, PAABYGGING, "", "U"),
    "a fagbrev as praksiskandidat, without fellesfag, and on påbygging": (
        *({}, FAGBREV | {"provekandidattype": "P"}, PAABYGGING, "", "I"),
    ),
    "the same, as VIGO has registered it": (
        {"sluttkompetanse": "Y"},
        *(FAGBREV | {"provekandidattype": "F"}, PAABYGGING, "", "I"),
    ),
    "a prøve of a lærekandidat, whose brevtype is blank": (
        *({}, FAGBREV | {"brevtype": None, "provekandidattype": "K"}, VG1, "2025-08-18", "U"),
    ),
    "a fagprøve that was not passed": (
        *({}, FAGBREV | {"provestatus": "IB"}, VG1, "2025-08-18", "U"),
    ),
    "a praksisbrev, a lower goal": (*({}, FAGBREV | {"brevtype": "P"}, VG1, "2025-08-18", "U"),),
    "a fagprøve passed this winter": (
        *({}, FAGBREV | {"provedato": date(2026, 1, 15)}, VG1, "2025-08-18", "U"),
    ),
}


@pytest.mark.parametrize("hva", KOMPETANSER)
def test_ungdomsretten_ends_with_competence_also_before_24(hva: str) -> None:
    i_vigo, prove, kode, start, ventet = KOMPETANSER[hva]
    fnr: Rad = {"fnr": f"{pool(2006)[0][0]:011d}"}
    kurs = fnr | {"skolenr": "03001", "programomraadekode": kode, "startdato": day(start)}
    avledet = derived(
        *([kurs], []),
        ungdom=[fnr | i_vigo] if i_vigo else [],
        avlagt_prove=[fnr | prove] if prove else [],
    )
    assert avledet.rader["rettstype"].to_pylist() == [ventet]
