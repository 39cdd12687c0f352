"""What exists and when it is due, and which version says so."""

import re

from typer.testing import CliRunner

from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.engine.register import Register


def said(*skrevet: str) -> str:
    svar = CliRunner().invoke(app, skrevet, catch_exceptions=False)
    assert svar.exit_code == 0
    return svar.output


def test_every_flow_is_listed_with_its_rounds_deadlines_and_deliveries() -> None:
    tekst = said("flyter", "--skoleaar", "2025-2026")
    for navn, (_, leveranser) in Register.installed().flyter.items():
        avsnitt = re.split(r"\n(?! )", tekst.partition(f"{navn}: ")[2])[0]
        assert re.search(r"\(\d\d\.\d\d\.202[56]\)", avsnitt)
        assert not [lev.stamme for lev in leveranser if lev.stamme not in avsnitt]


def test_the_version_is_said_alone() -> None:
    assert re.fullmatch(r"vigo \d{4}\.\d+\.\d+\n", said("--version"))
