"""Events of assets that no run of Dagster made: the command line's, in the same instance."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.fortelling import Fortelling


class UnusableDagsterHome(VigoError):
    """What DAGSTER_HOME names is no home of Dagster."""


@contextmanager
def telling(pipeline: Pipeline, mappe: Path) -> Iterator[Callable[[str, Partisjon], Fortelling]]:
    """Give, for a flow and a round, who tells the instance in a home of Dagster what came of it.

    Raises:
        UnusableDagsterHome: it cannot be opened.
    """
    if not (mappe.is_absolute() and mappe.is_dir()):
        raise UnusableDagsterHome(
            "DAGSTER_HOME er satt, men er ikke hele stien til en mappe som finnes. Sett den rett, "
            "eller ta den bort: da vises kjøringen i Dagster i hjemmet, når det har en."
        )
    with dg.DagsterInstance.from_config(str(mappe)) as instans:
        yield lambda flyt, partisjon: Fortelling(
            pipeline, flyt, partisjon, instans.report_runless_asset_event, i_kjoering=False
        )
