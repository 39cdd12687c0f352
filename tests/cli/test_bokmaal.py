"""What the command line says of itself is bokmål: the help, and what is said of wrong use."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
import typer

from vigo_pipeline.cli import main
from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.ending import run
from vigo_pipeline.cli.kommandoer import app

# Words that Typer, Click and Pydantic use, and that bokmål has not.
ENGELSK = re.compile(
    r"(?i)\b(usage|options?|arguments?|commands?|show|this|the|of|and|which|must|invalid|input|"
    r"missing|required|default|did you|such|should|value|try|error|str|int|float|bool|path)\b"
)


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *ord_: str) -> str:
    """Return what a command says, with `vigo` before it."""
    monkeypatch.setattr(sys, "argv", ["vigo", *ord_])
    with pytest.raises(SystemExit):
        main()
    ut = capsys.readouterr()
    return ut.out + ut.err


def commands(gruppe: typer.Typer, foran: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every command and group, by the words that call it."""
    yield foran
    for k in gruppe.registered_commands:
        navn = k.name or getattr(k.callback, "__name__", "").replace("_", "-")
        yield (*foran, navn)
    for g in gruppe.registered_groups:
        assert g.typer_instance
        yield from commands(g.typer_instance, (*foran, str(g.name)))


@pytest.mark.slow
def test_the_help_of_every_command_is_in_bokmaal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    funnet = {
        " ".join(ord_): sorted({*ENGELSK.findall(tekst)})
        for ord_ in commands(app)
        for tekst in [said(monkeypatch, capsys, *ord_, "--help")]
    }
    assert len(funnet) > 20
    assert not {ord_: engelsk for ord_, engelsk in funnet.items() if engelsk}


@pytest.mark.parametrize(
    ("skrevet", "svar"),
    [
        ("kjoer", "Mangler argumentet 'flyt'."),
        ("kjoer oktober", "Mangler valget '--skoleaar'."),
        (
            "kjoer oktober 2025-2026 endelig",
            "Mangler valget '--skoleaar'.\n"
            "Skriv det slik: vigo kjoer <flyt> --skoleaar <skoleaar> --runde <runde>",
        ),
        ("kjoer oktober --skolear x", "Ukjent valg: --skolear (Mente du --skoleaar?)"),
        ("kjoer --skoleaar", "Valget '--skoleaar' må ha en verdi."),
        ("varsle --vis=ja", "Valget '--vis' tar ingen verdi."),
        ("kjro", "Ukjent kommando «kjro». Mente du kjoer?"),
        ("innstillinger x y", "For mange argumenter: x y."),
        ("unntak trekk x --hvem Kari", "Ugyldig verdi for 'nr': skal være et helt tall."),
        ("demo --andel x", "Ugyldig verdi for '--andel': skal være et tall."),
        (
            "varsle --dag x",
            "Ugyldig verdi for '--dag': «x» er ikke en dag. Skriv den slik: 2026-02-16.",
        ),
        *(
            (
                f"{kommando} --dag {dag}",
                f"Ugyldig verdi for '--dag': «{dag}» er for lenge siden eller for langt fram. "
                "Er årstallet rett?",
            )
            for kommando, dag in (("ot", "0001-01-01"), ("status", "9999-12-31"))
        ),
    ],
)
def test_wrong_use_is_told_in_bokmaal(
    skrevet: str,
    svar: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tekst = said(monkeypatch, capsys, *skrevet.split())
    assert f"\nFeil: {svar}\n" in f"\n{tekst}"
    assert not ENGELSK.search(tekst)


@pytest.mark.parametrize(
    ("sti", "svar"),
    [
        ("{}/borte", "«{}/borte» finnes ikke."),
        ("{}", "«{}» er en mappe."),
        ("{}/fil/", "«{}/fil/» finnes ikke."),
    ],
)
def test_a_path_that_cannot_be_used_is_told_in_bokmaal(
    sti: str,
    svar: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ett = command_line()

    def read(sti: Annotated[Path, typer.Option(exists=True, dir_okay=False)]) -> None:
        raise AssertionError(sti)

    add(ett, read)
    monkeypatch.setattr(sys, "argv", ["vigo", "--sti", sti.format(tmp_path)])
    with pytest.raises(SystemExit):
        run(ett)
    assert f"'--sti': {svar.format(tmp_path)}\n" in capsys.readouterr().err


def test_a_group_alone_shows_its_help_and_nothing_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Feil" not in said(monkeypatch, capsys, "unntak")


def test_what_was_written_is_masked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "01810012345" not in said(monkeypatch, capsys, "innstillinger", "01810012345")
