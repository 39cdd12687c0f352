"""A name that was broken on the way is known, and one that is only rare is not."""

import re

import pytest

from vigo_pipeline.domain.navn import FEILLEST, OEDELAGT

HELE = ["Bjørnås Åse", "Đorđević Ana", "D'Angelo Mia-Sofie", "Müller Zoë", "João Âmbar", "Åsen Ö"]


@pytest.mark.parametrize("navn", HELE)
def test_a_whole_name_is_whole_and_known_when_it_was_read_wrongly(navn: str) -> None:
    assert not re.search(OEDELAGT, navn)
    for tegnsett in ("iso-8859-1", "cp1252"):
        feil = navn.encode("utf-8").decode(tegnsett, "replace")
        assert navn.isascii() or re.search(OEDELAGT, feil)


@pytest.mark.parametrize(
    "navn",
    ["?or?evi? Ana", "Å\u00adsen Kari", "Å\ufffdsen Kari", "Åsen\u200b Kari", "Bj\u0080rn Ås"],
)
def test_what_is_lost_or_cannot_be_seen_is_broken(navn: str) -> None:
    assert re.search(OEDELAGT, navn)


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
