"""The how-to pages are run as they stand: those that make something new line by line."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import AVGIVERE, Copier
from tests.howto import DOCS, MAY_WARN, blocks, commands, environment, follow, settings
from tests.sentral import FOERSTE
from vigo_pipeline.cli import app
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.run import run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

pytestmark = pytest.mark.slow(60)

# In this order, in one installation: the later ones do not disturb what the first ones made.
WORKED = ("ny-leveranse.md", "ny-regel.md", "ny-innsamling.md", "ny-kode.md", "ny-kolonne.md")


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
        come_here_by_the_first_hour(pipeline)
        yield root, environment(root, pipeline.oppsett)


def come_here_by_the_first_hour(pipeline: Pipeline) -> None:
    """Do what the page does before: plant errors, see the gate shut, and begin anew without."""
    for feil in (True, None):
        generate(
            pipeline.oppsett.inn,
            skoleaar=FOERSTE.aar,
            runde=FOERSTE.runde,
            seed=1,
            omfang=Omfang(andel=0.002, avgivere=AVGIVERE),
            feil=feil,
        )
        assert (run_flow(pipeline, "oktober", FOERSTE).exit_code == 2) == bool(feil)


@pytest.mark.parametrize("page", WORKED)
def test_a_worked_example_is_done_as_it_is_written(
    page: str, project: tuple[Path, dict[str, str]]
) -> None:
    follow(f"how-to/{page}", *project)


def test_what_is_past_its_time_goes_as_it_is_written(pipeline: Pipeline, tmp_path: Path) -> None:
    env = environment(tmp_path, pipeline.oppsett) | {"PYTHONPATH": str(DOCS.parent)}
    follow("how-to/rydd.md", tmp_path, env)
    assert not (pipeline.oppsett.inn / "inn" / FOERSTE.skoleaar).exists()


# In one installation that has delivered; pages that follow from each other are done in a row.
PAGES = (
    ("start/foerste-time.md",),
    ("how-to/noe-kjoerte-ikke.md",),
    ("how-to/feil-i-porten.md",),
    ("how-to/et-skoleaar.md", "how-to/send.md"),
    ("how-to/annen-port.md",),
    ("how-to/nettsted.md",),
    ("how-to/kodeverk.md",),
    ("how-to/personkort.md",),
    ("how-to/sjekk.md",),
    ("how-to/en-dag.md", "how-to/kvittering.md"),
)
# What asks a source on the net, or for a waiver of what is not wrong here.
CANNOT = re.compile(r"kodeverk (hent|ta-inn)|unntak gi ssbelev")


@pytest.fixture(scope="module")
def home(
    copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, str]]:
    """An installation that the commands of this process work in; its folder, and a number in it."""
    with (
        copy_delivered(tmp_path_factory.mktemp("hjem")) as pipeline,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in settings(pipeline.oppsett).items():
            patch.setenv(name, value)
        here = tmp_path_factory.mktemp("her")
        patch.chdir(here)
        (here / "mappe").mkdir()
        school = min(pipeline.oppsett.inn.glob("inn/2025-2026/1-levering/03/*.txt"))
        shutil.copy(school, here / "skolenr_03018.txt")
        shutil.copy(school, here / "mappe")
        rows = pipeline.rows(pipeline.register.leveranse("ssbelev"), FOERSTE)
        yield here, str(rows["fnr"][0])


@pytest.mark.parametrize("pages", PAGES, ids=" ".join)
def test_the_commands_of_a_page_are_run(pages: tuple[str, ...], home: tuple[Path, str]) -> None:
    here, number = home
    written = [c for p in pages for b in blocks(p) if not b.name for c in commands(b.text)]
    assert written
    for _, rest in written:
        if CANNOT.match(rest):
            continue
        words = shlex.split(rest.replace("/srv/", f"{here}/srv/"))
        answer = CliRunner().invoke(app, words, input=number, catch_exceptions=False)
        may = int(bool(MAY_WARN.search(f"vigo {rest}")))
        assert answer.exit_code <= may, (rest, answer.output)
