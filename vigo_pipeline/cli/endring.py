"""The command that compares two published deliveries."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import LeveranseValg, open_pipeline
from vigo_pipeline.domain.mask import mask

DeliveryValg = Annotated[
    str, typer.Option(help="En publisert leveranse: 2025-2026/endelig, eller 2025-2026/endelig/2.")
]


def endring(leveranse: LeveranseValg, fra: DeliveryValg, til: DeliveryValg) -> None:
    """Vis hva som er endret mellom to publiserte leveranser, i arbeidsbøker og på en side."""
    from vigo_pipeline.reports.endring.choose import find
    from vigo_pipeline.reports.endring.report import report
    from vigo_pipeline.reports.endring.text import summary_of

    pipeline = open_pipeline()
    spec = pipeline.register.leveranse(leveranse)
    foer, etter = (find(pipeline, spec, tekst).checked() for tekst in (fra, til))
    rapport = report(pipeline, spec, foer, etter)
    typer.echo(mask(summary_of(rapport)))
