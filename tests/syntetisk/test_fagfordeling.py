"""The plan of fag per programområde: known codes only, and years that can be filled."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from vigo_pipeline import syntetisk
from vigo_pipeline.contract import kodeverk

HODE = ["programomraade_grunnkode", "fagkode", "rolle", "timer"]
SKOLEAAR = date(2025, 8, 1), date(2026, 7, 31)


def _rader() -> list[dict[str, str]]:
    fil = Path(syntetisk.__file__).with_name("fagfordeling.csv")
    with fil.open(encoding="utf-8", newline="") as f:
        leser = csv.DictReader(f, delimiter=";")
        rader = list(leser)
    assert leser.fieldnames == HODE
    return rader


@pytest.fixture(scope="module")
def fordeling() -> dict[str, list[dict[str, str]]]:
    ut = defaultdict(list)
    for rad in _rader():
        ut[rad["programomraade_grunnkode"]].append(rad)
    return dict(ut)


@pytest.fixture(scope="module")
def fag() -> dict[str, dict[str, str]]:
    return {r["kode"]: r for r in kodeverk.valid("fag", *SKOLEAAR).to_pylist()}


@pytest.fixture(scope="module")
def omraader() -> list[dict[str, str]]:
    return kodeverk.valid("programomraader", *SKOLEAAR).to_pylist()


def test_only_known_fag_and_programomraader_are_used(fordeling, fag, omraader):
    grunnkoder = {o["kode"][:6] for o in omraader}
    assert not fordeling.keys() - grunnkoder
    ukjente = {r["fagkode"] for rader in fordeling.values() for r in rader} - fag.keys()
    assert not ukjente, f"not in kodeverk fag: {sorted(ukjente)}"


def test_every_ordinary_programomraade_in_school_has_its_fag(fordeling, omraader):
    uten = {
        o["kode"]
        for o in omraader
        if o["sted"] == "skole"
        and o["aarstimer"]
        and o["utdanningsprogram"]
        and o["kode"][:6] not in fordeling
    }
    assert not uten


def test_a_fag_stands_once_in_a_programomraade(fordeling):
    dobbelt = {
        g for g, rader in fordeling.items() if len({r["fagkode"] for r in rader}) < len(rader)
    }
    assert not dobbelt


def test_roles_are_known_and_hours_are_the_fags_own(fordeling, fag):
    for rader in fordeling.values():
        for rad in rader:
            assert rad["rolle"] in {"felles", "program", "valg"}
            kjent = fag[rad["fagkode"]]
            if kjent["krever_elevtimer"] == "J":
                assert int(rad["timer"]) > 0
            else:
                assert int(rad["timer"]) == int(kjent["aarstimer"] or 0)


def test_choices_fill_the_year_exactly(fordeling, omraader):
    """Every valg of a programområde has the same hours, so any pick of them fits."""
    aarstimer = {o["kode"][:6]: int(o["aarstimer"]) for o in omraader if o["aarstimer"]}
    for grunnkode in fordeling.keys() & aarstimer.keys():
        rader = fordeling[grunnkode]
        fast = sum(int(r["timer"]) for r in rader if r["rolle"] != "valg")
        valg = [int(r["timer"]) for r in rader if r["rolle"] == "valg"]
        igjen = aarstimer[grunnkode] - fast
        assert len(set(valg)) <= 1, grunnkode
        assert igjen == 0 or (valg and igjen % valg[0] == 0 and igjen // valg[0] <= len(valg))
