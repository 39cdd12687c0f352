"""What is being done, on a terminal only: one line that moves, and how long it has taken."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from vigo_pipeline.domain.mask import mask

Si = Callable[[str], None]


@contextmanager
def progress(hva: str, *, stille: bool = False) -> Iterator[Si]:
    """Yield who is told of each step: on a terminal the last one is shown, else a line for each.

    Args:
        hva: what takes its time, until the first step is told.
        stille: elsewhere than on a terminal nothing is shown.
    """
    if not sys.stderr.isatty():
        yield (lambda _: None) if stille else line
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    deler = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(
        *deler,
        console=Console(stderr=True),
        transient=True,
        # What is answered goes to stdout as it is.
        redirect_stdout=False,
        redirect_stderr=False,
    ) as linje:
        jobb = linje.add_task(hva, total=None)
        yield lambda tekst: linje.update(jobb, description=mask(tekst))


def line(tekst: str) -> None:
    """Tell of a step on a line of its own."""
    typer.echo(mask(f"  {tekst}"), err=True)
