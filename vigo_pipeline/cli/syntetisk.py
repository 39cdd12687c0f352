"""The command that makes synthetic files."""

import os
from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import SkoleaarValg
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.syntetisk.generator import first_round, generate, generate_year
from vigo_pipeline.syntetisk.omfang import Omfang, Oppsummering
from vigo_pipeline.syntetisk.vern import demand_no_real_data, remember


def syntetisk(
    mal: Annotated[
        Path | None,
        typer.Argument(help="Folder to write inn/ in; the installation's when left out."),
    ] = None,
    skoleaar: SkoleaarValg = "2025-2026",
    samling: Annotated[str, typer.Option(help="The collection, for example juni.")] = "oktober",
    runde: Annotated[str, typer.Option(help="The round; the first when left out.")] = "",
    andel: Annotated[float, typer.Option(help="Share of the nation, 0.001 to 1.")] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    hele_aaret: Annotated[
        bool, typer.Option("--hele-aaret", help="Every round of every collection.")
    ] = False,
    feil: Annotated[
        bool, typer.Option("--feil", help="Plant defects; the answer key is fasit*.csv.")
    ] = False,
) -> None:
    """Make synthetic InSchool files: every person is made up, the same ones all the skoleår."""
    if hele_aaret and runde:
        raise typer.BadParameter("gjelder én runde", param_hint="--runde")
    oppsett = Innstillinger.from_env(os.environ)
    hvor = oppsett.inn if mal is None else mal.resolve()
    demand_no_real_data(hvor, oppsett)
    aar, omfang = Skoleaar.parse(skoleaar), Omfang(andel=andel)
    if hele_aaret:
        alle = generate_year(hvor, skoleaar=aar, seed=seed, omfang=omfang, feil=feil)
    else:
        alle = [
            generate(
                hvor,
                skoleaar=aar,
                samling=samling,
                runde=runde or first_round(samling),
                seed=seed,
                omfang=omfang,
                feil=True if feil else None,
            )
        ]
    remember(hvor)
    for svar in alle:
        _tell(svar)


def _tell(svar: Oppsummering) -> None:
    """Say what was made: counts, never a person."""
    typer.echo(
        f"{svar.samling} {svar.runde}: {svar.personer} syntetiske personer, "
        f"{svar.elevkurs} elevkurs og {svar.fag} fag i {svar.filer} filer: {svar.mappe}"
    )
    if svar.fasit is not None:
        typer.echo(f"{sum(svar.feil.values())} plantede feil, fasit: {svar.fasit}")
