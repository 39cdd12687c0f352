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
    kurs: list[Rad], fag: list[Rad], med_privatister: str = "", **andre: list[Rad]
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


def of_each(fnr: list[str], avledet: Avledet) -> list[list[Rad]]:
    """Return the rows that each of these persons got, which many are asked for at once."""
    rader = avledet.rader.to_pylist()
    return [[r for r in rader if r["fnr"] == en] for en in fnr]


def left_out(avledet: Avledet) -> tuple[int, int, int, dict[str, int]]:
    """Return of the one avgiver how many rows came in, out and not out, and why not."""
    [r] = avledet.regnskap.to_pylist()
    return r["inn"], r["ut"], r["utelatt"], dict(r["hvorfor"] or [])


@pytest.fixture(scope="module")
def elevstatuser() -> dict[str, list[Rad]]:
    """What each of the examples comes to, each of a person of its own."""
    alle = examples("elevstatus")
    kurs: list[Rad] = []
    fag: list[Rad] = []
    for nr, eksempel in enumerate(alle):
        noekkel: Rad = {
            "fnr": person(nr),
            "skolenr": eksempel["skolenr"],
            "programomraadekode": eksempel["programomraadekode"],
        }
        kurs.append(
            noekkel
            | {
                "startdato": date(2025, 8, 18),
                "avbruddsdato": day(eksempel["avbruddsdato"]),
                "voksen": eksempel["voksen"] or None,
                "deltidselev": eksempel["deltidselev"] or None,
            }
        )
        fag += [
            noekkel | {"fagkode": f"ENG100{nr}", "fagstatus": status}
            for nr, status in enumerate(eksempel["fagstatuser"])
        ]
    rader = of_each([person(nr) for nr in range(len(alle))], derived(kurs, fag, "03"))
    return dict(zip((e["navn"] for e in alle), rader, strict=True))


@pytest.mark.parametrize("eksempel", examples("elevstatus"), ids=lambda e: e["navn"])
def test_elevstatus(eksempel: dict[str, str], elevstatuser: dict[str, list[Rad]]) -> None:
    funnet = [r["elevstatus"] for r in elevstatuser[eksempel["navn"]]]
    assert funnet == [eksempel["elevstatus"]]


def fag_of(tekst: str) -> Rad:
    """Return a fag as an example says it: code, status, hours and day, what it has of them."""
    kode, status, *rest = tekst.split(" ")
    dato = [r for r in rest if re.fullmatch(r"\d{4}-\d{2}-\d{2}", r)]
    timer = [int(r) for r in rest if r.isdigit()]
    return {
        "fagkode": kode,
        "fagstatus": status,
        "elevtimer": timer[0] if timer else None,
        "fag_avbruddsdato": day(dato[0]) if dato else None,
    }


@pytest.fixture(scope="module")
def kursprosenter() -> dict[str, list[Rad]]:
    """What each of the examples comes to, each of a person of its own."""
    alle = examples("kursprosent")
    kurs: list[Rad] = []
    fag: list[Rad] = []
    for nr, eksempel in enumerate(alle):
        omraade = eksempel["programomraadekode"]
        kurs.append({"fnr": person(nr), "skolenr": "03001", "programomraadekode": omraade})
        fag += [kurs[-1] | fag_of(ett) for ett in filter(None, eksempel["fag"].split(", "))]
    rader = of_each([person(nr) for nr in range(len(alle))], derived(kurs, fag, "03"))
    return dict(zip((e["navn"] for e in alle), rader, strict=True))


@pytest.mark.parametrize("eksempel", examples("kursprosent"), ids=lambda e: e["navn"])
def test_kursprosent_and_antall_fag(
    eksempel: dict[str, str], kursprosenter: dict[str, list[Rad]]
) -> None:
    [rad] = kursprosenter[eksempel["navn"]]
    ventet = Decimal(eksempel["kursprosent"]) if eksempel["kursprosent"] else None
    assert (rad["kursprosent"], rad["antall_fag"]) == (ventet, int(eksempel["antall_fag"]))


def test_telledato_decides_who_is_counted() -> None:
    perioder = [
        ("2025-08-18", "", True),
        ("2025-10-01", "", True),
        ("2025-10-02", "", False),
        ("2025-08-18", "2025-09-30", False),
        ("2025-08-18", "2025-10-01", True),
        ("", "", True),
    ]
    kurs: list[Rad] = [
        {
            "fnr": person(nr),
            "skolenr": "03001",
            "programomraadekode": "STUSP1----",
            "startdato": day(start),
            "avbruddsdato": day(slutt),
        }
        for nr, (start, slutt, _) in enumerate(perioder)
    ]
    avledet = derived(kurs, [])
    teller = [bool(r) for r in of_each([person(nr) for nr in range(len(kurs))], avledet)]
    assert teller == [ventet for *_, ventet in perioder]
    hvorfor = {"STARTER_ETTER_TELLEDATO": 1, "SLUTTET_FOER_TELLEDATO": 1}
    assert left_out(avledet) == (6, 4, 2, hvorfor)


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


# The status of each fag, and where the fylker that count privatister are these, who is counted.
PRIVATISTER = {
    "a privatist in all fag": ("PP", {"03"}),
    "a privatist who was let off a fag": ("PF", {"03"}),
    "a pupil who is a privatist in one fag": ("EP", {"", "03", "11,18"}),
    "a pupil": ("EE", {"", "03", "11,18"}),
}


@pytest.mark.parametrize("med", ["", "03", "11,18"])
def test_a_privatist_has_no_training_at_the_school(med: str) -> None:
    noekler: list[Rad] = [
        {"fnr": person(nr), "skolenr": "03001", "programomraadekode": "STUSP1----"}
        for nr in range(len(PRIVATISTER))
    ]
    fag = [
        noekkel | {"fagkode": f"ENG100{n}", "fagstatus": s}
        for noekkel, (statuser, _) in zip(noekler, PRIVATISTER.values(), strict=True)
        for n, s in enumerate(statuser)
    ]
    avledet = derived(noekler, fag, med)
    teller = [bool(r) for r in of_each([person(nr) for nr in range(len(noekler))], avledet)]
    ventet = [med in alltid for _, alltid in PRIVATISTER.values()]
    assert dict(zip(PRIVATISTER, teller, strict=True)) == dict(
        zip(PRIVATISTER, ventet, strict=True)
    )
    ute = ventet.count(False)
    assert left_out(avledet) == (4, 4 - ute, ute, {"PRIVATIST": ute} if ute else {})


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


@pytest.fixture(scope="module")
def rettstyper() -> dict[str, list[Rad]]:
    """What each of KOMPETANSER comes to, each of a person of its own."""
    kurs: list[Rad] = []
    ungdom: list[Rad] = []
    prover: list[Rad] = []
    personer = [f"{nr:011d}" for nr in pool(2006)[0][: len(KOMPETANSER)]]
    for fnr, (i_vigo, prove, kode, start, _) in zip(personer, KOMPETANSER.values(), strict=True):
        en: Rad = {"fnr": fnr}
        kurs.append(en | {"skolenr": "03001", "programomraadekode": kode, "startdato": day(start)})
        ungdom += [en | i_vigo] if i_vigo else []
        prover += [en | prove] if prove else []
    rader = of_each(personer, derived(kurs, [], ungdom=ungdom, avlagt_prove=prover))
    return dict(zip(KOMPETANSER, rader, strict=True))


@pytest.mark.parametrize("hva", KOMPETANSER)
def test_ungdomsretten_ends_with_competence_also_before_24(
    hva: str, rettstyper: dict[str, list[Rad]]
) -> None:
    *_, ventet = KOMPETANSER[hva]
    assert [r["rettstype"] for r in rettstyper[hva]] == [ventet]
