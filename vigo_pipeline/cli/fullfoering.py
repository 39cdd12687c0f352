"""The command that lets a shell complete what is begun."""

from enum import StrEnum
from typing import Annotated

import typer

# The library has no public name for it.
from typer._completion_shared import get_completion_script


class Skall(StrEnum):
    """The shells there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def fullfoering(
    skall: Annotated[Skall, typer.Argument(help="bash, zsh eller fish.")],
) -> None:
    """Skriv det skallet må lese for å fullføre kommandoer, valg og navn med tabulator.

    Legges dit skallet leser det, for eksempel «vigo fullfoering bash >
    ~/.local/share/bash-completion/completions/vigo», og gjelder fra neste gang det startes.
    """
    typer.echo(get_completion_script(prog_name="vigo", complete_var="_VIGO_COMPLETE", shell=skall))
