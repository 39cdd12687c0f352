"""`vigo sjekk` as it is run: its own process, what it ends with, and what it does without."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import vigo
from tests.sjekk.conftest import FEIL

pytestmark = pytest.mark.slow

# The command, and what was read in to run it.
PROGRAM = """
import atexit
import sys
from vigo_pipeline.cli import main
atexit.register(lambda: print("LEST", *sorted(m for m in sys.modules if "." not in m)))
main()
"""
UTEN = {
    "adbc_driver_postgresql",
    "dagster",
    "great_expectations",
    "numpy",
    "pandas",
    "psycopg",
    "sqlalchemy",
    # What reads a command line: files are all that is written.
    "typer",
}
# How each is written when all there is, is files, and when Typer reads the words.
ALENE, SAGT = ["sjekk"], ["sjekk", "--til", ""]
Svar = tuple[subprocess.CompletedProcess[bytes], Path]


@pytest.fixture(scope="module")
def kjoert(
    tmp_path_factory: pytest.TempPathFactory,
) -> Svar:
    mappe = tmp_path_factory.mktemp("sjekk")
    return run(mappe, "sjekk", "-", program=PROGRAM), mappe


def test_it_tells_what_is_wrong_and_ends_with_how_grave(
    kjoert: Svar,
) -> None:
    svar, _ = kjoert
    assert svar.returncode == 2, svar.stderr.decode()
    assert "linje 6" in svar.stdout.decode()


def test_no_database_no_dagster_and_no_great_expectations(
    kjoert: Svar,
) -> None:
    lest = {*kjoert[0].stdout.decode().rpartition("LEST")[2].split()}
    assert not lest & UTEN
    assert "duckdb" in lest


def test_nothing_is_kept(kjoert: Svar) -> None:
    assert [*kjoert[1].rglob("*")] == []


@pytest.mark.parametrize(
    "fil", ["-", "finnes_ikke.txt", "."], ids=["innhold", "finnes ikke", "tom mappe"]
)
def test_the_answer_is_the_same_whoever_reads_the_words(fil: str, tmp_path: Path) -> None:
    alene, sagt = (run(tmp_path, *ord_, fil) for ord_ in (ALENE, SAGT))
    assert (alene.returncode, alene.stdout, alene.stderr) == (
        *(sagt.returncode, sagt.stdout, sagt.stderr),
    )
    assert alene.stdout or alene.stderr


@pytest.mark.parametrize("ord_", [ALENE, SAGT], ids=["alene", "sagt"])
def test_where_nobody_reads_the_answer_it_ends_and_says_nothing(
    ord_: list[str], tmp_path: Path
) -> None:
    les, skriv = os.pipe()
    os.close(les)
    svar = run(tmp_path, *ord_, "-", stdout=skriv)
    os.close(skriv)
    assert (svar.returncode, svar.stderr) == (1, b"")


def run(mappe: Path, *ord_: str, **valg: Any) -> subprocess.CompletedProcess[bytes]:
    env = {"PYTHONPATH": str(vigo.ROOT), "VIGO_HOME": str(mappe / "hjem"), "PATH": ""}
    return vigo.run(*ord_, input=FEIL, cwd=mappe, env=env, encoding=None, timeout=120, **valg)
