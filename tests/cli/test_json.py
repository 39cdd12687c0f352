"""A program is answered in the shape that the docs tell."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from vigo_pipeline.cli.kommandoer import app

SIDE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"


def told(kommando: str) -> Any:
    """Return the example of a command in the docs."""
    avsnitt = SIDE.read_text("utf-8").partition(f"## `vigo {kommando}`")[2]
    blokk = re.search(r"```json\n(.*?)```", avsnitt, re.DOTALL)
    assert blokk
    return json.loads(blokk[1])


def answered(*ord_: str) -> Any:
    svar = CliRunner().invoke(app, [*ord_, "--json"], catch_exceptions=False)
    return json.loads(svar.stdout)


def keys(verdi: Any) -> Any:
    """Return the keys of an answer, of a list those of what stands first."""
    if isinstance(verdi, dict):
        return {navn: keys(v) for navn, v in verdi.items()}
    return [keys(verdi[0])] if isinstance(verdi, list) and verdi else None


@pytest.mark.parametrize("kommando", ["flyter", "aarshjul"])
def test_what_stands_in_the_contract_is_told_so(kommando: str) -> None:
    svar = answered(kommando, "--skoleaar", "2025-2026")
    assert keys([s for s in svar if s.get("flyt") == "oktober"]) == keys(told(kommando))


@pytest.mark.slow(2)
def test_specs_are_told_so() -> None:
    svar = answered("valider")
    assert svar.keys() == told("valider").keys()
    assert svar["feil"] == []


def test_a_home_where_nothing_is_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIGO_HOME", str(tmp_path / "hjem"))
    monkeypatch.delenv("VIGO_DATABASE_URL", raising=False)
    svar = answered("status")
    tomt = {"runder": [], "leses_ikke": [], "ukjente_mapper": []}
    assert svar == {"hjem": str(tmp_path / "hjem"), "finnes": False, **tomt}
    assert svar.keys() == told("status").keys()
