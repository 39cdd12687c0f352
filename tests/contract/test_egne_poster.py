"""The line types of the project's own, in shape as those of the public interface."""

from collections import Counter
from collections.abc import Iterator

from tests.offenders import told
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.grensesnitt import Post, grensesnitt, linjetyper, tabellposter
from vigo_pipeline.contract.variabel import variabler

OFFENTLIGE = {p.kode for p in grensesnitt().post}
POSTER = {p.kode: p for p in linjetyper() if p.kode not in OFFENTLIGE}
ANTALL = {"$IN": 9, "$VS": 8, "$RV": 7, "$RK": 8, "$IV": 7, "$DE": 6} | {
    **{"$LK": 23, "$AP": 14, "$SL": 10, "$LB": 9, "$OK": 9, "$OM": 7},
    **{"$SO": 9, "$UR": 10, "$OT": 13},
}
# What the interface invents is named so; the rest is Grensesnitt SAS's own.
ANTATT = "ASSUMED"
KODER = {
    "inntaksstatuser": {"I", "N", "V"},
    "ajourholdskoder": {"I", "N", "S", "V"},
    "opplaeringstyper": {"F", "P", "R", "S"},
    "rkv_resultater": {"GK", "DE", "IG"},
    "voksenrettstyper": {"I", "P", "R", "T", "V"},
    "hevet_av": {"B", "F", "L"},
    "organtyper": {"O", "S"},
    "proveresultater": {"BE", "BM", "IB", "IM"},
    "provekandidattyper": {"B", "E", "F", "K", "L", "P"},
    "sluttkompetanser": {"S", "Y"},
    "personstatuser": {"B", "D", "U"},
}
BLANKER = {("$IN", n) for n in ("inntaksstatus", "ajourholdskode", "ajourholdsdato")}
FAGOPPLAERING = {"$LK", "$AP", "$SL", "$LB", "$OK", "$OM", "$SO", "$UR", "$OT"}


def test_the_posts_have_the_number_of_fields_that_is_described() -> None:
    assert {kode: p.antall_felt for kode, p in POSTER.items()} == ANTALL


def test_no_line_type_or_table_is_used_twice() -> None:
    for navn in ("kode", "tabell"):
        antall = Counter(getattr(p, navn) for p in linjetyper())
        assert not [n for n, ganger in antall.items() if ganger > 1]


def faults(post: Post) -> Iterator[str]:
    """Yield what is wrong with a post."""
    if [k.nr for k in post.kolonner] != list(range(2, ANTALL[post.kode] + 1)):
        yield "a position is missing, twice or out of order"
    navn = [k.variabel for k in post.kolonner]
    if len(set(navn)) != len(navn):
        yield "a variable stands twice"
    yield from (f"no such variable: {n}" for n in navn if n not in variabler())
    fremst = post.kolonner[: len(post.noekkel)]
    if tuple(k.variabel for k in fremst) != post.noekkel or not all(k.oblig for k in fremst):
        yield "the key does not stand first, or is not required"
    # The Sentralbase ends rows by skoleår, so a post without it would end other years' rows.
    if "skoleaar" not in post.noekkel:
        yield "it does not say which skoleår it is of"


def test_every_post_is_whole_with_its_key_first() -> None:
    feil = [f"{post.kode}: {hva}" for post in POSTER.values() for hva in faults(post)]
    assert not feil, told(feil)


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


def test_an_extract_of_fagopplaering_is_the_whole_of_what_is_known() -> None:
    feil = [
        f"{kode}.{k.nr}: {k.ved_blank}"
        for kode in sorted(FAGOPPLAERING)
        for k in POSTER[kode].verdier
        if not k.oblig and k.ved_blank != "blank"
    ]
    assert not feil, told(feil)


def test_what_the_interface_invents_is_marked_as_assumed() -> None:
    offentlige = {k.variabel for p in grensesnitt().post for k in p.i_bruk}
    egne = {k.variabel or "" for p in POSTER.values() for k in p.kolonner} - offentlige
    umerket = [n for n in sorted(egne) if not variabler()[n].kilde.startswith(ANTATT)]
    assert not umerket, f"invented, but not said to be so: {umerket}"


def test_the_lists_of_the_interface_have_the_codes_that_are_described() -> None:
    alle = {liste: kodeverk.load(liste).to_pylist() for liste in KODER}
    assert {liste: {r["kode"] for r in rader} for liste, rader in alle.items()} == KODER
    # The ajourholdskoder are the handbook's; the others are the project's own.
    merker = {liste: {r["merke"] for r in rader} for liste, rader in alle.items()}
    assert merker.pop("ajourholdskoder") == {"C"}
    assert all(m == {"A"} for m in merker.values())


def test_every_code_list_of_the_interface_is_used_by_one_of_its_variables() -> None:
    brukt = {k.innhold.kodeverk for p in POSTER.values() for k in p.kolonner}
    assert set(KODER) <= brukt


def test_the_right_of_an_adult_has_the_codes_of_rights_in_general() -> None:
    alle = {r["kode"]: r["navn"] for r in kodeverk.load("rettstyper").to_pylist()}
    voksne = {r["kode"] for r in kodeverk.load("voksenrettstyper").to_pylist()}
    assert voksne - alle.keys() == {"P", "R", "T"}
    assert {"V", "I"} <= alle.keys()


def test_a_full_or_refused_assessment_has_the_code_of_the_grade() -> None:
    karakterer = {r["kode"] for r in kodeverk.load("karakterer").to_pylist()}
    assert KODER["rkv_resultater"] & karakterer == {"GK", "IG"}
