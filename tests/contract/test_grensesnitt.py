"""Grensesnitt SAS v3: the posts have the positions that the public interface gives."""

from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from tests.offenders import told
from vigo_pipeline.contract.grensesnitt import Kolonne, Post, grensesnitt
from vigo_pipeline.contract.variabel import variabler

POSTER = {p.kode: p for p in grensesnitt().post}
ANTALL = {"TOF": 7, "$EL": 9, "$EK": 24, "$KL": 25, "$VM": 8}
# From https://ist.guidecloud.se/2136.guide?pID=12: post, position, VIGO's own name, format.
STIKKPROEVER = [
    ("TOF", 2, "VERSJON", "x(7)"),
    ("TOF", 5, "FYLKESNR", "9(2)"),
    ("TOF", 7, "AVGIVERID", "x(80)"),
    ("$EL", 2, "FNR", "9(11)"),
    ("$EL", 3, "ELEVNAVN", "x(100)"),
    ("$EL", 6, "KOMMNR2", "9(4)"),
    ("$EL", 8, "MORSMKOD", "x(3)"),
    ("$EL", 9, "FRITEKST", "x(60)"),
    ("$EK", 5, "KURSKODE", "x(10)"),
    ("$EK", 7, "STARTDAT", "9(8)"),
    ("$EK", 8, "SLUTTDAT", "9(8)"),
    ("$EK", 12, "FULLFKOD", "x(1)"),
    ("$EK", 17, "RETT2IMP", "x(1)"),
    ("$EK", 20, "FRITEKST", "x(60)"),
    ("$EK", 21, "FRAVDAGT", "9(3)"),
    ("$EK", 23, "FRAVTIMET", "9(4)"),
    ("$EK", 24, "RETTPB", "x(1)"),
    ("$KL", 6, "FAGKODE", "x(7)"),
    ("$KL", 9, "KARSTP", "x(2)"),
    ("$KL", 13, "EKSTYPE", "x(2)"),
    ("$KL", 16, "KLSTATUS", "x(1)"),
    ("$KL", 17, "STARTDAT", "9(8)"),
    ("$KL", 19, "ELEVTIMER", "9(4)"),
    ("$KL", 21, "FAMKODE", "x(5)"),
    ("$KL", 25, "RKVDATO", "9(8)"),
    ("$VM", 6, "VMMKODE", "x(5)"),
    ("$VM", 8, "VMMVAR2", "x(255)"),
]
BLANKER = {
    ("$EK", "klassekode"): "blank",
    ("$EK", "avbruddsdato"): "blank",
    ("$EK", "avbruddsaarsak"): "blank",
    ("$EK", "fullfoertkode"): "X",
    ("$KL", "fag_avbruddsdato"): "blank",
    ("$KL", "fagmerknad"): "blank",
    ("$KL", "fagmerknad_parameter"): "blank",
    ("$VM", "vmm_parameter1"): "blank",
    ("$VM", "vmm_parameter2"): "blank",
}


def position(post: str, nr: int) -> Kolonne:
    (kolonne,) = [k for k in POSTER[post].kolonner if k.nr == nr]
    return kolonne


def test_the_posts_have_the_number_of_fields_of_the_interface() -> None:
    assert {kode: p.antall_felt for kode, p in POSTER.items()} == ANTALL


def faults(post: Post) -> Iterator[str]:
    """Yield what is wrong with a post."""
    if [k.nr for k in post.kolonner] != list(range(2, ANTALL[post.kode] + 1)):
        yield "a position is missing, twice or out of order"
    navn = [k.variabel for k in post.i_bruk]
    yield from (f"{n} stands {antall} times" for n, antall in Counter(navn).items() if antall > 1)
    yield from (f"no such variable: {n}" for n in navn if n not in variabler())
    yield from (f"{k.variabel} has no name of VIGO's" for k in post.i_bruk if not k.innhold.vigo)
    fremst = post.kolonner[: len(post.noekkel)]
    if tuple(k.variabel for k in fremst) != post.noekkel:
        yield "the key does not stand first"
    yield from (
        f"{k.variabel} is of the key, and not required or not kept"
        for k in fremst
        if not (k.oblig and k.importeres)
    )


def test_every_post_is_whole_with_its_key_first() -> None:
    feil = [f"{kode}: {hva}" for kode, post in POSTER.items() for hva in faults(post)]
    assert not feil, told(feil)


def test_positions_hold_what_the_interface_says() -> None:
    lest = {
        (post, nr): (v.vigo, v.format)
        for post, nr, *_ in STIKKPROEVER
        for v in [position(post, nr).innhold]
    }
    assert lest == {(post, nr): (navn, format_) for post, nr, navn, format_ in STIKKPROEVER}


def test_only_el_7_is_not_in_use() -> None:
    ubrukt = [(p.kode, k.nr) for p in POSTER.values() for k in p.kolonner if not k.variabel]
    assert ubrukt == [("$EL", 7)]
    with pytest.raises(KeyError):
        _ = position("$EL", 7).innhold


def test_only_the_key_start_date_version_and_fylke_are_required() -> None:
    ellers = {
        (p.kode, k.variabel)
        for p in POSTER.values()
        for k in p.kolonner
        if k.oblig and k.variabel not in p.noekkel
    }
    assert ellers == {("TOF", "versjon"), ("TOF", "fylkesnr"), ("$EK", "startdato")}


def test_a_post_points_at_its_parent_with_the_parents_key() -> None:
    elev, kurs = POSTER["$EL"].noekkel, POSTER["$EK"].noekkel
    assert kurs[: len(elev)] == elev
    for barn in ("$KL", "$VM"):
        assert POSTER[barn].noekkel[:-1] == kurs


def test_the_same_key_variable_goes_to_the_same_ssb_positions() -> None:
    for navn in POSTER["$EK"].noekkel[1:]:
        ssb = {
            k.ssb for kode in ("$EK", "$KL") for k in POSTER[kode].kolonner if k.variabel == navn
        }
        assert len(ssb) == 1


def test_free_text_is_never_imported() -> None:
    utelatt = {
        (p.kode, k.variabel) for p in POSTER.values() for k in p.kolonner if not k.importeres
    }
    assert utelatt == {(kode, "fritekst") for kode in ("$EL", "$EK", "$KL")}
    assert not [kode for kode, p in grensesnitt().poster().items() if "fritekst" in p.importert]


def test_what_vigo_keeps_is_the_key_and_then_the_values() -> None:
    feil = [
        f"{kode}: {post.importert}"
        for kode, post in ((kode, POSTER[kode]) for kode in grensesnitt().poster())
        if post.importert[: len(post.noekkel)] != post.noekkel
        or sorted(post.importert) != sorted(k.variabel for k in post.i_bruk if k.importeres)
    ]
    assert not feil, told(feil)


def test_a_blank_clears_only_what_the_interface_says() -> None:
    avtale = grensesnitt()
    svar = {
        (p.kode, k.variabel): avtale.ved_blank(k)
        for p in avtale.poster().values()
        for k in p.verdier
    }
    assert {n: verdi for n, verdi in svar.items() if verdi != "behold"} == BLANKER


def test_only_the_name_is_kept_when_vigo_has_one() -> None:
    forsiktig = [k.variabel for p in POSTER.values() for k in p.kolonner if k.skriv != "alltid"]
    assert forsiktig == ["elevnavn"]


def test_posts_are_found_by_code_and_by_table() -> None:
    avtale = grensesnitt()
    assert list(avtale.poster()) == ["$EL", "$EK", "$KL", "$VM"]
    assert avtale.tof.kode == "TOF"
    for post in avtale.post:
        assert avtale.tabell(post.tabell) is post
    with pytest.raises(KeyError):
        avtale.tabell("finnes_ikke")


def test_the_format_says_version_3_and_where_that_stands() -> None:
    assert grensesnitt().versjon == "3"
    assert grensesnitt().kilde.startswith("https://")


@pytest.mark.parametrize(
    "kolonne",
    [{"nr": "to"}, {"nr": 2, "obligatorisk": True}, {"nr": 2, "skriv": "aldri"}, {}],
)
def test_mistakes_in_a_position_are_found(kolonne: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Post.model_validate(
            {"kode": "$XX", "tabell": "x", "doc": "x", "noekkel": [], "kolonner": [kolonne]}
        )
