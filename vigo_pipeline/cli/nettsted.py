"""The command that writes the status site."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import open_pipeline
from vigo_pipeline.engine.day import read_day
from vigo_pipeline.reports.nettsted.write import write_site


def nettsted(
    til: Annotated[
        Path | None, typer.Option(help="Mappa det skrives i; ellers .vigo/nettsted.")
    ] = None,
    dag: Annotated[str, typer.Option(help="Dagen det skrives for, 2026-02-16; ellers i dag.")] = "",
) -> None:
    """Skriv statusnettstedet: hva som har frist, er kommet, er feil og er sendt."""
    pipeline = open_pipeline()
    mappe = til or pipeline.oppsett.nettsted
    idag = read_day(dag) if dag else pipeline.i_dag()
    side = write_site(pipeline, mappe, idag)
    typer.echo(
        f"Nettstedet er skrevet: {side.runder} runder og {side.leveringer} leveranser. "
        f"Åpne {mappe / 'index.html'} i en nettleser."
    )
