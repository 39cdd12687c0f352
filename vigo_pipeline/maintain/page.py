"""Where a page that is made goes: a file, or the terminal."""

from pathlib import Path
from typing import Annotated

import typer

TilValg = Annotated[Path | None, typer.Option(help="The file; printed when left out.")]


def write(tekst: str, til: Path | None) -> None:
    """Write a page, with the line ends that the repository has."""
    if til is None:
        typer.echo(tekst, nl=False)
        return
    til.parent.mkdir(parents=True, exist_ok=True)
    til.write_text(tekst, encoding="utf-8", newline="\n")


def cell(tekst: str) -> str:
    """Return a text as it may stand in a table of Markdown.

    >>> cell("bryter.<table>")
    'bryter.&lt;table>'
    """
    return tekst.replace("|", "\\|").replace("<", "&lt;")
