"""What a person can put right is one line; the trace is for who asks, and names nobody."""

import sys

import pytest

from vigo_pipeline.cli import main

FNR = "018100" + "12345"


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *ord_: str) -> str:
    """Return what a command that fails says."""
    monkeypatch.setattr(sys, "argv", ["vigo", *ord_])
    with pytest.raises(SystemExit) as slutt:
        main()
    assert slutt.value.code == 2
    return capsys.readouterr().err


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
