"""Commands for the keys that tokens of persons are made with."""

from typing import Annotated

import typer

from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.valg import GrunnValg, HvemValg, open_pipeline
from vigo_pipeline.contract.enhet import amount

kjennetegn_app = command_line("Nøklene som kjennetegn for personer lages med.")


def show_keys() -> None:
    """Vis nøklene, og hvor mange rader i innsynsloggen som har kjennetegn laget med hver."""
    from vigo_pipeline.engine.innsyn.noekler import keys

    pipeline = open_pipeline("ingenting")
    typer.echo(f"Nøklene ligger i {pipeline.oppsett.tokennoekler}.")
    for n in keys(pipeline):
        typer.echo(f"{n.id}  {n.tilstand}, {amount(n.rader)}")


def change_key(hvem: HvemValg, grunn: GrunnValg) -> None:
    """Ta i bruk en ny nøkkel; kjennetegn laget med de gamle blir fortsatt funnet."""
    from vigo_pipeline.engine.innsyn.noekler import take_into_use

    id_ = take_into_use(open_pipeline("ingenting"), hvem, grunn)
    typer.echo(f"Nøkkelen {id_} er i bruk. Ta en sikkerhetskopi: uten den finnes ingen igjen.")


def throw_key(
    noekkel: Annotated[str, typer.Argument(help="Nøkkelen, slik «vigo kjennetegn vis» har den.")],
    hvem: HvemValg,
    grunn: GrunnValg,
) -> None:
    """Kast en gammel nøkkel; rader laget med den kan aldri mer knyttes til en person."""
    from vigo_pipeline.engine.innsyn.noekler import throw_away

    rader = throw_away(open_pipeline("ingenting"), noekkel, hvem, grunn)
    typer.echo(
        f"Nøkkelen er kastet her. {amount(rader)} i innsynsloggen kan ikke lenger knyttes til "
        "noen. "
        "Den ligger fortsatt i sikkerhetskopier som er tatt før nå."
    )


for navn, kommando in (("vis", show_keys), ("bytt", change_key), ("kast", throw_key)):
    add(kjennetegn_app, kommando, navn)
