"""The command that compares two published deliveries."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import open_pipeline
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.reports.endring.choose import find
from vigo_pipeline.reports.endring.report import report
from vigo_pipeline.reports.endring.text import summary_of

DeliveryValg = Annotated[
    str, typer.Option(help="En publisert leveranse: 2025-2026/endelig, eller 2025-2026/endelig/2.")
]


def endring(
    leveranse: Annotated[str, typer.Argument(help="Leveransen, for eksempel ssbelev.")],
    fra: DeliveryValg,
    til: DeliveryValg,
) -> None:
    """Vis hva som er endret mellom to publiserte leveranser, i arbeidsbøker og på en side."""
    pipeline = open_pipeline()
    spec = pipeline.register.leveranse(leveranse)
    foer, etter = (find(pipeline, spec, tekst).checked() for tekst in (fra, til))
    rapport = report(pipeline, spec, foer, etter)
    typer.echo(mask(summary_of(rapport)))
