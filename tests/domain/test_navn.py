"""A name that was broken on the way is known, and one that is only rare is not."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigo_pipeline.domain.navn import (
    BOKSTAV,
    ENKELT,
    FEILLEST,
    FORKORTET,
    MERKNAD,
    NAVN,
    NAVN_ER_FEILLEST,
)
from vigo_pipeline.engine import duck

HELE = ["Bjørnås Åse", "Đorđević Ana", "D'Angelo Mia-Sofie", "Müller Zoë", "João Âmbar", "Åsen Ö"]
SJELDNE = [
    *(
        "Å Li",
        "Ø A",
        "Å",
        "O’Brien Pat",
        "O\u00b4Brien Pat",
        "N`Diaye",
        "Jens’ Ola",
        "'t Hooft Jan",
    ),
    *(
        "Hansen Per A.",
        "Hansen P. A. jr.",
        "Hansen P.A.",
        "Hansen P.-A.",
        "Jean-C.-Luc",
        "St. John",
    ),
    *("Ŋuorta Ánneš", "Żółć Łukasz", "Nguyễn Thị Ánh", "Nguye\u0302\u0303n", "Иванов Пётр"),
    *("Παπαδόπουλος Νίκος", "محمد علي", "ʿAbd al-Raḥmān", "abu-l-'Ala", "Puig Gal·la", "de l’Été"),
    *("Hansen, Ola", "Hansen - Berg Ola", "Hansen- Berg Ola", "Haugen Ola III"),
]


Asked = Callable[[str | None], tuple[bool | None, bool, str | None]]


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    """Say of a name whether it is broken, whether it is told, and how it is kept when whole."""
    with duck.connect() as con:
        # Those that look codes up are of no name.
        duck.define(con, {n: m for n, m in duck.MAKROER.items() if "kodeverk." not in m})
        yield partial(_asked, con)


def _asked(
    con: duckdb.DuckDBPyConnection, navn: str | None
) -> tuple[bool | None, bool, str | None]:
    sql = "select navn_er_oedelagt(navn_ryddet($n)), navn_ser_feil_ut($n), navn_ryddet($n)"
    [svar] = con.execute(sql, {"n": navn}).fetchall()
    return svar


@pytest.mark.parametrize("navn", [*HELE, *SJELDNE])
def test_a_whole_name_is_kept_and_not_told(asked: Asked, navn: str) -> None:
    assert asked(navn) == (False, False, navn)


@pytest.mark.parametrize("navn", [navn for navn in HELE if not navn.isascii()])
@pytest.mark.parametrize("tegnsett", ["iso-8859-1", "cp1252"])
def test_a_name_that_was_read_wrongly_is_broken(asked: Asked, navn: str, tegnsett: str) -> None:
    assert asked(navn.encode("utf-8").decode(tegnsett, "replace"))[:2] == (True, True)


@pytest.mark.parametrize(
    "navn",
    [
        *("?or?evi? Ana", "Å\u00adsen Kari", "Å\ufffdsen Kari", "Åsen\u200b Kari", "Bj\u0080rn Ås"),
        *("}sen Bj|rn", "B{rd J\\rgensen", "Bj#rn", "Bj¤rn", "Bj÷rn", "Bj_rn", "Bj*rn", "¿¿rn"),
        *(
            "Bj+APg-rn",
            "Bjo/rn",
            "Bj0rn",
            "Bj=F8rn",
            "Bj&oslash;rn",
            "Bj%F8rn",
            "Bj.rn Ås",
            "KÃre Hansen",
            "BjÖrn Ola",
            "Bj~rn",
        ),
        *("Bjºrn", "Bjµrn", "Bj\u00a0rn", "Bj(o)rn", "Hansen (Ola", "Hansen [ny] Ola", "Bj--rn"),
        *("-", "'", ".", "Berg & Hansen", "Åsen Kari 2"),
    ],
)
def test_what_is_lost_cannot_be_seen_or_is_no_name_is_broken(asked: Asked, navn: str) -> None:
    assert asked(navn)[:2] == (True, True)


@pytest.mark.parametrize(
    ("navn", "fortelles", "beholdes"),
    [
        ("Hansen Ola (slutta)", True, "Hansen Ola"),
        ("(ny) Hansen (obs)  (se mappe) Ola", True, "Hansen Ola"),
        (" Hansen   Ola ", False, "Hansen Ola"),
        ("(ukjent)", True, None),
        (None, True, None),
    ],
)
def test_a_note_is_told_and_not_kept_and_spaces_are_put_right(
    asked: Asked, navn: str | None, fortelles: bool, beholdes: str | None
) -> None:
    assert asked(navn) == (None if beholdes is None else False, fortelles, beholdes)


# Letters that people are named with, from the first of a script to the last.
LATINSK = [(0x41, 0x5A), (0x61, 0x7A), (0xD8, 0xF6), (0x100, 0x24F), (0x1E00, 0x1EFF)]
GRESK, ARABISK = (0x391, 0x3CE), (0x621, 0x63A)
KYRILLISK = [(0x400, 0x481), (0x48A, 0x52F)]
LETTER = st.one_of(
    st.characters(min_codepoint=a, max_codepoint=b, categories=["L"])
    for a, b in [*LATINSK, *KYRILLISK, GRESK, ARABISK]
)
WORD = st.text(LETTER, min_size=1, max_size=6)
JOINER = st.sampled_from([" ", "-", "'", "’", ". ", " - "])
SIGN = st.characters(exclude_categories=["L", "M", "Cs", "Co"]).filter(
    lambda t: t not in " -'’\u2018\u00b4`.,\u00b7\u2010\u2011\0"
)


def test_a_letter_is_one_of_unicode_3_2_or_a_newer_one_of_latin_and_cyrillic() -> None:
    gammel = unicodedata.ucd_3_2_0
    bokstaver = {chr(n) for n in range(0x10000) if gammel.category(chr(n))[0] == "L"}
    nye = {chr(n) for a, b in [*LATINSK, *KYRILLISK] for n in range(a, b + 1)}
    nye = {t for t in nye if unicodedata.category(t)[0] == "L"}
    kjent = {chr(n) for n in range(0x10000) if re.fullmatch(BOKSTAV, chr(n))}
    assert kjent - bokstaver - nye == set()
    assert bokstaver - kjent == {"\u00aa", "\u00b5", "\u00ba"}
    merker = {chr(n) for n in range(0x10000) if gammel.category(chr(n))[0] == "M"}
    assert {chr(n) for n in range(0x10000) if re.fullmatch(BOKSTAV, f"a{chr(n)}")} == merker


@given(WORD, st.lists(st.tuples(JOINER, WORD), max_size=4))
def test_letters_of_any_script_with_joiners_are_a_name(
    foerst: str, resten: list[tuple[str, str]]
) -> None:
    navn = foerst + "".join(f"{s}{o}" for s, o in resten)
    assert re.search(NAVN, re.sub(BOKSTAV, "a", navn))


@given(WORD, SIGN, WORD)
def test_any_other_sign_breaks_a_name(foer: str, tegn: str, etter: str) -> None:
    assert not re.search(NAVN, re.sub(BOKSTAV, "a", f"{foer}{tegn}{etter}"))


@pytest.mark.parametrize(
    "tekst",
    [
        *(
            "Å",
            "«Å»",
            "Gården «Å» i Å\u00a0kommune",
            "Å’s vei 2",
            "Å–Ø",
            "Åsane",
            "20°C",
            "3½",
            "¿Qué?",
        ),
        *(
            "Ærlig?",
            "Ole Ås’ vei 1 B",
            "Ørsta/Åsen",
            "Lego®-senteret",
            "5µm",
            "São João",
            "Nº 4",
            "Å, Å!",
        ),
    ],
)
def test_a_right_text_is_right(tekst: str) -> None:
    assert not re.search(FEILLEST, tekst)


@pytest.mark.parametrize(
    "tekst", ["Bjørnevegen 2", "Ærlighetsveien", "Kvåsvegen", "Søndre gate – A"]
)
@pytest.mark.parametrize(
    ("skrevet", "lest"),
    [
        *(("utf-8", "iso-8859-1"), ("utf-8", "cp1252")),
        *(("mac-roman", "iso-8859-1"), ("iso-8859-1", "cp850")),
    ],
)
def test_a_text_that_was_read_as_another_encoding_is_known(
    tekst: str, skrevet: str, lest: str
) -> None:
    feil = tekst.encode(skrevet, "ignore").decode(lest, "replace")
    # Some letters become others that may be right.
    kjent = {"mac-roman": "øæ", "iso-8859-1": "ø"}.get(skrevet, "øæåØÆÅ")
    assert bool(re.search(FEILLEST, feil)) is bool({*tekst} & {*kjent})


@given(st.from_regex(ENKELT, fullmatch=True, alphabet=st.characters(max_codepoint=0xFF)))
def test_a_plain_name_is_whole_by_all_that_a_name_may_hold(navn: str) -> None:
    assert re.search(NAVN, re.sub(BOKSTAV, "a", navn))
    assert not re.search(f"{NAVN_ER_FEILLEST}|{FORKORTET}|{MERKNAD}|  ", navn)
    assert navn != navn.upper()
