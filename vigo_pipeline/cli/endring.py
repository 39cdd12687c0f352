"""The command that compares two published deliveries."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import open_pipeline
from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.reports.endring.choose import find
from vigo_pipeline.reports.endring.report import report
from vigo_pipeline.reports.endring.text import summary_of

DeliveryValg = Annotated[
    str, typer.Option(help="A published delivery: 2025-2026/endelig, or 2025-2026/endelig/2.")
]


def endring(
    leveranse: Annotated[str, typer.Argument(help="A delivery, for example ssbelev.")],
    fra: DeliveryValg,
    til: DeliveryValg,
) -> None:
    """Say what changed from one published delivery to another, in workbooks and a page."""
    pipeline = open_pipeline()
    spec = pipeline.register.leveranse(leveranse)
    foer, etter = (find(pipeline, spec, tekst).checked() for tekst in (fra, til))
    rapport = report(pipeline, spec, foer, etter)
    typer.echo(mask(summary_of(rapport)))
