"""Commands of oppfølgingstjenesten: the lists of a day, and when in the year to make them."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import SkoleaarValg, open_pipeline
from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.overfoering.count import as_text
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.transfer import transfer
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.ottall import as_text as as_figures
from vigo_pipeline.reports.ottall import write
from vigo_pipeline.syntetisk.simulering.page import chart, page
from vigo_pipeline.syntetisk.simulering.simulate import simulate
from vigo_pipeline.syntetisk.simulering.trial_year import tables_of, trial_year


def ot(
    dato: Annotated[str, typer.Option(help="The day of the transfer, 2025-10-31.")],
    vannmerke: Annotated[
        int | None,
        typer.Option(help="The Sentralbase as of this innlesing; the latest if left out."),
    ] = None,
) -> None:
    """Make the lists for oppfølgingstjenesten, one per fylke, and say how many came out and why."""
    pipeline = open_pipeline()
    utfoert = transfer(pipeline, read_day(dato), vannmerke)
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    typer.echo(mask(as_text(spek, utfoert.telling)))
    typer.echo(f"Lister per fylke (begrenset tilgang): {utfoert.mappe}")
    typer.echo(f"Tall: {utfoert.oversikt}")


def ot_simulering(
    til: Annotated[Path, typer.Option(help="The page; the drawing goes beside it.")] = Path(
        "docs/reference/ot-simulering.md"
    ),
    skoleaar: Annotated[str, typer.Option(help="Skoleår, for example 2025-2026.")] = "2025-2026",
    andel: Annotated[float, typer.Option(help="Share of the nation.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Another number gives other persons.")] = 1,
) -> None:
    """Try transfers to OT on the dates of a synthetic skoleår; write the page and the drawing."""
    aar = Skoleaar.parse(skoleaar)
    with (
        tempfile.TemporaryDirectory(prefix="vigo-ot-") as mappe,
        trial_year(Path(mappe), aar, andel=andel, seed=seed) as pipeline,
    ):
        spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
        dager = simulate(spek, tables_of(pipeline, spek, aar), aar)
    bilde = til.with_suffix(".svg")
    til.parent.mkdir(parents=True, exist_ok=True)
    bilde.write_text(chart(dager), encoding="utf-8", newline="\n")
    tekst = page(dager, skoleaar=skoleaar, andel=andel, seed=seed, bilde=bilde.name)
    til.write_text(tekst, encoding="utf-8", newline="\n")
    typer.echo(f"{til} og {bilde}")


def ot_tall(
    skoleaar: SkoleaarValg,
    runde: Annotated[str, typer.Option(help="november or juni.")],
) -> None:
    """Count OT-data as Udir does: not applied, no contact, sex, and the change of age range."""
    tall, fil = write(open_pipeline(), Partisjon(skoleaar, runde))
    typer.echo(as_figures(tall))
    typer.echo(f"Tall per fylke, små tall skjult: {fil}")
