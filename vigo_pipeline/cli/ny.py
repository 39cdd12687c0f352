"""The commands that write the first files of a delivery, a rule or a collection."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli import forslag
from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.valg import RundeValg, SamlingValg

if TYPE_CHECKING:
    from vigo_pipeline.specs.nytt.skriv import Nytt

ny_app = command_line("Lag de første filene til en leveranse, en regel eller en innsamling.")


def leveranse(
    stamme: Annotated[
        str, typer.Argument(help="Hva leveransen skal hete: små bokstaver, uten æøå.")
    ],
    samling: SamlingValg = "oktober",
) -> None:
    """Lag en leveranse: spesifikasjon, spørring og regler, med hver nøkkel forklart."""
    from vigo_pipeline.contract.aarshjul import rounds_due
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.specs.nytt.leveranse import new_delivery

    nytt, runde = new_delivery(Register.installed(), stamme, samling), rounds_due(samling)[0]
    _write(
        nytt,
        "Rett filene; hver nøkkel er forklart der den står. Spørringen gir en rad for hver rad i "
        "grunnlaget.",
        "«vigo valider» sier hva som er galt, med fil og linje.",
        f"«vigo proev {stamme}» viser de første radene og hva porten ville sagt.",
        f"«vigo kjoer {samling} --skoleaar 2025-2026 --runde {runde}» publiserer den.",
        side="ny-leveranse.md",
    )


def regel(
    stamme: Annotated[
        str,
        typer.Argument(
            help="Leveransen eller innsamlingen den gjelder, for eksempel ssbelev.",
            autocompletion=forslag.begge,
        ),
    ],
    id_: Annotated[
        str, typer.Option("--id", help="Regelens id, for eksempel MINE-001; ellers neste ledige.")
    ] = "",
    trinn: Annotated[
        str,
        typer.Option(
            help="For en innsamling: innrapportering (filene) eller sentralbase (mot tidligere)."
        ),
    ] = "",
) -> None:
    """Legg en regel til dem en leveranse eller en innsamling har, med hver nøkkel forklart."""
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.specs.nytt.regel import new_rule

    nr, nytt = new_rule(Register.installed(), stamme, id_, trinn)
    _write(
        nytt,
        "Rett regelen; hver nøkkel er forklart der den står.",
        "«vigo valider» sier hva som er galt, med fil og linje.",
        f"«vigo proev {nr}» viser hvor mange rader som bryter den, og de første.",
        side="ny-regel.md",
    )


def innsamling(
    stamme: Annotated[
        str, typer.Argument(help="Hva innsamlingen skal hete: små bokstaver, uten æøå.")
    ],
    som: Annotated[
        str,
        typer.Option(
            help="Innsamlingen den har linjene fra, for eksempel juni.",
            autocompletion=forslag.flyter,
        ),
    ] = "oktober",
    runde: RundeValg = "november",
) -> None:
    """Lag en innsamling med en runde i årshjulet, med hver nøkkel forklart."""
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.specs.nytt.innsamling import new_collection

    nytt = new_collection(Register.installed(), stamme, som, runde)
    _write(
        nytt,
        "Rett filene; hver nøkkel er forklart der den står.",
        "«vigo valider» sier hva som er galt, med fil og linje.",
        f"«vigo syntetisk --samling {stamme}» lager filer som den kan prøves på.",
        f"«vigo proev {stamme}» leser dem uten å skrive noe.",
        side="ny-innsamling.md",
    )


def _write(nytt: "Nytt", *neste: str, side: str) -> None:
    nytt.write()
    rot = Path(str(files("assets"))).parent
    typer.echo(f"Skrevet i {rot}:")
    for fil, hva in nytt.hva.items():
        typer.echo(f"  {fil.relative_to(rot)}: {hva}")
    typer.echo("Neste:")
    for nr, tekst in enumerate(neste, start=1):
        typer.echo(f"  {nr}. {tekst}")
    typer.echo(f"Et eksempel, fra først til sist: docs/how-to/{side}")


for kommando in (leveranse, regel, innsamling):
    add(ny_app, kommando)
