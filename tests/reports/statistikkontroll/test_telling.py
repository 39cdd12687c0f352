"""Rows per fylke, fag and month against last year; a count of few is concealed."""

from datetime import date

import pyarrow as pa
import pytest

from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.statistikkontroll.count import count
from vigo_pipeline.reports.statistikkontroll.report import NIVAA, one_table, tables

KONTRAKT = Register.installed().leveranse("ssbkontrakt")
FAG, MODUL = "HSHEA3----", "HSHEA3MF--"


def rows(*grupper: tuple[int, str, str, date, str]) -> pa.Table:
    """Return so many rows of a fylke and fag that began on a day; J for mer opplæring."""
    felt = [
        {"avgiverfylke": fylke, "programomraadekode": fag, "laeretid_fra": fra}
        | {"tillegg_meropplaering": mer or None, "modulstrukturert": "J" if fag == MODUL else "N"}
        for antall, fylke, fag, fra, mer in grupper
        for _ in range(antall)
    ]
    return pa.Table.from_pylist(felt, schema=promised_schema(KONTRAKT))


NAA = rows(
    (10, "03", FAG, date(2025, 8, 15), ""),
    (6, "03", FAG, date(2024, 9, 1), "J"),
    (7, "03", FAG, date(2024, 9, 1), "N"),
    (8, "11", MODUL, date(2025, 8, 1), ""),
    (2, "11", FAG, date(2026, 1, 5), ""),
)
I_FJOR = rows((12, "03", FAG, date(2024, 8, 15), ""), (5, "11", FAG, date(2024, 8, 1), ""))


def test_every_row_is_counted_in_its_own_fylke_fag_and_month() -> None:
    per = count(KONTRAKT, NAA, I_FJOR).per
    assert per["fylke"].to_pylist() == [
        {"avgiverfylke": "03", "naa": 23, "i_fjor": 12},
        {"avgiverfylke": "11", "naa": 10, "i_fjor": 5},
    ]
    assert {r["programomraadekode"]: r["naa"] for r in per["programområde"].to_pylist()} == {
        FAG: 25,
        MODUL: 8,
    }
    maaneder = [(r["maaned"], r["naa"]) for r in per["måned"].to_pylist()]
    assert maaneder == [("august", 18), ("september", 13), ("januar", 2)]
    alle = per["fylke og programområde og måned"]
    assert sum(alle["naa"].to_pylist()) == len(NAA)
    assert sum(alle["i_fjor"].to_pylist()) == len(I_FJOR)


def test_what_is_new_is_counted_as_itself() -> None:
    nytt = {
        (r["hva"], r["avgiverfylke"]): r["naa"] for r in count(KONTRAKT, NAA, None).nytt.to_pylist()
    }
    assert nytt == {
        ("Forlenget med mer opplæring", "03"): 6,
        ("Forlenget av andre grunner", "03"): 7,
        ("Modulstrukturert opplæring for voksne", "11"): 8,
    }


def test_no_count_of_few_is_shown_nor_can_be_worked_out() -> None:
    tabeller = {t.navn: list(t.rader) for t in tables(count(KONTRAKT, NAA, I_FJOR))}
    assert ("januar", "<5", 0, ":") in tabeller["Per måned"]
    # Two of ten in the fylke are concealed, so the other eight are too.
    assert [r for r in tabeller["Alle sammen"] if r[0] == "11" and r[3] == 8] == []
    assert tabeller["Per fylke"][0] == ("03", 23, 12, 92)


@pytest.mark.parametrize("i_fjor", [I_FJOR, None])
def test_other_programs_get_what_people_get(i_fjor: pa.Table | None) -> None:
    tabeller = tables(count(KONTRAKT, NAA, i_fjor))
    rader = one_table(tabeller).to_pylist()
    assert len(rader) == sum(len(list(t.rader)) for t in tabeller)
    assert {r["nivaa"] for r in rader} == {*NIVAA.values()}
    per_fylke = [r for r in rader if r["nivaa"] == NIVAA["avgiverfylke"]]
    foer = (12, "12") if i_fjor is not None else (None, None)
    assert per_fylke[0]["avgiverfylke"] == "03"
    assert (per_fylke[0]["antall"], per_fylke[0]["antall_vist"]) == (23, "23")
    assert (per_fylke[0]["i_fjor"], per_fylke[0]["i_fjor_vist"]) == foer
    assert not [r for r in rader if r["antall"] in range(1, 5)]
    assert {r["antall_vist"] for r in rader if r["antall"] is None} == {"<5", ":"}


@pytest.mark.parametrize("stamme", ["laerebedrifter", "opplaeringskontor"])
def test_what_is_of_no_person_is_counted_by_what_it_has(stamme: str) -> None:
    leveranse = Register.installed().leveranse(stamme)
    tom = promised_schema(leveranse).empty_table()
    svar = tables(count(leveranse, tom, None))
    assert {"Per fylke", "Per måned"} <= {t.navn for t in svar}
    assert svar[0].forklaring == "Samme runde i fjor er ikke levert."
