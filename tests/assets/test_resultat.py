"""Derived values at year end: karakterpoeng, stryk, elevstatus A, and what was before."""

import csv
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from tests.skolefil import OMRAADE, SKOLE, persons
from vigo_pipeline.contract.variabel import schema
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.derive.derive import derive
from vigo_pipeline.engine.derive.recipe import promised_schema, recipe
from vigo_pipeline.engine.register import Register

REGISTER = Register.installed()
AAR = Skoleaar.parse("2025-2026")
EXAMPLES = Path(__file__).parents[1] / "examples" / "avledet" / "karakterer.csv"
FELT = {
    "t1": "karakter_termin1",
    "t2": "karakter_termin2",
    "stp": "karakter_standpunkt",
    "skr": "karakter_skriftlig",
    "mun": "karakter_muntlig",
    "ann": "karakter_annen",
    "fam": "fagmerknad",
}
NOEKKEL: dict[str, object] = {
    "fnr": persons(1)[0],
    "skoleaar": AAR.compact,
    "skolenr": SKOLE,
    "programomraadekode": OMRAADE,
}
Rad = dict[str, object]


def examples() -> list[dict[str, str]]:
    with EXAMPLES.open(encoding="utf-8", newline="") as fil:
        return list(csv.DictReader(fil, delimiter=";"))


def derived(
    stamme: str, fag: list[Rad], kurs: Rad | None = None, forrige: list[Rad] | None = None
) -> Rad:
    """Return the one row of a delivery that these rows of one elevkurs give."""
    [rad] = derived_together(stamme, {NOEKKEL["fnr"]: fag}, kurs, forrige)
    return rad


def derived_together(
    stamme: str,
    fag: Mapping[object, list[Rad]],
    kurs: Rad | None = None,
    forrige: list[Rad] | None = None,
) -> list[Rad]:
    """Return the rows of a delivery that persons with these fag give, each with one elevkurs."""
    leveranse = REGISTER.leveranser[stamme]
    noekler = {fnr: NOEKKEL | {"fnr": fnr} for fnr in fag}
    rader = {
        "elev": list(noekler.values()),
        "elevkurs": [n | (kurs or {}) for n in noekler.values()],
        "elevkursfag": [noekler[fnr] | f for fnr, alle in fag.items() for f in alle],
    }
    tabeller = {}
    for navn, kolonner in leveranse.leser.items():
        skjema = pa.schema([*schema(list(kolonner)), pa.field("avgiver", pa.string())])
        tabeller[navn] = pa.Table.from_pylist(
            [{"avgiver": "03"} | r for r in rader.get(navn, [])], skjema
        )
    foer = pa.Table.from_pylist(forrige or [], promised_schema(leveranse))
    oppskrift = recipe(leveranse, REGISTER.spoerringer, AAR)
    return list(derive(oppskrift, tabeller, foer).rader.to_pylist())


def fag_of(tekst: str) -> list[Rad]:
    ut = []
    for ett in tekst.split(", "):
        kode, *resten = ett.split(" ")
        deler = (r.partition("=") for r in resten)
        ut.append({"fagkode": kode, "fagstatus": "E", **{FELT[n]: v for n, _, v in deler}})
    return ut


@pytest.fixture(scope="module")
def karakterer() -> dict[str, list[Rad]]:
    """What each of the examples comes to, each of a person of its own."""
    alle = examples()
    fag: dict[object, list[Rad]] = {
        fnr: fag_of(e["fag"]) for fnr, e in zip(persons(len(alle)), alle, strict=True)
    }
    rader = derived_together("ssbresultat", fag)
    return {
        e["navn"]: [r for r in rader if r["fnr"] == fnr] for fnr, e in zip(fag, alle, strict=True)
    }


@pytest.mark.parametrize("eksempel", examples(), ids=lambda e: e["navn"])
def test_karakterpoeng_stryk_and_individual_opplaering(
    eksempel: dict[str, str], karakterer: dict[str, list[Rad]]
) -> None:
    [rad] = karakterer[eksempel["navn"]]
    poeng = "" if rad["karakterpoeng"] is None else str(rad["karakterpoeng"])
    assert (poeng, str(rad["antall_stryk"]), rad["har_iop"]) == (
        eksempel["karakterpoeng"],
        eksempel["antall_stryk"],
        eksempel["har_iop"],
    )


@pytest.mark.parametrize(
    ("karakter", "elevstatus"), [({"karakter_standpunkt": "VO"}, "A"), ({}, "E")]
)
def test_at_year_end_elevstatus_a_asks_for_individual_opplaering(
    karakter: Rad, elevstatus: str
) -> None:
    fag = {"fagkode": "NOR1260", "fagstatus": "A"} | karakter
    assert derived("ssbresultat", [fag])["elevstatus"] == elevstatus


def test_a_fag_says_what_the_grade_was_only_when_it_was_another() -> None:
    fag = {"fagkode": "NOR1260", "fagstatus": "E", "karakter_standpunkt": "4"}
    foer = NOEKKEL | fag | {"rad": 1, "karakter_standpunkt": "3", "er_linja_aktiv": "J"}
    assert derived("ssbresultatfag", [fag], forrige=[foer])["forrige_standpunkt"] == "3"
    lik = foer | {"karakter_standpunkt": "4"}
    assert derived("ssbresultatfag", [fag], forrige=[lik])["forrige_standpunkt"] is None
    assert derived("ssbresultatfag", [fag])["forrige_standpunkt"] is None


def test_an_elevkurs_without_fag_has_zeros_and_elevstatus_x() -> None:
    rad = derived("ssbresultat", [])
    assert (rad["elevstatus"], rad["antall_stryk"], rad["karakterpoeng"]) == ("X", 0, None)
