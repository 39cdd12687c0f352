"""The command that checks specs, rules and queries before they are run."""

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.valg import JsonValg
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.mask import mask


def valider(som_json: JsonValg = False) -> None:
    """Kontroller spesifikasjoner, regler og spørringer, uten data.

    Hver feil står på en linje for seg, med fil, linje, nøkkel og hva som er galt. Avslutter med 2
    når det er noen.
    """
    from vigo_pipeline.specs.check import check
    from vigo_pipeline.specs.whole import installed

    assets, expectations = installed()
    funnet = check(assets, expectations)
    if som_json:
        svar.tell(
            {
                "feil": [
                    {
                        "fil": str(f.fil.relative_to(assets.parent)),
                        "linje": f.linje,
                        "noekkel": f.sted,
                        "tekst": f.hva,
                    }
                    for f in funnet.feil
                ],
                "stanset": funnet.stanset,
                "innsamlinger": funnet.innsamlinger,
                "leveranser": funnet.leveranser,
                "regler": funnet.regler,
            }
        )
        raise typer.Exit(FAILED if funnet.feil else 0)
    for feil in funnet.feil:
        typer.echo(mask(feil.told(assets.parent)))
    if funnet.feil:
        antall = amount(len(funnet.feil), "feil")
        typer.echo(f"{antall}. {funnet.stanset}".strip(), err=True)
        raise typer.Exit(FAILED)
    typer.echo(
        f"Alt henger sammen: {funnet.innsamlinger} innsamlinger, {funnet.leveranser} leveranser og "
        f"{funnet.regler} regler."
    )
