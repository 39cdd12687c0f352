"""Commands of oppfølgingstjenesten: the lists of a day, and when in the year to make them."""

from datetime import date
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import open_pipeline
from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.telling import as_text
from vigo_pipeline.engine.overfoering.utfoer import transfer


def ot(
    dato: Annotated[str, typer.Option(help="The day of the transfer, 2025-10-31.")],
    vannmerke: Annotated[
        int | None,
        typer.Option(help="The Sentralbase as of this innlesing; the latest if left out."),
    ] = None,
) -> None:
    """Make the lists for oppfølgingstjenesten, one per fylke, and say how many came out and why."""
    pipeline = open_pipeline()
    utfoert = transfer(pipeline, date.fromisoformat(dato), vannmerke)
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    typer.echo(mask(as_text(spek, utfoert.telling)))
    typer.echo(f"Lister per fylke (begrenset tilgang): {utfoert.mappe}")
    typer.echo(f"Tall: {utfoert.oversikt}")
