"""The command that shows the settings there are."""

import os

import typer

from vigo_pipeline.cli.valg import open_pipeline


def innstillinger() -> None:
    """Vis innstillingene som finnes, og kontroller dem som er satt, og kanalene."""
    from vigo_pipeline.contract.oppbevaring import slagene
    from vigo_pipeline.engine.errors import VigoError
    from vigo_pipeline.engine.oppbevaring import valg
    from vigo_pipeline.engine.send.channel_file import InvalidChannels
    from vigo_pipeline.engine.send.channels import channels
    from vigo_pipeline.engine.setting_values import as_markdown
    from vigo_pipeline.engine.settings import Innstillinger

    typer.echo(as_markdown(Innstillinger.variabler().values()))
    bestemt = valg.read(Innstillinger.from_env(os.environ))
    for navn, etter in bestemt.etter.items() if bestemt else ():
        typer.echo(f"Slettes: {navn}, {slagene()[navn].in_words(etter)}.")
    ubrukelige = []
    for mottaker, kanal in channels(open_pipeline("ingenting")).items():
        typer.echo(f"Kanal til {mottaker}: {kanal.sted}")
        try:
            kanal.demand_set_up()
        except VigoError as feil:
            ubrukelige.append(f"Kanal til {mottaker}: {feil}")
    if ubrukelige:
        raise InvalidChannels("\n".join(ubrukelige))
