"""`vigo`: the same engine without Dagster."""

import sys

import typer

from vigo_pipeline.cli.aarshjul import arshjul
from vigo_pipeline.cli.endring import endring
from vigo_pipeline.cli.innstillinger import innstillinger
from vigo_pipeline.cli.kjoering import aaret, demo, kjor, verifiser
from vigo_pipeline.cli.kodeverk import kodeverk_app
from vigo_pipeline.cli.nettsted import nettsted
from vigo_pipeline.cli.nudb import nudb
from vigo_pipeline.cli.ot import ot, ot_simulering, ot_tall
from vigo_pipeline.cli.programomraader import programomraader
from vigo_pipeline.cli.regler import regler
from vigo_pipeline.cli.runder import lukk, rettelse
from vigo_pipeline.cli.skjerm import spell_what_cannot_be_shown
from vigo_pipeline.cli.syntetisk import syntetisk
from vigo_pipeline.cli.treffsikkerhet import treffsikkerhet
from vigo_pipeline.cli.unntak import unntak_app
from vigo_pipeline.cli.utlevering import godkjenn, kvitter, send_, status
from vigo_pipeline.cli.varsle import varsle
from vigo_pipeline.engine.database.lost import lost
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.masking import log_to_stderr, safe_text, safe_traceback

FAILED = 2

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for kommando in (
    kjor,
    aaret,
    syntetisk,
    demo,
    verifiser,
    lukk,
    rettelse,
    endring,
    status,
    godkjenn,
    kvitter,
    treffsikkerhet,
    regler,
    ot,
    programomraader,
    nudb,
    arshjul,
    nettsted,
    varsle,
    innstillinger,
):
    app.command()(kommando)
app.command("send")(send_)
app.command("ot-simulering")(ot_simulering)
app.command("ot-tall")(ot_tall)
app.add_typer(kodeverk_app, name="kodeverk")
app.add_typer(unntak_app, name="unntak")


def main() -> None:
    """Run the command line; an error a person can act on is one message and exit code 2."""
    spell_what_cannot_be_shown()
    log_to_stderr()
    try:
        app()
    except (VigoError, ValueError, OSError) as feil:
        typer.echo(f"Feil: {safe_text(feil)}", err=True)
        sys.exit(FAILED)
    except Exception as feil:  # noqa: BLE001 -- ends here: Python's own exit code 1 would say open
        brudd = lost(feil)
        typer.echo(f"Feil: {brudd}" if brudd else safe_traceback(feil), err=True)
        sys.exit(FAILED)
