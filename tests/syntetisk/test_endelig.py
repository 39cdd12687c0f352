"""The final round: the same pupils, and exactly the differences that are reported."""

import pytest

pytestmark = pytest.mark.slow(4)

NOEKKEL = ("fnr", "skoleaar", "skolenr", "programomraadekode")


def by_key(rader, *flere):
    return {
        tuple(r[n] for n in (*NOEKKEL, *flere)): {k: v for k, v in r.items() if k != "fildato"}
        for r in rader
    }


def test_the_first_round_changes_nothing(ren):
    assert ren.oppsummering.endringer == {}


def test_differences_are_the_reported_ones(ren, endelig):
    meldt = endelig.oppsummering.endringer
    foer, etter = (by_key(r.tabeller["elevkurs"]) for r in (ren, endelig))
    assert len(etter.keys() - foer.keys()) == meldt["nye"] > 0
    assert not foer.keys() - etter.keys()
    endret = [k for k in foer if foer[k] != etter[k]]
    assert len(endret) == meldt["sluttere"] > 0
    assert all(etter[k]["avbruddsdato"] > "20251017" for k in endret)


def test_one_fag_is_given_up_per_reported_change(ren, endelig):
    meldt = endelig.oppsummering.endringer
    kurs = by_key(endelig.tabeller["elevkurs"])
    foer, etter = (by_key(r.tabeller["elevkursfag"], "fagkode") for r in (ren, endelig))
    endret = [k for k in foer if foer[k] != etter[k] and not kurs[k[:4]]["avbruddsdato"]]
    assert len(endret) == meldt["fag"] > 0
    assert all(etter[k]["fagstatus"] == "S" for k in endret)


def test_corrected_names_belong_to_the_same_numbers(ren, endelig):
    foer, etter = ({r["fnr"]: r["elevnavn"] for r in x.tabeller["elev"]} for x in (ren, endelig))
    endret = [f for f in foer if foer[f] != etter[f]]
    assert len(endret) == endelig.oppsummering.endringer["navn"] > 0
    assert all(etter[f].split()[:2] == foer[f].split()[:2] for f in endret)


def test_the_final_files_are_made_later(endelig):
    assert {r["fildato"] for r in endelig.tabeller["tof"]} == {"20251103"}
