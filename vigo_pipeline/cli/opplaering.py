"""The command that makes a home for training, and throws one away."""

import os
import shutil
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.framdrift import progress
from vigo_pipeline.cli.valg import AndelValg, DagValg
from vigo_pipeline.domain.mask import mask

# The day after elever og fag pr 01.10 are due for the last time.
DAG = date(2025, 11, 5)


def opplaering(
    mappe: Annotated[Path, typer.Argument(help="Mappa som blir hjemmet; tom, eller ny.")],
    dag: DagValg = None,
    andel: AndelValg = 0.002,
    kast: Annotated[bool, typer.Option("--kast", help="Kast hjemmet, med alt i det.")] = False,
) -> None:
    """Lag et hjem for opplæring: et oppdiktet skoleår fram til en dag, med feil i det siste.

    Alt i hjemmet er merket, og ingenting av det kan godkjennes for eller sendes til en mottaker.
    I hjemmet er det alltid den dagen; uten --dag er det 05.11.2025. Fasiten på feilene er
    fasit*.csv. Det tar noen minutter.
    """
    if kast:
        _throw_away(mappe.resolve())
        return
    from vigo_pipeline.engine import training
    from vigo_pipeline.engine.pipeline import Pipeline
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.reports.nettsted.write import write_site
    from vigo_pipeline.run import headline, run_flow
    from vigo_pipeline.syntetisk.opplaering import make_until
    from vigo_pipeline.syntetisk.vern import remember

    hjem, dag = mappe.resolve(), dag or DAG
    if hjem.exists() and (not hjem.is_dir() or any(hjem.iterdir())):
        raise training.OnlyTraining(f"{hjem} er ikke tom. Velg ei tom mappe, eller en ny.")
    hjem.mkdir(mode=0o700, parents=True, exist_ok=True)
    training.mark(hjem, dag)
    pipeline = Pipeline(
        Register.installed(), Innstillinger.from_env({**os.environ, "VIGO_HOME": str(hjem)})
    )
    with progress("Lager filene") as pipeline.logg:
        runder = make_until(hjem, dag, andel)
    remember(hjem)
    for innsamling, partisjon in runder:
        with progress(f"{innsamling.stamme} {partisjon}", stille=True) as pipeline.logg:
            kjoering = run_flow(pipeline, innsamling.stamme, partisjon)
        typer.echo(mask(headline(kjoering)))
    write_site(pipeline, pipeline.oppsett.nettsted, dag)
    training.mark_folders(hjem)
    typer.echo(
        f"\nHjemmet er laget, og der er det alltid {dag:%d.%m.%Y}. Bruk det med:\n"
        f"  export VIGO_HOME={hjem}\n  vigo status\n"
        f"Statussidene: {pipeline.oppsett.nettsted / 'index.html'}\n"
        f"Kast det med: vigo opplaering {hjem} --kast"
    )


def _throw_away(hjem: Path) -> None:
    from vigo_pipeline.engine import training
    from vigo_pipeline.engine.database.embedded.server import close_server

    if training.day_of(hjem) is None:
        raise training.OnlyTraining(
            f"{hjem} er ikke et hjem for opplæring: der ligger ingen {training.MERKE}. "
            "Ingenting er kastet."
        )
    close_server(hjem)
    shutil.rmtree(hjem)
    typer.echo(f"{hjem} er kastet.")
