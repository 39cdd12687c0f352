"""The command that writes the rule catalogue as a page."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.examples import examples
from vigo_pipeline.maintain.page import TilValg, write
from vigo_pipeline.maintain.sources import links
from vigo_pipeline.reports.regelbok import as_markdown


def regler(
    til: TilValg = None,
    rot: Annotated[
        Path, typer.Option(help="The repository, whose tests have the examples.")
    ] = Path(),
) -> None:
    """Write every rule: what it says, why it is broken, how to put it right, and since when."""
    write(as_markdown(Register.installed(), examples(rot), links(rot)), til)
