"""The command that tries transfers to oppfølgingstjenesten through a synthetic skoleår."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.maintain.page import write
from vigo_pipeline.syntetisk.simulering.page import chart, page
from vigo_pipeline.syntetisk.simulering.simulate import simulate
from vigo_pipeline.syntetisk.simulering.trial_year import tables_of, trial_year


def ot_simulering(
    til: Annotated[Path, typer.Option(help="The page; the drawing goes beside it.")] = Path(
        "docs/reference/ot-simulering.md"
    ),
    skoleaar: Annotated[str, typer.Option(help="Skoleår, for example 2025-2026.")] = "2025-2026",
    andel: Annotated[float, typer.Option(help="Share of the nation.")] = 0.2,
    froe: Annotated[int, typer.Option(help="Another seed gives other persons.")] = 1,
) -> None:
    """Try transfers to OT on the dates of a synthetic skoleår; write the page and the drawing."""
    aar = Skoleaar.parse(skoleaar)
    with (
        tempfile.TemporaryDirectory(prefix="vigo-ot-") as mappe,
        trial_year(Path(mappe), aar, andel=andel, seed=froe) as pipeline,
    ):
        spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
        dager = simulate(spek, tables_of(pipeline, spek, aar), aar)
    bilde = til.with_suffix(".svg")
    write(chart(dager), bilde)
    write(page(dager, skoleaar=skoleaar, andel=andel, seed=froe, bilde=bilde.name), til)
    typer.echo(f"{til}, {bilde}")
