"""A process begins the same way whatever it is, and whatever it has read in before."""

import os
import subprocess
import sys

import pytest

from vigo_pipeline.engine.process import MINNE

BEGIN = "from vigo_pipeline.engine.process import begin; begin()"
ARROW = "import pyarrow as pa"
POOL = "print(pa.default_memory_pool().backend_name)"


@pytest.mark.parametrize(
    "program",
    [
        (BEGIN, ARROW),
        (ARROW, BEGIN),
        ("import vigo_pipeline.definitions", ARROW),
        # What it starts, as Dagster starts each step.
        (
            BEGIN,
            "import subprocess, sys",
            f"sys.exit(subprocess.call([sys.executable, '-c', {f'{ARROW}; {POOL}'!r}]))",
        ),
    ],
    ids=["before Arrow", "after Arrow", "Dagster", "what it starts"],
)
def test_arrows_memory_is_the_systems(program: tuple[str, ...]) -> None:
    svar = subprocess.run(  # noqa: S603 -- this program, with the text above
        [sys.executable, "-W", "ignore", "-c", "\n".join([*program, POOL])],
        env={navn: verdi for navn, verdi in os.environ.items() if navn != MINNE},
        capture_output=True,
        text=True,
        check=True,
    )
    assert svar.stdout == "system\n"
