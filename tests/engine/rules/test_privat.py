"""Private schools report through Waade: 00xxx, deltidselever, and free text that is left out."""

from pathlib import Path

import pytest

from tests.engine.rules.test_innlesing import base_file, found_in
from tests.sentral import Sentral

PRIVAT = "00227"


def waade(skolenr: str, **felt: str) -> str:
    """Return the base file as Waade sends it, from one school."""
    tekst = base_file().replace("03018", skolenr).replace(";SYNTETISK;03;", ";SYNTETISK;99;")
    for gammel, ny in felt.items():
        tekst = tekst.replace(gammel, ny)
    return tekst


@pytest.mark.slow
@pytest.mark.parametrize(
    ("skolenr", "brutt"),
    [
        (PRIVAT, set()),
        ("24100", set()),
        ("21010", set()),
        ("03005", {"SKOLE-009"}),
        ("227", {"FIL-008", "SKOLE-001"}),
        ("00999", {"SKOLE-001"}),
    ],
)
def test_a_private_school_has_three_digits_written_with_zeros(
    tmp_path: Path, skolenr: str, brutt: set[str]
) -> None:
    assert {regel for regel, _ in found_in(tmp_path, waade(skolenr), avgiver="waade")} == brutt


def test_a_fylke_reports_its_own_schools_without_a_word(tmp_path: Path) -> None:
    assert found_in(tmp_path, base_file()) == set()


def test_free_text_is_read_and_not_kept(sentral: Sentral) -> None:
    linjer = waade(PRIVAT).splitlines()
    linjer[1] += "Voksenrett"
    felt = linjer[2].split(";")
    felt[9], felt[19] = "J", "Årstimetall=800"
    linjer[2] = ";".join(felt)
    sentral.load("".join(f"{x}\r\n" for x in linjer).encode("iso-8859-1"), avgiver="waade")
    assert set(sentral.column("elevkurs", "deltidselev")) == {"J", None}
    alt = str([sentral.rows(navn) for navn in ("elev", "elevkurs", "elevkursfag")])
    assert "Voksenrett" not in alt
    assert "Årstimetall" not in alt
