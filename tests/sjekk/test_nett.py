"""The page: the same answer as the command, to nobody else than this machine, and nothing kept."""

import errno
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.sjekk.conftest import ANNA, FEIL, OPPSETT
from tests.sjekk.nett_server import ask, field, form, served
from vigo_pipeline.engine.receive.whom import read_line
from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.nettleser import CHROMIUM, browser
from vigo_pipeline.nett.vern import Innlogging, NoLogin
from vigo_pipeline.sjekk.check import check, exit_code
from vigo_pipeline.sjekk.guess import Valg
from vigo_pipeline.sjekk.innsendt import from_bytes
from vigo_pipeline.sjekk.nett import arbeid
from vigo_pipeline.sjekk.nett.app import EKSEMPLER
from vigo_pipeline.sjekk.nett.skjema import MAKS

pytestmark = pytest.mark.slow(5)


@pytest.fixture(scope="module")
def hjem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nett")


@pytest.fixture(scope="module")
def port(hjem: Path) -> Iterator[int]:
    with pytest.MonkeyPatch.context() as om:
        om.setenv("VIGO_HOME", str(hjem / "hjem"))
        om.setenv("TMPDIR", str(hjem))
        with served() as nr:
            yield nr


def example(navn: str) -> bytes:
    return (files("vigo_pipeline.sjekk.nett") / "eksempler" / navn).read_bytes()


def test_the_page_says_what_the_command_says(port: int, hjem: Path) -> None:
    status, side, hoder = ask(port, form("skole.txt", FEIL))
    assert status == 200
    for ord_ in ("DATO-006", "8 sifre som ikke er en dato", "koden er «QQQ9999»", "base64,"):
        assert ord_ in side
    assert ANNA not in side
    assert "Berg" not in side
    assert hoder["cache-control"] == "no-store"
    # Neither in the home nor where temporary files lie.
    assert [p for p in hjem.rglob("*") if p.is_file()] == []


def test_what_a_file_is_can_be_chosen_where_it_does_not_say(port: int) -> None:
    fil = form("skole.txt", FEIL)
    status, side, _ = ask(port, field("samling", "februar") + field("skoleaar", "2024-2025") + fil)
    assert status == 200
    assert "du sier februar og 2024-2025" in side
    assert '<option value="februar" selected>' in side
    i_juni = field("samling", "juni") + field("skoleaar", "2024-2025")
    for runde, sagt in (("endelig", "2024-2025, endelig"), ("mars", "Runder: 1-levering, endelig")):
        status, side, _ = ask(port, i_juni + field("runde", runde) + fil)
        assert (status, sagt in side) == (200 if runde == "endelig" else 422, True)
    status, side, _ = ask(port, field("samling", "<b>") + fil)
    assert (status, "er ikke en innsamling" in side, "<b>" in side) == (422, True, False)


def test_behind_a_login_only_who_is_let_in_is_answered() -> None:
    for adresse, hode, sagt in (
        ("https://sjekk.example", None, "VIGO_INNLOGGET"),
        ("http://sjekk.example", "X-Forwarded-Email", "https://"),
    ):
        with pytest.raises(NoLogin, match=sagt):
            Innlogging.demand(adresse, hode)
    med = {"Host": "sjekk.example", "X_Forwarded_Email": "kari@example.org"}
    with served(Innlogging.demand("https://sjekk.example/", "X-Forwarded-Email")) as nr:
        # By way of the login, which is another site.
        status, side, _ = ask(nr, **med, Sec_Fetch_Site="cross-site")
        assert (status, "Sjekk før innsending" in side) == (200, True)
        for feil in (
            {"X_Forwarded_Email": ""},
            {"Host": f"127.0.0.1:{nr}"},
            {"Origin": "https://ond.example"},
        ):
            assert ask(nr, **(med | feil))[0] == 403
        assert ask(nr, form("skole.txt", FEIL), **med, Sec_Fetch_Site="cross-site")[0] == 403


@pytest.mark.parametrize(
    "hoder",
    [
        {"Host": "ond.example"},
        {"Origin": "http://ond.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_another_sites_page_is_not_answered(port: int, hoder: dict[str, str]) -> None:
    status, side, _ = ask(port, form("skole.txt", FEIL), **hoder)
    assert status == 403
    assert "DATO-006" not in side


def test_more_than_there_is_room_for_is_refused_in_words(port: int) -> None:
    status, side, _ = ask(port, b"", Content_Length=str(MAKS + 1))
    assert status == 413
    assert "MB til sammen" in side


@pytest.mark.parametrize("innhold", [b"", b"--grense", b"\x00" * 100, form("x.txt", b"")])
def test_a_form_with_nothing_in_it_has_an_answer_in_words(port: int, innhold: bytes) -> None:
    status, side, _ = ask(port, innhold)
    assert status in {200, 400}
    assert "<h1>" in side


def test_a_check_that_takes_too_long_is_stopped(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arbeid, "SEKUNDER", 0)
    status, side, _ = ask(port, form("skole.txt", FEIL))
    assert status == 422
    assert arbeid.FOR_LENGE in side


def test_the_examples_are_synthetic_and_are_what_they_are_called(register: Register) -> None:
    koder = {n: check(register, OPPSETT, from_bytes({n: example(n)})) for n in EKSEMPLER}
    assert {n: exit_code(svar) for n, svar in koder.items()} == {
        "med-feil.txt": 2,
        "uten-feil.txt": 0,
    }
    assert len({s.regel.id for k in koder["med-feil.txt"] for s in k.funn}) >= 10
    linjer = b"\n".join(example(n) for n in EKSEMPLER).split(b"\n")
    numre = {read_line(linje).get("fnr", "") for linje in linjer} - {""}
    assert {int(nr[2:4]) > 80 for nr in numre if len(nr) == 11} == {True}


@pytest.mark.skipif(CHROMIUM is None, reason="no browser here")
@pytest.mark.slow
def test_it_can_be_used_with_the_keyboard_and_on_a_phone(port: int, tmp_path: Path) -> None:
    with browser(tmp_path) as b:
        b.open(f"http://127.0.0.1:{port}/", 390)
        rundene = "[...runde.options].filter(v => !v.disabled).map(v => v.text).join()"
        for valgt, tilbys in (("juni", "Gjett av fila,1. levering,endelig"), ("februar", None)):
            b.value(f"samling.value = '{valgt}'; samling.dispatchEvent(new Event('input'))")
            assert b.value("runde.checkVisibility()") == bool(tilbys)
            assert b.value(rundene) == tilbys or not tilbys
        b.value("samling.value = ''; samling.dispatchEvent(new Event('input'))")
        # To the skip link, the field, three choices, the button, and the first of the examples.
        for _ in range(7):
            b.press("Tab")
        assert b.value("document.activeElement.value") == "med-feil.txt"
        b.hendelser.clear()
        b.press("Enter")
        while not b.events("Page.loadEventFired"):
            b.hendelser.append(b._next())
        assert "stenger" in b.value("document.title")
        assert b.value("document.activeElement.id") == "svar"
        assert b.value("document.documentElement.scrollWidth") == 390
        alle = b.value("document.querySelectorAll('#funnene tbody tr:not([hidden])').length")
        b.value("leit.value = 'fag-001'; leit.dispatchEvent(new Event('input'))")
        assert b.value("document.getElementById('antall').textContent") == f"1 av {alle} linjer"
        assert not b.events("Log.entryAdded") + b.events("Runtime.exceptionThrown")


def test_what_the_machine_refuses_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> arbeid.Svar:
        raise OSError(errno.ENOSPC, "No space left on device", "koder")

    monkeypatch.setattr(arbeid, "_checked", full)
    sagt = arbeid.answered({"fil.txt": FEIL}, Valg())
    assert sagt == {"feil": "Fila ble ikke sjekket. koder: disken er full."}
