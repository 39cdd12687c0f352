"""A name that was broken on the way is known, and one that is only rare is not."""

import re

import pytest

from vigo_pipeline.domain.navn import OEDELAGT

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
