"""How a command ends: an error that a person can act on is one message and exit code 2."""

import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from vigo_pipeline.cli.skjerm import spell_what_cannot_be_shown
from vigo_pipeline.cli.svar import let_nobody_read, say
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.interrupted import was_interrupted
from vigo_pipeline.engine.masking import log_to_stderr, safe_text, safe_traceback
from vigo_pipeline.engine.refused import told

if TYPE_CHECKING:
    import typer

FAILED, INTERRUPTED = 2, 130
# The commands that are run again after an interruption, and take on what was left.
GOES_ON = (["kjoer"], ["aaret"], ["demo"])
IGJEN = " Det som var ferdig, står. Kjør det samme igjen, så fortsetter den."
FEILSOEK = ("--feilsøk", "--feilsoek")


def run(app: "typer.Typer") -> None:
    """Run a command line to its end."""
    end(lambda ord_: _written(app, ord_))


def end(kommando: Callable[[list[str]], int]) -> None:
    """Run a command to its end: it is given the words that were written, and says how it went."""
    spell_what_cannot_be_shown()
    log_to_stderr()
    ord_, feilsoek = _words(sys.argv[1:])
    try:
        sys.exit(kommando(ord_))
    except KeyboardInterrupt:
        interrupted(ord_)
    except BrokenPipeError:
        # As Typer ends.
        let_nobody_read(sys.stdout)
        sys.exit(1)
    except Exception as feil:  # noqa: BLE001 -- ends here: Python's own exit code 1 would say open
        if was_interrupted(feil):
            interrupted(ord_)
        _fail(feil, feilsoek)
    sys.exit(FAILED)


def interrupted(ord_: Sequence[str]) -> NoReturn:
    """End a command that somebody interrupted, and say whether it goes on when run again."""
    # Once more is no other answer, and would come in the middle of this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A page is ended so, and that is no interruption.
    if "--nett" not in ord_:
        say(f"Avbrutt.{IGJEN if [*ord_[:1]] in GOES_ON else ''}", feil=True)
    sys.exit(INTERRUPTED)


def _fail(feil: Exception, feilsoek: bool) -> None:
    """Tell what went wrong; what nobody foresaw with how it came about."""
    if isinstance(feil, OSError):
        _tell(f"Feil: {told(feil) or safe_text(feil)}", feil, feilsoek)
    elif isinstance(feil, VigoError | ValueError):
        _tell(f"Feil: {safe_text(feil)}", feil, feilsoek)
    else:
        # The libraries of the database are loaded where one of them has failed.
        from vigo_pipeline.engine.database.lost import lost

        brudd = lost(feil)
        _tell(f"Feil: {brudd}" if brudd else "", feil, feilsoek or not brudd)


def _written(app: "typer.Typer", ord_: list[str]) -> int:
    """Let Typer read the words and run the command; what is not written right it does not run."""
    from typer._click.exceptions import UsageError

    from vigo_pipeline.cli.bokmaal import misuse

    try:
        # As it is called, and not as Python has started what called it.
        kode: int = app(ord_, prog_name=Path(sys.argv[0]).name, standalone_mode=False)
    except UsageError as feil:
        # Without a word of what to do, the help has been shown; that is all.
        if feil.format_message():
            say(misuse(feil), feil=True)
        return FAILED
    # What typer makes of Ctrl-C.
    if kode == INTERRUPTED:
        raise KeyboardInterrupt
    return kode


def _words(skrevet: list[str]) -> tuple[list[str], bool]:
    """Return what was written without ``--feilsøk``, and whether that stood there."""
    slutt = skrevet.index("--") if "--" in skrevet else len(skrevet)
    uten = [o for o in skrevet[:slutt] if o not in FEILSOEK]
    return [*uten, *skrevet[slutt:]], len(uten) < slutt


def _tell(tekst: str, feil: BaseException, spor: bool) -> None:
    """Tell of an error; how it came about only to who asks, or where nobody foresaw it."""
    if spor:
        say(safe_traceback(feil), feil=True)
    if tekst:
        say(tekst, feil=True)
