"""The command that writes the rule catalogue as a page."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.regelbok import as_markdown


def regler(
    til: Annotated[Path | None, typer.Option(help="The page; printed when left out.")] = None,
) -> None:
    """Write every rule: what it says, why it is broken, how to put it right, and since when."""
    tekst = as_markdown(Register.installed())
    if til is None:
        typer.echo(tekst, nl=False)
    else:
        til.parent.mkdir(parents=True, exist_ok=True)
        til.write_text(tekst, encoding="utf-8", newline="\n")
