"""The command that makes synthetic files."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import SkoleaarValg
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.syntetisk.generator import first_round, generate, generate_year
from vigo_pipeline.engine.syntetisk.omfang import Omfang, Oppsummering


def syntetisk(
    mal: Annotated[Path, typer.Argument(help="Folder to write inn/ in.")] = Path(".vigo"),
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
    aar, omfang = Skoleaar.parse(skoleaar), Omfang(andel=andel)
    if hele_aaret:
        if runde:
            raise typer.BadParameter("gjelder én runde", param_hint="--runde")
        for svar in generate_year(mal, skoleaar=aar, seed=seed, omfang=omfang, feil=feil):
            _tell(svar)
        return
    _tell(
        generate(
            mal,
            skoleaar=aar,
            samling=samling,
            runde=runde or first_round(samling),
            seed=seed,
            omfang=omfang,
            feil=True if feil else None,
        )
    )


def _tell(svar: Oppsummering) -> None:
    """Say what was made: counts, never a person."""
    typer.echo(
        f"{svar.samling} {svar.runde}: {svar.personer} syntetiske personer, "
        f"{svar.elevkurs} elevkurs og {svar.fag} fag i {svar.filer} filer: {svar.mappe}"
    )
    if svar.fasit is not None:
        typer.echo(f"{sum(svar.feil.values())} plantede feil, fasit: {svar.fasit}")
