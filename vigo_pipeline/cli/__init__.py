"""`vigo`: the same engine without Dagster."""

import sys
from importlib import import_module

import typer

# The library has no public name for it.
from typer._completion_classes import completion_init

from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.ending import run
from vigo_pipeline.cli.valg import for_all
from vigo_pipeline.sjekk import lett

# What only looks at what has been made: the gate alone uses pandas.
SER_BARE = frozenset({"status", "hvorfor", "flyter", "aarshjul", "valider"})
# What is asked most is read in without the others; each is alone in the module that has its name.
ALENE = SER_BARE | {"sjekk"}


def main() -> None:
    """Run the command line."""
    ord_ = sys.argv[1] if sys.argv[1:] else ""
    if ord_ in SER_BARE:
        lett.start()
    completion_init()
    run(_alone(ord_) if ord_ in ALENE else _all())


def _alone(navn: str) -> typer.Typer:
    """Return a command line that has one command only, written and answered as among the rest."""
    app = command_line()
    add(app, getattr(import_module(f"vigo_pipeline.cli.{navn}"), navn))
    app.callback()(for_all)
    return app


def _all() -> typer.Typer:
    """Return the whole command line."""
    app: typer.Typer = import_module("vigo_pipeline.cli.kommandoer").app
    return app
