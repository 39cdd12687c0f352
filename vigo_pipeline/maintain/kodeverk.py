"""The command that brings a code list up to date."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.kodeverk.take_in import import_export


def kodeverk(
    liste: Annotated[str, typer.Argument(help="The list, for example programomraader.")],
    fil: Annotated[Path, typer.Argument(help="The export.")],
    form: Annotated[str, typer.Option(help="grep, vigo or csv.")],
    per: Annotated[
        str, typer.Option(help="The export's date, YYYY-MM-DD: codes that are gone end then.")
    ],
) -> None:
    """Read a newer export into one of the project's code lists."""
    if not fil.is_file():
        raise typer.BadParameter(f"finner ikke fila {fil}", param_hint="FIL")
    endring = import_export(fil, liste, form, per=read_day(per))
    typer.echo(
        f"{liste}: {len(endring.nye)} nye, {len(endring.endret)} endret, "
        f"{len(endring.avsluttet)} avsluttet."
    )
