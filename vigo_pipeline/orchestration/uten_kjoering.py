"""Events of assets that no run of Dagster made: the command line's, in the same instance."""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
import sqlalchemy as sa
import yaml  # type: ignore[import-untyped]
from alembic.util.exc import CommandError

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.fortelling import Fortelling, Hendelse

# What Dagster raises when its settings cannot be read, or its own database not be used.
UBRUKELIG = (dg.DagsterError, sa.exc.DBAPIError, yaml.YAMLError, CommandError)


class UnusableDagsterHome(VigoError):
    """What DAGSTER_HOME names is no home of Dagster, or cannot be read or written."""


@contextmanager
def telling(pipeline: Pipeline, mappe: Path) -> Iterator[Callable[[str, Partisjon], Fortelling]]:
    """Give, for a flow and a round, who tells the instance in a home of Dagster what came of it.

    Raises:
        UnusableDagsterHome: it cannot be opened, or not be written when something is told.
    """
    if not (mappe.is_absolute() and mappe.is_dir()):
        raise UnusableDagsterHome(
            "DAGSTER_HOME er satt, men er ikke hele stien til en mappe som finnes. Sett den rett, "
            "eller ta den bort: da vises kjøringen i Dagster i hjemmet, når det har en."
        )
    instans = opened(mappe)

    def report(hendelse: Hendelse) -> None:
        with _usable(mappe):
            instans.report_runless_asset_event(hendelse)

    with instans:
        yield lambda flyt, partisjon: Fortelling(
            pipeline, flyt, partisjon, report, i_kjoering=False
        )


def opened(mappe: Path) -> dg.DagsterInstance:
    """Return the instance of a home of Dagster; one at a time, for the first makes its databases.

    Of two who make them at once, one leaves a second version there, and Dagster opens them no more.

    Raises:
        UnusableDagsterHome: it cannot be opened.
    """
    fd = os.open(mappe, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # On a disk that has no such locks, it is opened as it is.
        with suppress(OSError):
            fcntl.flock(fd, fcntl.LOCK_EX)
        with _usable(mappe):
            return dg.DagsterInstance.from_config(str(mappe))
    finally:
        os.close(fd)


@contextmanager
def _usable(mappe: Path) -> Iterator[None]:
    """Say in words that Dagster's home is of no use, whatever its libraries raise of it."""
    try:
        yield
    except UBRUKELIG as feil:
        raise UnusableDagsterHome(
            f"Dagster i {mappe} kan ikke brukes ({type(feil).__name__}), og det som er kjørt, kan "
            "ikke vises der. Se at mappa kan skrives i, at disken har plass, og at dagster.yaml er "
            "som den var, og kjør det samme på nytt. Uten Dagster: flytt mappa bort, og ta bort "
            "DAGSTER_HOME om den er satt."
        ) from None


if __name__ == "__main__":
    # What `make dev` starts before Dagster's own processes.
    try:
        opened(Path(sys.argv[1])).dispose()
    except UnusableDagsterHome as feil:
        sys.exit(str(feil))
