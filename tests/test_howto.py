"""The how-to pages are run as they stand: those that make something new line by line."""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.conftest import AVGIVERE, Copier
from tests.engine.kodeverk.basen import code_base
from tests.engine.send.mottakeren import make_key
from tests.howto import DOCS, MAY_WARN, blocks, commands, environment, follow, settings, words
from tests.sentral import ENDELIG, FOERSTE, take_out_a_fag
from vigo_pipeline.cli.kommandoer import app
from vigo_pipeline.contract.kodeverk import lay_over, load
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import run_flow
from vigo_pipeline.syntetisk import omfang
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

pytestmark = pytest.mark.slow(60)

# In this order, in one installation: the later ones do not disturb what the first ones made.
WORKED = (
    *("ny-leveranse.md", "ny-regel.md", "ny-innsamling.md", "ny-kode.md", "ny-kolonne.md"),
    "ny-tabell.md",
)


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
    ("how-to/en-dag.md", "how-to/kvittering.md", "how-to/rettelse.md"),
    ("how-to/gjenopprett.md",),
    ("how-to/nytt-skoleaar.md",),
    ("how-to/hent.md",),
)
# Those whose commands are run where what they need is at hand.
ELSEWHERE = {
    "how-to/deploy.md": "tests/deploy/test_deploy.py",
    "how-to/kanal.md": "tests/engine/send/test_channels.py",
    "how-to/opplaering.md": "tests/cli/test_opplaering.py",
}
# What goes on until somebody ends it: tests/nett/ serves it, and asks it as a browser does.
SERVED = re.compile(r"(hent|sjekk) --nett\b")
# Folders of the machine that a page names: here they are in a folder of the test's own.
MACHINE = re.compile(r"(?<![\w.])/(?=(?:srv|tmp|sikkert|nytt)/)")


@dataclass(frozen=True)
class Here:
    """Where the commands of this process work. ``instead``: what stands for a page's own words."""

    folder: Path
    oppsett: Innstillinger
    number: str
    instead: dict[str, str]

    def drop(self, runde: Partisjon) -> Path:
        return self.oppsett.inn / "inn" / runde.skoleaar / runde.runde / "03"


@pytest.fixture(scope="module")
def here(copy_delivered: Copier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """An installation that the commands of this process work in, and what the pages presuppose."""
    with (
        copy_delivered(tmp_path_factory.mktemp("hjem")) as pipeline,
        code_source() as source,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in settings(pipeline.oppsett).items():
            patch.setenv(name, value)
        folder = tmp_path_factory.mktemp("her")
        patch.chdir(folder)
        # The pages make up the nation; those who are here take as many lines and less time.
        patch.setattr(omfang, "Omfang", partial(Omfang, avgivere=AVGIVERE))
        # What the page of backups says is set where the newest is tried.
        patch.setenv("VIGO_KOPI", str(folder / "sikkert"))
        patch.setenv("VIGO_KOPI_PRIVAT_NOEKKEL", str(folder / "drift.key"))
        key = make_key(folder, "drift")
        instead = {"https://kopi.example.org": source, "ABCD …": key.fingeravtrykk}
        instead["--hele-aaret"] = "--hele-aaret --andel 0.001"
        report = min((pipeline.oppsett.begrenset / "kontrollrapport").rglob("03/*.xlsx"))
        instead["kontrollrapport/oktober/2025-2026/endelig/03/03018.xlsx"] = str(
            report.relative_to(pipeline.oppsett.begrenset)
        )
        rows = pipeline.rows(pipeline.register.leveranse("ssbelev"), FOERSTE)
        work = Here(folder, pipeline.oppsett, str(rows["fnr"][0]), instead)
        (folder / "mappe").mkdir()
        school = min(work.drop(FOERSTE).glob("*.txt"))
        shutil.copy(school, folder / "skolenr_03018.txt")
        shutil.copy(school, folder / "mappe")
        yield work


@contextmanager
def code_source() -> Iterator[str]:
    """Serve one list, in which a code has got a new name; the others have not come."""
    courses = [{"code": r["kode"], "officialName": r["navn"]} for r in load("fag").to_pylist()]
    courses[0]["officialName"] += " (nytt)"
    with code_base(courses=courses) as base:
        yield base.adresse
    lay_over({})


def a_pupil_has_lost_all_fag(here: Here) -> None:
    """Let a round come in which a waiver is wanted."""
    ett = Omfang(andel=0.002, avgivere=("03",))
    inn, runde = here.oppsett.inn, ENDELIG.runde
    feil = {"FAG-002": 1}
    generate(inn, skoleaar=ENDELIG.aar, runde=runde, seed=1, omfang=ett, feil=feil)
    shut = CliRunner().invoke(
        app, ["kjoer", "oktober", "--skoleaar", "2025-2026", "--runde", runde]
    )
    assert shut.exit_code == 2


def two_rounds_are_left(here: Here) -> None:
    """Take away most of the year that the page has made: each round is some seconds."""
    for folder in (here.folder / "tmp").glob("*/inn/*/*"):
        if folder.name not in {"ajourhold", "1-levering"}:
            shutil.rmtree(folder)


def a_key_is_thrown_away(here: Here) -> None:
    """Let the page's key be the one that another has been taken into use after."""
    shown = CliRunner().invoke(app, ["kjennetegn", "vis"]).output
    here.instead["0123456789abcdef"] = re.findall(r"(\w+)  beholdt", shown)[0]


# What happens before a command without a command: by how it begins.
MEANWHILE: dict[str, Callable[[Here], None]] = {
    "rettelse ": lambda here: take_out_a_fag(here.drop(FOERSTE)),
    "unntak gi ssbelev": a_pupil_has_lost_all_fag,
    "aaret ": two_rounds_are_left,
    "kjennetegn kast ": a_key_is_thrown_away,
}


@pytest.mark.parametrize("pages", PAGES, ids=" ".join)
def test_the_commands_of_a_page_are_run(
    pages: tuple[str, ...], here: Here, empty_database: str
) -> None:
    written = [c for p in pages for b in blocks(p) if not b.name for c in commands(b.text)]
    assert written
    for env, program, rest in written:
        if program != "vigo" or SERVED.match(rest):
            continue
        for begins, happens in MEANWHILE.items():
            if rest.startswith(begins):
                happens(here)
        for own, other in here.instead.items():
            rest = rest.replace(own, other)
        with pytest.MonkeyPatch.context() as patch:
            # Another home has another database.
            for name, value in env.items():
                patch.setenv(name, MACHINE.sub(f"{here.folder}/", value))
            if "VIGO_HOME" in env:
                patch.setenv("VIGO_DATABASE_URL", empty_database)
                patch.delenv("VIGO_INN")
            asked = words(MACHINE.sub(f"{here.folder}/", rest))
            answer = CliRunner().invoke(app, asked, input=here.number, catch_exceptions=False)
        may = int(bool(MAY_WARN.search(f"vigo {rest}")))
        assert answer.exit_code <= may, (rest, answer.output)
    # As the page of code lists says that one goes back: what is judged holds for the next page.
    shutil.rmtree(here.oppsett.hjem / "kodeverk" / "tatt-inn", ignore_errors=True)
    lay_over({})


def test_a_page_that_has_commands_is_run() -> None:
    run = {f"how-to/{p}" for p in WORKED} | {p for pages in PAGES for p in pages} | {*ELSEWHERE}
    run |= {"how-to/rydd.md"}
    pages = {str(p.relative_to(DOCS)) for f in ("how-to", "start") for p in (DOCS / f).glob("*.md")}
    asked = {p for p in pages if any(b.name in {"", "sh"} for b in blocks(p))}
    assert sorted(asked - run) == []
    for page, test in ELSEWHERE.items():
        assert page.rpartition("/")[2] in (DOCS.parent / test).read_text("utf-8")


@pytest.mark.parametrize("page", sorted({*ELSEWHERE, *(p for pages in PAGES for p in pages)}))
def test_what_only_a_shell_runs_is_written_as_a_shell_reads_it(page: str) -> None:
    for text in (b.text for b in blocks(page) if b.name == "sh"):
        ask = ["bash", "-n", "-c", text]
        read = subprocess.run(ask, capture_output=True, check=False)  # noqa: S603
        assert read.returncode == 0, read.stderr
        for file in re.findall(r"(?<![\w/.])(?:deploy|docs|tests)/[\w./-]+", text):
            made = f"> {file}" in text or f"cp deploy/eksempel.env {file}" in text
            assert made or (DOCS.parent / file).exists(), file
