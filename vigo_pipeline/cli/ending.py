"""How a command ends: an error that a person can act on is one message and exit code 2."""

import sys

import typer
from typer._click.exceptions import UsageError

from vigo_pipeline.cli.bokmaal import misuse
from vigo_pipeline.cli.skjerm import spell_what_cannot_be_shown
from vigo_pipeline.engine.database.lost import lost
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.masking import log_to_stderr, safe_text, safe_traceback

FAILED = 2


def run(app: typer.Typer) -> None:
    """Run a command line to its end."""
    spell_what_cannot_be_shown()
    log_to_stderr()
    try:
        sys.exit(app(standalone_mode=False))
    except UsageError as feil:
        # Without a word of what to do, the help has been shown; that is all.
        if feil.format_message():
            typer.echo(misuse(feil), err=True)
        sys.exit(FAILED)
    except (VigoError, ValueError, OSError) as feil:
        typer.echo(f"Feil: {safe_text(feil)}", err=True)
        sys.exit(FAILED)
    except Exception as feil:  # noqa: BLE001 -- ends here: Python's own exit code 1 would say open
        brudd = lost(feil)
        typer.echo(f"Feil: {brudd}" if brudd else safe_traceback(feil), err=True)
        sys.exit(FAILED)
