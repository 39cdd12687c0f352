"""The line types of the project's own, in shape as those of the public interface."""

from collections import Counter

import pytest

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.grensesnitt import Post, grensesnitt, linjetyper, tabellposter
from vigo_pipeline.contract.variabel import variabler

OFFENTLIGE = {p.kode for p in grensesnitt().post}
POSTER = {p.kode: p for p in linjetyper() if p.kode not in OFFENTLIGE}
ANTALL = {"$IN": 9, "$VS": 8, "$RV": 7, "$RK": 8, "$IV": 7, "$DE": 6} | {
    **{"$LK": 23, "$AP": 14, "$SL": 10, "$LB": 9, "$OK": 9, "$OM": 7},
}
# What the interface invents is named so; the rest is Grensesnitt SAS's own.
ANTATT = "ASSUMED"
KODER = {
    "inntaksstatuser": {"I", "N", "V"},
    "ajourholdskoder": {"I", "N", "S", "V"},
    "opplaeringstyper": {"F", "P", "R", "S"},
    "rkv_resultater": {"GK", "DE", "IG"},
    "voksenrettstyper": {"V", "P", "I"},
    "hevet_av": {"B", "F", "L"},
    "organtyper": {"O", "S"},
    "proveresultater": {"BE", "BM", "IB", "IM"},
    "provekandidattyper": {"B", "E", "F", "K", "L", "P"},
}
BLANKER = {("$IN", n) for n in ("inntaksstatus", "ajourholdskode", "ajourholdsdato")}
FAGOPPLAERING = {"$LK", "$AP", "$SL", "$LB", "$OK", "$OM"}


def test_the_posts_have_the_number_of_fields_that_is_described() -> None:
    assert {kode: p.antall_felt for kode, p in POSTER.items()} == ANTALL


def test_no_line_type_or_table_is_used_twice() -> None:
    for navn in ("kode", "tabell"):
        antall = Counter(getattr(p, navn) for p in linjetyper())
        assert not [n for n, ganger in antall.items() if ganger > 1]


@pytest.mark.parametrize("post", POSTER.values(), ids=POSTER)
def test_every_position_from_2_stands_once_and_in_order(post: Post) -> None:
    assert [k.nr for k in post.kolonner] == list(range(2, ANTALL[post.kode] + 1))


@pytest.mark.parametrize("post", POSTER.values(), ids=POSTER)
def test_every_variable_of_a_post_exists_and_stands_once(post: Post) -> None:
    navn = [k.variabel for k in post.kolonner]
    assert None not in navn
    assert len(set(navn)) == len(navn)
    assert set(navn) <= variabler().keys()


@pytest.mark.parametrize("post", POSTER.values(), ids=POSTER)
def test_the_key_stands_first_in_the_post_and_is_required(post: Post) -> None:
    fremst = post.kolonner[: len(post.noekkel)]
    assert tuple(k.variabel for k in fremst) == post.noekkel
    assert all(k.oblig for k in fremst)


@pytest.mark.parametrize("post", POSTER.values(), ids=POSTER)
def test_what_belongs_to_a_skoleaar_says_which(post: Post) -> None:
    # The Sentralbase ends rows by skoleår, so a post without it would end other years' rows.
    assert "skoleaar" in post.noekkel


def test_a_decision_points_at_its_application_with_the_applications_key() -> None:
    soeknad = POSTER["$VS"].noekkel
    for kode in ("$RV", "$RK", "$IV", "$DE"):
        assert POSTER[kode].noekkel[: len(soeknad)] == soeknad


def test_a_place_in_the_intake_has_the_key_of_the_elevkurs_it_becomes() -> None:
    assert POSTER["$IN"].noekkel == tabellposter()["$EK"].noekkel


def test_the_person_stands_on_the_application_and_nowhere_else_among_the_adults() -> None:
    med_person = {kode for kode, p in POSTER.items() if "fnr" in p.importert}
    assert med_person - FAGOPPLAERING == {"$IN", "$VS"}


def test_a_correction_of_the_intake_can_be_taken_back_with_a_blank() -> None:
    avtale = grensesnitt()
    andre = [p for kode, p in POSTER.items() if kode not in FAGOPPLAERING]
    svar = {(p.kode, k.variabel): avtale.ved_blank(k) for p in andre for k in p.verdier}
    assert {n for n, verdi in svar.items() if verdi == "blank"} == BLANKER
    assert {verdi for n, verdi in svar.items() if n not in BLANKER} == {"behold"}


@pytest.mark.parametrize("kode", sorted(FAGOPPLAERING))
def test_an_extract_of_fagopplaering_is_the_whole_of_what_is_known(kode: str) -> None:
    frivillige = [k for k in POSTER[kode].verdier if not k.oblig]
    assert {k.ved_blank for k in frivillige} == {"blank"}


def test_what_the_interface_invents_is_marked_as_assumed() -> None:
    offentlige = {k.variabel for p in grensesnitt().post for k in p.i_bruk}
    egne = {k.variabel or "" for p in POSTER.values() for k in p.kolonner} - offentlige
    umerket = [n for n in sorted(egne) if not variabler()[n].kilde.startswith(ANTATT)]
    assert not umerket, f"invented, but not said to be so: {umerket}"


@pytest.mark.parametrize("liste", KODER)
def test_a_list_of_the_interface_has_the_codes_that_are_described(liste: str) -> None:
    rader = kodeverk.load(liste).to_pylist()
    assert {r["kode"] for r in rader} == KODER[liste]
    # The ajourholdskoder are the handbook's; the others are the project's own.
    assert {r["merke"] for r in rader} == ({"C"} if liste == "ajourholdskoder" else {"A"})


def test_every_code_list_of_the_interface_is_used_by_one_of_its_variables() -> None:
    brukt = {k.innhold.kodeverk for p in POSTER.values() for k in p.kolonner}
    assert set(KODER) <= brukt


def test_the_right_of_an_adult_has_the_codes_of_rights_in_general() -> None:
    alle = {r["kode"]: r["navn"] for r in kodeverk.load("rettstyper").to_pylist()}
    voksne = {r["kode"] for r in kodeverk.load("voksenrettstyper").to_pylist()}
    assert voksne - alle.keys() == {"P"}
    assert {"V", "I"} <= alle.keys()


def test_a_full_or_refused_assessment_has_the_code_of_the_grade() -> None:
    karakterer = {r["kode"] for r in kodeverk.load("karakterer").to_pylist()}
    assert KODER["rkv_resultater"] & karakterer == {"GK", "IG"}
