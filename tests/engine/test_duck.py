"""The code lists that every step reads lie nowhere that somebody must clear up."""

import subprocess
import sys
from pathlib import Path

import pytest

LES = """
import os, signal
from datetime import date
from vigo_pipeline.engine import duck
for _ in range(2):
    with duck.connect() as con:
        duck.register_kodeverk(con, date(2025, 8, 1), date(2026, 7, 31))
        assert con.sql("select count(*) from kodeverk.fylker").fetchall()
"""
DOE = "os.kill(os.getpid(), signal.SIGKILL)"


def read(mappe: Path, saa: str = "") -> int:
    """Read code lists in a process of its own, and return what it ended with."""
    return subprocess.run(  # noqa: S603 -- this program, with the text above
        [sys.executable, "-c", LES + saa], env={"TMPDIR": str(mappe)}, check=False
    ).returncode


@pytest.mark.slow
@pytest.mark.fault("killed", "derive", "judge")
def test_what_a_killed_process_leaves_is_removed_by_the_next(tmp_path: Path) -> None:
    assert read(tmp_path, DOE) == -9
    assert [f for m in tmp_path.iterdir() for f in m.iterdir()]
    andres = tmp_path / "vigo-kodeverk-lenke"
    andres.symlink_to(tmp_path.parent)
    assert read(tmp_path) == 0
    assert [*tmp_path.iterdir()] == [andres]
    assert tmp_path.parent.is_dir()


@pytest.mark.slow
def test_two_who_read_at_once_have_each_their_own(tmp_path: Path) -> None:
    lever = f"""
import subprocess, sys
assert subprocess.run([sys.executable, "-c", {LES!r}]).returncode == 0
assert duck.code_list_file.own_folder().is_dir()
"""
    assert read(tmp_path, lever) == 0
    assert [*tmp_path.iterdir()] == []
