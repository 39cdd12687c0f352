"""How a command ends: an error that a person can act on is one message and exit code 2."""

import sys
from pathlib import Path

import typer
from typer._click.exceptions import UsageError

from vigo_pipeline.cli.bokmaal import misuse
from vigo_pipeline.cli.skjerm import spell_what_cannot_be_shown
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.masking import log_to_stderr, safe_text, safe_traceback

FAILED, INTERRUPTED = 2, 130
# The commands that are run again after an interruption, and take on what was left.
GOES_ON = (["kjoer"], ["aaret"], ["demo"])
IGJEN = " Det som var ferdig, står. Kjør det samme igjen, så fortsetter den."
FEILSOEK = ("--feilsøk", "--feilsoek")


def run(app: typer.Typer) -> None:
    """Run a command line to its end."""
    spell_what_cannot_be_shown()
    log_to_stderr()
    ord_, feilsoek = _words(sys.argv[1:])
    try:
        # As it is called, and not as Python has started what called it.
        kode = app(ord_, prog_name=Path(sys.argv[0]).name, standalone_mode=False)
        # What typer makes of Ctrl-C.
        if kode == INTERRUPTED:
            raise KeyboardInterrupt
        sys.exit(kode)
    except KeyboardInterrupt:
        # A page is ended so, and that is no interruption.
        if "--nett" not in ord_:
            typer.echo(f"Avbrutt.{IGJEN if ord_[:1] in GOES_ON else ''}", err=True)
        sys.exit(INTERRUPTED)
    except UsageError as feil:
        # Without a word of what to do, the help has been shown; that is all.
        if feil.format_message():
            typer.echo(misuse(feil), err=True)
    except (VigoError, ValueError, OSError) as feil:
        _tell(f"Feil: {safe_text(feil)}", feil, feilsoek)
    except Exception as feil:  # noqa: BLE001 -- ends here: Python's own exit code 1 would say open
        # The libraries of the database are loaded where one of them has failed.
        from vigo_pipeline.engine.database.lost import lost

        brudd = lost(feil)
        _tell(f"Feil: {brudd}" if brudd else "", feil, feilsoek or not brudd)
    sys.exit(FAILED)


def _words(skrevet: list[str]) -> tuple[list[str], bool]:
    """Return what was written without ``--feilsøk``, and whether that stood there."""
    slutt = skrevet.index("--") if "--" in skrevet else len(skrevet)
    uten = [o for o in skrevet[:slutt] if o not in FEILSOEK]
    return [*uten, *skrevet[slutt:]], len(uten) < slutt


def _tell(tekst: str, feil: BaseException, spor: bool) -> None:
    """Tell of an error; how it came about only to who asks, or where nobody foresaw it."""
    if spor:
        typer.echo(safe_traceback(feil), err=True)
    if tekst:
        typer.echo(tekst, err=True)
