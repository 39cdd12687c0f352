"""The code lists that every step reads lie nowhere that somebody must clear up."""

import subprocess
import sys
from pathlib import Path

LES_OG_DOE = """
import os, signal
from datetime import date
from vigo_pipeline.engine import duck
for _ in range(2):
    con = duck.connect()
    duck.register_kodeverk(con, date(2025, 8, 1), date(2026, 7, 31))
    assert con.sql("select count(*) from kodeverk.fylker").fetchall()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_that_is_killed_leaves_no_code_lists_behind(tmp_path: Path) -> None:
    doedd = subprocess.run(  # noqa: S603 -- this program, with the text above
        [sys.executable, "-c", LES_OG_DOE], env={"TMPDIR": str(tmp_path)}, check=False
    )
    assert doedd.returncode == -9
    assert list(tmp_path.iterdir()) == []
