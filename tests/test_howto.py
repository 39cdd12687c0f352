"""The how-to pages are run as they stand: those that make something new line by line."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import Copier
from tests.howto import DOCS, MAY_WARN, blocks, commands, environment, follow, settings
from vigo_pipeline.cli import app

pytestmark = pytest.mark.slow(60)

# In this order, in one installation: the later ones do not disturb what the first ones made.
WORKED = ("ny-leveranse.md", "ny-regel.md", "ny-innsamling.md", "ny-kode.md")


@pytest.fixture(scope="module")
def project(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, dict[str, str]]]:
    """A copy of the project, and what a run on little of the nation has made."""
    root = tmp_path_factory.mktemp("prosjekt")
    for folder in ("assets", "expectations", "vigo_pipeline"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(DOCS.parent / folder, root / folder, ignore=ignored)
    with copy_delivered(tmp_path_factory.mktemp("hjem")) as pipeline:
        yield root, environment(root, pipeline.oppsett)


@pytest.mark.parametrize("page", WORKED)
def test_a_worked_example_is_done_as_it_is_written(
    page: str, project: tuple[Path, dict[str, str]]
) -> None:
    follow(f"how-to/{page}", *project)


# What only looks, and a run, in one installation that has delivered.
PAGES = (
    "start/foerste-time.md",
    "how-to/noe-kjoerte-ikke.md",
    "how-to/feil-i-porten.md",
    "how-to/et-skoleaar.md",
)


@pytest.fixture(scope="module")
def home(copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An installation that the commands of this process work in."""
    with (
        copy_delivered(tmp_path_factory.mktemp("hjem")) as pipeline,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in settings(pipeline.oppsett).items():
            patch.setenv(name, value)
        yield


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_are_run(page: str) -> None:
    written = [c for b in blocks(page) if not b.name for c in commands(b.text)]
    assert written
    for _, rest in written:
        answer = CliRunner().invoke(app, rest.split())
        may = int(bool(MAY_WARN.search(f"vigo {rest}")))
        assert answer.exit_code <= may, (rest, answer.output, answer.exception)
