"""Planted defects: each is where the answer key says, and spoils nothing else."""

import csv
import difflib
from collections import Counter, defaultdict

import pytest

from vigo_pipeline.contract.grensesnitt import grensesnitt
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.syntetisk.feil.oenske import kinds
from vigo_pipeline.syntetisk.feil.register import Nivaa

pytestmark = pytest.mark.slow(4)

# Defects of the bytes: no line can be pointed at.
HELE_FILA = {"FIL-009", "FIL-010", "FIL-011"}


def lines(mappe, rad):
    innhold = (mappe / rad["avgiver"] / rad["fil"]).read_bytes().decode("iso-8859-1")
    return innhold.removesuffix("\r\n").split("\r\n")


def value(linje, kolonne):
    felt = linje.split(";")
    plasser = [k for p in grensesnitt().post if p.kode == felt[0] for k in p.i_bruk]
    return next((felt[k.nr - 1] for k in plasser if k.variabel == kolonne), None)


@pytest.fixture(scope="module")
def feil(make):
    return make(feil=True).oppsummering


@pytest.fixture(scope="module")
def fasit(feil):
    with feil.fasit.open(encoding="utf-8", newline="") as fil:
        return list(csv.DictReader(fil, delimiter=";"))


def test_every_kind_is_planted_once_or_reported(feil):
    assert feil.feil.keys() | set(feil.ikke_plantet) == kinds().keys()
    assert not feil.feil.keys() & set(feil.ikke_plantet)
    assert set(feil.feil.values()) == {1}


def test_no_answer_key_without_defects(ren):
    assert ren.oppsummering.fasit is None
    assert not (ren.oppsummering.mappe.parents[2] / "fasit_oktober_1-levering.csv").exists()


def test_the_answer_key_lies_outside_the_drop_and_names_nobody(feil):
    assert "inn" not in feil.fasit.relative_to(feil.mappe.parents[2]).parts
    tekst = feil.fasit.read_text("utf-8")
    assert mask(tekst) == tekst


def test_side_effects_follow_from_a_planted_rule_of_the_same_file(fasit):
    plantet = {(r["fil"], r["regel"]) for r in fasit if not r["foelger_av"]}
    assert all((r["fil"], r["foelger_av"]) in plantet for r in fasit if r["foelger_av"])


def test_every_changed_line_is_in_the_answer_key(ren, feil, fasit):
    hele = {r["fil"] for r in fasit if r["regel"] in HELE_FILA}
    nevnt = defaultdict(set)
    for r in fasit:
        if r["fil"] not in hele:
            nevnt[r["avgiver"], r["fil"]].add(int(r["linje"]))
    for (avgiver, fil), linjer in nevnt.items():
        rad = {"avgiver": avgiver, "fil": fil}
        foer, etter = lines(ren.oppsummering.mappe, rad), lines(feil.mappe, rad)
        like = difflib.SequenceMatcher(None, foer, etter, autojunk=False)
        nye = {
            nr + 1
            for art, _, _, fra, til in like.get_opcodes()
            if art != "equal"
            for nr in range(fra, til)
        }
        # A defect in every fag of a pupil is named by its $EK.
        assert nye <= linjer | _same_person(etter, linjer)


def _same_person(linjer, numre):
    fnr = {value(linjer[n - 1], "fnr") for n in numre if linjer[n - 1].startswith("$")}
    return {
        n for n, rad in enumerate(linjer, 1) if rad[:1] == "$" and value(rad, "fnr") in fnr - {None}
    }


def test_other_files_are_untouched(ren, feil, fasit):
    med = {(r["avgiver"], r["fil"]) for r in fasit}
    for sti in sorted(ren.oppsummering.mappe.glob("*/*.txt")):
        if (sti.parent.name, sti.name) not in med:
            assert sti.read_bytes() == (feil.mappe / sti.parent.name / sti.name).read_bytes()


@pytest.mark.parametrize(
    ("regel", "verdi"),
    [
        ("FAG-001", "QQQ9999"),
        ("STAT-001", "Z"),
        ("PERS-006", "Hansen, Ola"),
        ("DATO-002", ""),
        ("DATO-014", "20251006"),
        ("KAR-001", "9"),
        ("RETT-006", "Z"),
        ("DATO-005", "20250815"),
        ("NOK-007", "20252027"),
    ],
)
def test_the_line_of_the_answer_key_holds_the_defect(feil, fasit, regel, verdi):
    rad = next(r for r in fasit if r["regel"] == regel and not r["foelger_av"])
    assert value(lines(feil.mappe, rad)[int(rad["linje"]) - 1], rad["kolonne"]) == verdi


def test_a_missing_person_is_found_on_the_elevkurs(feil, fasit):
    rad = next(r for r in fasit if r["regel"] == "NOK-001")
    linjer = lines(feil.mappe, rad)
    fnr = value(linjer[int(rad["linje"]) - 1], "fnr")
    assert not [x for x in linjer if x.startswith(f"$EL;{fnr}")]


def test_files_that_cannot_be_judged_hold_nothing_else(fasit):
    plantet = [r for r in fasit if not r["foelger_av"]]
    egne = {r["fil"] for r in plantet if kinds()[r["regel"]].nivaa is Nivaa.EGEN_FIL}
    per_fil = defaultdict(set)
    for r in fasit:
        per_fil[r["fil"]].add(r["foelger_av"] or r["regel"])
    assert all(len(per_fil[f]) == 1 for f in egne)


def test_accepted_and_rejected_defects_are_in_different_files(fasit):
    nivaa = defaultdict(set)
    for r in fasit:
        if not r["foelger_av"]:
            nivaa[r["fil"]].add(kinds()[r["regel"]].nivaa)
    assert Counter(len(n) for n in nivaa.values()).keys() == {1}


def test_chosen_kinds_are_planted_as_often_as_asked(make):
    made = make(feil={"NOK-003": 3, "DATO-002": 2}).oppsummering
    assert made.feil == {"NOK-003": 3, "DATO-002": 2}


def test_defects_are_the_same_every_time(make, feil):
    assert make(feil=True).oppsummering.fasit.read_bytes() == feil.fasit.read_bytes()
