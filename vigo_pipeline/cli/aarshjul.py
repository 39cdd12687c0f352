"""The command that writes the årshjul as calendars."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.aarshjul.calendar import write_calendars


def aarshjul(
    ics: Annotated[Path, typer.Option(help="Mappe for kalenderne, én .ics per målgruppe.")],
    skoleaar: Annotated[
        list[str] | None, typer.Option(help="Bare disse skoleårene; ellers alle.")
    ] = None,
) -> None:
    """Lag årshjulet som kalendere, én for hver målgruppe som sender eller mottar."""
    for sti in write_calendars(Register.installed(), ics, skoleaar or ()):
        typer.echo(f"Skrevet: {sti}")
