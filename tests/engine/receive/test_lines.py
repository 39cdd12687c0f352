"""Splitting a file: every line is accounted for, and what was written is what is read."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vigo_pipeline.contract.grensesnitt import Post, grensesnitt
from vigo_pipeline.engine.receive.characters import diagnose, is_readable
from vigo_pipeline.engine.receive.lines import RAD_PER_FIL, empty, split

POSTER = {p.kode: p for p in grensesnitt().post}
# What a field may hold: Latin-1 without the separator, line breaks and control characters.
TEGN = st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters=";\x7f").filter(
    lambda t: not 0x80 <= ord(t) <= 0x9F
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[Post, list[str]]:
    post = draw(st.sampled_from(list(POSTER.values())))
    felt = draw(
        st.lists(
            st.text(TEGN, max_size=8), min_size=post.antall_felt - 1, max_size=post.antall_felt - 1
        )
    )
    return post, felt


def encode(linjer: list[tuple[Post, list[str]]], skille: str) -> bytes:
    return "".join(";".join([post.kode, *felt]) + skille for post, felt in linjer).encode(
        "iso-8859-1"
    )


@pytest.mark.slow(4)
@given(st.lists(lines(), max_size=12), st.sampled_from(["\r\n", "\n"]), st.integers(1, 400))
def test_what_was_written_is_what_is_read(
    linjer: list[tuple[Post, list[str]]], skille: str, fil_nr: int
) -> None:
    delt = split(encode(linjer, skille), fil_nr)
    assert (delt.antall, delt.ukjente.num_rows) == (len(linjer), 0)
    for kode, post in POSTER.items():
        ventet = [
            {"rad": fil_nr * RAD_PER_FIL + nr}
            | {k.variabel: felt[k.nr - 2] or None for k in post.i_bruk}
            for nr, (egen, felt) in enumerate(linjer, start=1)
            if egen is post
        ]
        assert delt.poster.get(kode, empty(post)).to_pylist() == ventet
        assert kode not in delt.poster or delt.poster[kode].schema == empty(post).schema


@given(st.binary(max_size=400))
@example(b"$EL")
@example(b"$EL;" + b";" * 400)
@example(b"\n\n\n")
@example(b"TOF;3\r\nTOF;3")
@example(b'"$KL;";"')
def test_any_bytes_are_split_and_every_line_is_somewhere(data: bytes) -> None:
    if not is_readable(diagnose(data)):
        data = bytes(b if b == 0x0A or 0x20 <= b < 0x7F else 0x3F for b in data)
    delt = split(data, 1)
    kjente = [rad for t in delt.poster.values() for rad in t["rad"].to_pylist()]
    rader = sorted([*kjente, *delt.ukjente["rad"].to_pylist()])
    assert rader == [RAD_PER_FIL + nr for nr in range(1, delt.antall + 1)]


def test_a_line_with_a_wrong_number_of_fields_says_how_many_it_should_have() -> None:
    delt = split(b"$EL;1;2\r\n$XX;1\r\n\r\n", 1)
    assert delt.ukjente.drop_columns(["rad"]).to_pylist() == [
        {"type": "$EL", "antall_felt": 3, "ventet": 9, "er_blank": False},
        {"type": None, "antall_felt": 2, "ventet": None, "er_blank": False},
        {"type": None, "antall_felt": 1, "ventet": None, "er_blank": True},
    ]


def test_quotes_and_spaces_are_text_like_any_other() -> None:
    delt = split('$EL;1;" Å";;;;;;\n'.encode("iso-8859-1"), 1)
    assert delt.poster["$EL"]["elevnavn"].to_pylist() == ['" Å"']


def test_an_empty_file_has_no_lines() -> None:
    delt = split(b"", 1)
    assert (delt.antall, delt.ukjente.num_rows, delt.poster) == (0, 0, {})
