"""The command that checks specs, rules and queries before they are run."""

from importlib.resources import files
from pathlib import Path

import typer

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.specs.check import check

FEIL = 2


def valider() -> None:
    """Kontroller spesifikasjoner, regler og spørringer, uten data.

    Hver feil står på en linje for seg, med fil, linje, nøkkel og hva som er galt. Avslutter med 2
    når det er noen.
    """
    assets, expectations = (Path(str(files(navn))) for navn in ("assets", "expectations"))
    svar = check(assets, expectations)
    for feil in svar.feil:
        typer.echo(mask(feil.told(assets.parent)))
    if svar.feil:
        antall = "1 feil" if len(svar.feil) == 1 else f"{len(svar.feil)} feil"
        typer.echo(f"{antall}. {svar.stanset}".strip(), err=True)
        raise typer.Exit(FEIL)
    typer.echo(
        f"Alt henger sammen: {svar.innsamlinger} innsamlinger, {svar.leveranser} leveranser og "
        f"{svar.regler} regler."
    )
