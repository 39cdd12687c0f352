"""What a person can put right is one line; the trace is for who asks, and names nobody."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
import typer

from vigo_pipeline.cli import main
from vigo_pipeline.cli.ending import end, run

FNR = "018100" + "12345"


@pytest.fixture(autouse=True)
def _heeded() -> Iterator[None]:
    """Let Ctrl-C end the tests: a command that it has ended heeds no other."""
    foer = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, foer)


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *ord_: str) -> str:
    """Return what a command that fails says."""
    monkeypatch.setattr(sys, "argv", ["vigo", *ord_])
    with pytest.raises(SystemExit) as slutt:
        main()
    assert slutt.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("ord_", "sagt"),
    [
        (["demo"], "Avbrutt. Det som var ferdig, står. Kjør det samme igjen, så fortsetter den."),
        (["status"], "Avbrutt."),
        (["sjekk", "--nett"], ""),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, list) else "",
)
def test_an_interruption_is_told_with_what_to_do(
    ord_: list[str],
    sagt: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    app = typer.Typer()

    @app.callback(invoke_without_command=True, context_settings={"ignore_unknown_options": True})
    def stopped(_: Annotated[list[str] | None, typer.Argument()] = None) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "argv", ["vigo", *ord_])
    with pytest.raises(SystemExit) as slutt:
        run(app)
    assert slutt.value.code == 130
    assert capsys.readouterr().err.strip() == sagt


def test_what_comes_of_an_interruption_is_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def rolled_back() -> int:
        try:
            raise KeyboardInterrupt
        finally:
            raise OSError("forbindelsen er brutt")

    monkeypatch.setattr(sys, "argv", ["vigo", "status"])
    with pytest.raises(SystemExit) as slutt:
        end(lambda _: rolled_back())
    assert slutt.value.code == 130
    assert capsys.readouterr().err == "Avbrutt.\n"


@pytest.mark.parametrize("hvor", ["foran", "bak", "ingen"])
def test_the_trace_is_shown_to_who_asks_wherever_that_is_written(
    hvor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ord_ = ["godkjenn", FNR, "--skoleaar", "2025-2026", "--runde", "x", "--hvem", "Kari"]
    alle = {
        "foran": ["--feilsøk", *ord_],
        "bak": [*ord_, "--feilsoek"],
        "ingen": ord_,
    }[hvor]
    sagt = said(monkeypatch, capsys, *alle)
    assert sagt.splitlines()[-1].startswith("Feil: «***********» er ikke en leveranse eller")
    assert ("Traceback" in sagt) == (hvor != "ingen")
    assert len(sagt.splitlines()) == 1 or hvor != "ingen"
    assert FNR not in sagt


def test_a_delivery_that_is_run_is_told_with_the_command_of_its_flow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    valg = ["--skoleaar", "2025-2026", "--runde", "endelig"]
    sagt = said(monkeypatch, capsys, "kjoer", "ssbelev", *valg)
    assert sagt.strip().endswith("Skriv: vigo kjoer oktober --skoleaar 2025-2026 --runde endelig")


def test_what_the_system_refuses_is_told_in_bokmaal_and_of_which_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened() -> int:
        with tmp_path.open("rb"):
            return 0

    monkeypatch.setattr(sys, "argv", ["vigo"])
    with pytest.raises(SystemExit) as slutt:
        end(lambda _: opened())
    assert slutt.value.code == 2
    sagt = capsys.readouterr().err.strip()
    assert sagt == f"Feil: {tmp_path}: det er en mappe, og det skulle vært en fil."
