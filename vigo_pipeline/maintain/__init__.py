"""`vigo-maintain`: what only those who develop the product use; a county's commands are `vigo`."""

import typer

from vigo_pipeline.cli.ending import run
from vigo_pipeline.maintain.aarshjul import aarshjul
from vigo_pipeline.maintain.bilder import bilder
from vigo_pipeline.maintain.dev import dev
from vigo_pipeline.maintain.kodeverk import kodeverk
from vigo_pipeline.maintain.kommandoer import kommandoer
from vigo_pipeline.maintain.migrering import migrering
from vigo_pipeline.maintain.noekler import noekler
from vigo_pipeline.maintain.nudb import nudb
from vigo_pipeline.maintain.oppbevaring import oppbevaring
from vigo_pipeline.maintain.ot_simulering import ot_simulering
from vigo_pipeline.maintain.regler import regeleksempler, regler
from vigo_pipeline.maintain.score import score
from vigo_pipeline.maintain.sentralbase import sentralbase
from vigo_pipeline.maintain.utgave import utgave

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (
    aarshjul,
    bilder,
    dev,
    kodeverk,
    kommandoer,
    migrering,
    noekler,
    nudb,
    oppbevaring,
    ot_simulering,
    regeleksempler,
    regler,
    score,
    sentralbase,
    utgave,
):
    app.command()(command)


def main() -> None:
    """Run the command line."""
    run(app)
