"""Characters: what is wrong is told with its line and byte, and what it looks like."""

import pytest

from vigo_pipeline.contract import grensesnitt as kontrakt
from vigo_pipeline.engine.receive import characters
from vigo_pipeline.engine.receive.characters import Slag, decode, diagnose, is_readable

TOF = "TOF;3;20251020;SYNTETISK;03;03018;\r\n"
ELEV = "$EL;01810850066;{navn};Storgata 1;0171;0301;;;\r\n"
KURS = "$EK;01810850066;20252026;03018;STUSP1----;1STA;20250818;;;{avbrudd};;;;;;;;;;;;;;\r\n"


def text(navn: str = "Åsen Kari", avbrudd: str = "") -> str:
    return TOF + ELEV.format(navn=navn) + KURS.format(avbrudd=avbrudd)


def latin1(navn: str) -> bytes:
    return text(navn).encode("iso-8859-1")


FEIL: dict[str, tuple[bytes, Slag, int, str]] = {
    "utf-8": (text().encode(), Slag.TEGNSETT, 2, "fila er i UTF-8"),
    "utf-8 with a mark": (text().encode("utf-8-sig"), Slag.BOM, 1, "UTF-8"),
    "utf-16 with a mark": (text().encode("utf-16"), Slag.BOM, 1, "UTF-16"),
    "utf-16 without": (text().encode("utf-16-le"), Slag.TEGNSETT, 1, "UTF-16"),
    "utf-32": (text().encode("utf-32"), Slag.BOM, 1, "UTF-32"),
    "half of it utf-8": (
        latin1("Åsen") + ELEV.format(navn="Ødegård’s").encode(),
        Slag.TEGNSETT,
        4,
        "noe av teksten er i UTF-8",
    ),
    "cp850": (text("Åsen Bjørn Kværner").encode("cp850"), Slag.TEGNSETT, 2, "cp850"),
    "mac": (text("Bjørn Åsen").encode("mac-roman"), Slag.TEGNSETT, 2, "Mac Roman"),
    "’ or Æ": (text("O’Neil").encode("cp1252"), Slag.TEGNSETT, 2, "windows-1252 eller cp850"),
    "a code": (
        text(avbrudd="Š").encode("cp1252"),
        Slag.TEGNSETT,
        3,
        "utenfor navn og tekster",
    ),
    "a byte that nothing has": (latin1("Åsen \x81"), Slag.TEGNSETT, 2, "flere tegnsett"),
    "nul": (latin1("Åsen\0Kari"), Slag.NUL, 2, "tegn 21 i linja, byte 57 i fila, 0x00: NUL"),
    "ctrl-z last": (latin1("Åsen") + b"\x1a", Slag.CTRL_Z, 4, "Ctrl-Z"),
    "ctrl-z within": (latin1("Åsen\x1a"), Slag.CTRL_Z, 2, "Ctrl-Z"),
    "bell": (latin1("Åsen\x07"), Slag.KONTROLL, 2, "et kontrolltegn"),
    "a lost letter": (latin1("") + "�\n".encode(), Slag.TAPT, 4, "tapt"),
    "a cr in a name": (latin1("Åsen\rKari"), Slag.CR, 2, "vognretur uten linjeskift"),
    "only crs": (latin1("Åsen").replace(b"\r\n", b"\r"), Slag.CR, 1, "ingen linjeskift; 3 slike"),
    "a cr last": (latin1("Åsen") + b"\r", Slag.CR, 4, "vognretur"),
}


@pytest.mark.parametrize("slag", FEIL)
def test_what_is_wrong_is_told_with_its_place_and_what_it_looks_like(slag: str) -> None:
    data, ventet, linje, ord_ = FEIL[slag]
    funn = diagnose(data)
    assert not is_readable(funn)
    assert [(f.slag, f.linje) for f in funn] == [(ventet, linje)]
    assert ord_ in funn[0].detalj


def test_a_name_with_a_question_mark_turned_over_is_told_as_what_macs_wrote() -> None:
    [funn] = diagnose(text("Bjørn").encode("mac-roman"))
    assert (funn.slag, funn.linje) == (Slag.MAC, 2)


def test_each_kind_is_told_once_with_its_number() -> None:
    funn = diagnose(latin1("Å\0\0\x1a") + b"\0")
    assert [(f.slag, f.linje) for f in funn] == [(Slag.NUL, 2), (Slag.CTRL_Z, 2)]
    assert "3 slike i fila" in funn[0].detalj


@pytest.mark.parametrize("navn", ["O’Brien Bjørn", "Šimun Åse", "Žižek – Ødegård", "€ æ"])
def test_windows_characters_in_a_name_are_read_as_what_they_are(navn: str) -> None:
    data = text(navn).encode("cp1252")
    [funn] = diagnose(data)
    assert (funn.slag, funn.linje) == (Slag.WINDOWS, 2)
    assert decode(data) == text(navn)


@pytest.mark.parametrize("linjeskift", ["\r\n", "\n", "\r\r\n"])
def test_line_ends_that_are_lines_are_right(linjeskift: str) -> None:
    assert diagnose(latin1("Ødegård").replace(b"\r\n", linjeskift.encode())) == []


@pytest.fixture
def utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interface that says UTF-8."""
    g = kontrakt.grensesnitt()
    annet = g.model_copy(update={"fil": g.fil.model_copy(update={"tegnsett": "utf-8"})})
    monkeypatch.setattr(characters, "grensesnitt", lambda: annet)


@pytest.mark.usefixtures("utf8")
@pytest.mark.parametrize("tegnsett", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_and_without_a_mark_when_it_is_agreed(tegnsett: str) -> None:
    data = text("Šimić Bjørn").encode(tegnsett)
    assert diagnose(data) == []
    assert decode(data) == text("Šimić Bjørn")


@pytest.mark.usefixtures("utf8")
def test_what_is_not_utf8_is_told_when_that_is_agreed() -> None:
    [latin] = diagnose(latin1("Bjørn"))
    assert (latin.slag, latin.linje) == (Slag.TEGNSETT, 2)
    assert "0xF8: ser ut som ISO-8859-1" in latin.detalj
    [c1] = diagnose(text("Bj\x85rn").encode())
    assert c1.slag is Slag.KONTROLL
    [bom] = diagnose(text().encode("utf-16"))
    assert bom.slag is Slag.BOM
