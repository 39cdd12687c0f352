"""The command that writes the årshjul for people."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.reports.aarshjul.calendar import write_calendars
from vigo_pipeline.reports.aarshjul.page import as_markdown


def arshjul(
    ics: Annotated[
        Path | None, typer.Option(help="Folder for the calendars, one .ics per audience.")
    ] = None,
    skoleaar: Annotated[
        list[str] | None, typer.Option(help="Only these skoleår in the calendars.")
    ] = None,
    til: Annotated[
        Path | None, typer.Option(help="The page; printed when neither is asked for.")
    ] = None,
) -> None:
    """Write the årshjul: a calendar per audience, or the page with every event and date."""
    if ics is not None:
        for sti in write_calendars(Register.installed(), ics, skoleaar or ()):
            typer.echo(f"Skrevet: {sti}")
    if til is not None:
        til.parent.mkdir(parents=True, exist_ok=True)
        til.write_text(as_markdown(), encoding="utf-8", newline="\n")
    elif ics is None:
        typer.echo(as_markdown(), nl=False)
