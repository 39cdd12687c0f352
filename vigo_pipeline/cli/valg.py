"""What the commands share: their options, and the pipeline they work on."""

import os
from importlib.metadata import version
from typing import Annotated

import typer

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger

SkoleaarValg = Annotated[str, typer.Option(help="Skoleåret, for eksempel 2025-2026.")]
RundeValg = Annotated[str, typer.Option(help="Runden, for eksempel 1-levering eller endelig.")]
FlytValg = Annotated[str, typer.Argument(help="Flyten, for eksempel oktober.")]
LeveranseValg = Annotated[str, typer.Argument(help="Leveransen, for eksempel ssbelev.")]
# What people write may hold a person: masked before anything else sees it.
HvemValg = Annotated[str, typer.Option(help="Den som bestemmer; står i hovedboka.", callback=mask)]


def _version(vis: bool) -> None:
    if vis:
        typer.echo(f"vigo {version('vigo-pipeline')}")
        raise typer.Exit


def show_version(
    versjon: Annotated[
        bool,
        typer.Option("--version", help="Vis versjonen.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """Show the version and end; what a group without a command of its own does."""


def open_pipeline() -> Pipeline:
    """The pipeline of the installed specs and the settings of the environment."""
    return Pipeline(Register.installed(), Innstillinger.from_env(os.environ), logg=_progress)


def _progress(tekst: str) -> None:
    typer.echo(mask(f"  {tekst}"), err=True)
