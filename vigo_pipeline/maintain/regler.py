"""The commands that write the rule catalogue as a list, and the examples of the rules' pages."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.maintain.examples import as_csv
from vigo_pipeline.maintain.page import TilValg, write
from vigo_pipeline.maintain.regelside import as_markdown
from vigo_pipeline.maintain.sources import links

RotValg = Annotated[Path, typer.Option(help="The repository, whose tests have the examples.")]


def regler(til: TilValg = None, rot: RotValg = Path()) -> None:
    """Write the rules by area, a line each, those of each flow, and what changed by skoleår."""
    write(as_markdown(Register.installed(), links(rot)), til)


def regeleksempler(til: TilValg = None, rot: RotValg = Path()) -> None:
    """Write an example of each rule that breaks it and one that does not, for its page."""
    write(as_csv(rot), til)
