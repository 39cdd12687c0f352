"""The command that shows the settings there are."""

import os

import typer


def innstillinger() -> None:
    """Vis innstillingene som finnes, og kontroller dem som er satt."""
    from vigo_pipeline.engine.setting_values import as_markdown
    from vigo_pipeline.engine.settings import Innstillinger

    typer.echo(as_markdown(Innstillinger.variabler().values()))
    Innstillinger.from_env(os.environ)
