"""What the command line has done is told to Dagster, where there is one: the UI then shows it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import Fortell

Melder = Callable[[str, Partisjon], Fortell]


@contextmanager
def told_to_dagster(pipeline: Pipeline) -> Iterator[Melder]:
    """Give, for a flow and a round, who tells what each step came to; nobody without a Dagster.

    Raises:
        UnusableDagsterHome: what DAGSTER_HOME names is no home of Dagster.
    """
    mappe = dagster_home(pipeline.oppsett.hjem)
    if mappe is None:
        yield lambda *_: lambda *_: None
        return
    # Dagster takes seconds to load, and most who run the command line have none.
    from vigo_pipeline.orchestration.uten_kjoering import telling

    with telling(pipeline, mappe) as meld:
        yield meld


def dagster_home(hjem: Path) -> Path | None:
    """Return the home of Dagster that DAGSTER_HOME names, else the one that ``make`` has made."""
    if valgt := os.environ.get("DAGSTER_HOME"):
        return Path(valgt)
    egen = hjem.resolve() / "dagster"
    return egen if (egen / "dagster.yaml").is_file() else None
