"""The command that writes what SSB's package says of our variables."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.contract.nudb import as_toml, installed
from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.mottakersyn.expected import ours


def nudb(
    til: Annotated[Path | None, typer.Option(help="The file; printed when left out.")] = None,
) -> None:
    """Write what the installed ssb-nudb-config says of the variables we deliver, as TOML."""
    tekst = "# Made by `vigo nudb --til`: what ssb-nudb-config says of our variables, frozen.\n"
    tekst += as_toml(ours(Register.installed(), installed()))
    if til is None:
        typer.echo(tekst, nl=False)
    else:
        til.parent.mkdir(parents=True, exist_ok=True)
        til.write_text(tekst, encoding="utf-8", newline="\n")
