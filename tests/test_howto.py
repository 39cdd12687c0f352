"""The how-to pages that make something new are run, line by line, as they stand."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.howto import DOCS, environment, follow

pytestmark = pytest.mark.slow(80)

# In this order, in one installation: the later ones do not disturb what the first ones made.
WORKED = ("ny-leveranse.md", "ny-regel.md", "ny-innsamling.md")


@pytest.fixture(scope="module")
def project(
    tmp_path_factory: pytest.TempPathFactory, template: str, copy_database: Callable[[str], str]
) -> tuple[Path, dict[str, str]]:
    """A copy of the project in which «make run» has been run, on less of the nation."""
    root = tmp_path_factory.mktemp("prosjekt")
    for folder in ("assets", "expectations", "vigo_pipeline"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(DOCS.parent / folder, root / folder, ignore=ignored)
    env = environment(root, copy_database(template))
    made = subprocess.run(  # noqa: S603  # our own program
        [str(root / ".venv" / "bin" / "vigo"), "demo", "--andel", "0.003"],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return root, env


@pytest.mark.parametrize("page", WORKED)
def test_a_worked_example_is_done_as_it_is_written(
    page: str, project: tuple[Path, dict[str, str]]
) -> None:
    follow(f"how-to/{page}", *project)
