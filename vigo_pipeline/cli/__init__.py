"""`vigo`: the same engine without Dagster."""

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

# What only looks at what has been made: the gate alone uses pandas.
SER_BARE = frozenset({"status", "hvorfor", "flyter", "aarshjul", "valider"})
# What is asked most is read in without the others; each is alone in the module that has its name.
ALENE = SER_BARE | {"sjekk"}
# What the libraries of the command line read in for what few commands come to.
SELDEN = (
    *("bz2", "html", "importlib.metadata._adapters", "linecache", "lzma", "platform"),
    *("shellingham", "shutil", "socket", "subprocess", "tempfile", "tokenize", "traceback"),
)


def main() -> None:
    """Run the command line."""
    try:
        _heed_interruptions()
    except SystemExit as slutt:
        from vigo_pipeline.cli.ending import INTERRUPTED
        from vigo_pipeline.sjekk import lett

        # It is over, and what is left is not interrupted. As the process ends: who calls this may
        # have more to do.
        atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
        if isinstance(slutt.code, int) and (lett.besvart or slutt.code == INTERRUPTED):
            _leave(slutt.code)
        raise


def _heed_interruptions() -> None:
    """Run the command line; somebody may end it already while it is read in."""
    try:
        _read_in_and_run()
    except (Exception, KeyboardInterrupt) as feil:
        from vigo_pipeline.cli.ending import interrupted
        from vigo_pipeline.engine.interrupted import was_interrupted

        if not was_interrupted(feil):
            raise
        interrupted(sys.argv[1:])


def _read_in_and_run() -> None:
    """Read in what the command that was written needs, and no more, and run it."""
    # To read in makes nothing that is to be tidied.
    gc.disable()
    from vigo_pipeline.engine.process import begin
    from vigo_pipeline.engine.when_used import put_off

    begin()
    put_off(*SELDEN)
    # No package has a plugin for the models, and to look for one reads about every package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    from vigo_pipeline.cli import sjekk_filer
    from vigo_pipeline.cli.ending import end
    from vigo_pipeline.sjekk import lett

    lett.besvart.clear()
    ord_ = sys.argv[1] if sys.argv[1:] else ""
    if ord_ == "sjekk" and sjekk_filer.only_files(sys.argv[2:]):
        # What reads a command line takes long to read in, and here there is nothing for it.
        end(lambda alle: sjekk_filer.check_files(alle[1:]))
    else:
        _run(ord_)


def _run(ord_: str) -> None:
    """Run the command line as Typer reads it."""
    # The library has no public name for it.
    from typer._completion_classes import completion_init

    from vigo_pipeline.cli.ending import run
    from vigo_pipeline.sjekk import lett

    app = _alone(ord_) if ord_ in ALENE else _all()
    if ord_ in SER_BARE:
        lett.start()
    elif ord_ not in ALENE:
        gc.enable()
    completion_init()
    run(app)


def _leave(kode: int) -> None:
    """End the process here and now: to give back what it holds, piece by piece, takes long."""
    atexit._run_exitfuncs()
    # Where nobody reads what was written, Python ends it as it does.
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(kode)


def _alone(navn: str) -> "typer.Typer":
    """Return a command line that has one command only, written and answered as among the rest."""
    from vigo_pipeline.cli.bokmaal import add, command_line
    from vigo_pipeline.cli.valg import for_all

    app = command_line()
    add(app, getattr(import_module(f"vigo_pipeline.cli.{navn}"), navn))
    app.callback()(for_all)
    return app


def _all() -> "typer.Typer":
    """Return the whole command line."""
    app: typer.Typer = import_module("vigo_pipeline.cli.kommandoer").app
    return app
