"""Dagster keeps no text of an exception, however its processes are started."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.kanarifugl import files, leaks
from tests.orchestration.conftest import ROOT

pytestmark = pytest.mark.slow(20)

SKJUL, FNR = "DAGSTER_REDACT_USER_CODE_ERRORS", "01817600123"
# Loaded in the place of ours, with what ours loads, and then a job that quotes a person. Its step
# is in a process of its own where nothing is to be kept, and as ours are where something is.
I_SAMME = "(executor_def=dg.in_process_executor)"
JOBB = """
import importlib
import dagster as dg

importlib.import_module({modul!r})

@dg.op
def sitat() -> None:
    raise KeyError({fnr!r})

@dg.job{i_samme}
def lekk() -> None:
    sitat()

defs = dg.Definitions(jobs=[lekk])
"""


@pytest.mark.parametrize(("sagt", "beholdt"), [(None, False), ("0", True)], ids=["by itself", "0"])
def test_what_an_exception_quotes_is_kept_only_where_somebody_has_said_so(
    sagt: str | None, beholdt: bool, tmp_path: Path
) -> None:
    [sted] = yaml.safe_load((ROOT / "workspace.yaml").read_text("utf-8"))["load_from"]
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    jobb = tmp_path / "lekk.py"
    modul, i_samme = sted["python_module"]["module_name"], I_SAMME if beholdt else ""
    jobb.write_text(JOBB.format(modul=modul, fnr=FNR, i_samme=i_samme), "utf-8")
    miljoe = {k: v for k, v in os.environ.items() if k != SKJUL}
    miljoe |= {"DAGSTER_HOME": str(tmp_path), "VIGO_HOME": str(tmp_path / "vigo")}
    kommando = [*(sys.executable, "-m", "dagster", "job", "execute"), *("-f", str(jobb))]
    ut = subprocess.run(  # noqa: S603 -- our own command
        [*kommando, "-j", "lekk"],
        env=miljoe | ({SKJUL: sagt} if sagt else {}),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    jobb.unlink()
    assert b"RUN_FAILURE" in ut.stderr + ut.stdout
    assert bool(leaks({FNR}, files(tmp_path))) is beholdt
