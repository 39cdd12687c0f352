"""What is made in inn/ is its owner's alone, and what was there before is not touched."""

import os
import stat
from pathlib import Path

import pytest

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang


@pytest.mark.slow
def test_folders_and_files_are_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    omfang = Omfang(andel=0.002, avgivere=("03",))
    gammel = os.umask(0)
    try:
        for samling, runde in (("oktober", "1-levering"), ("juni", "endelig")):
            generate(
                tmp_path,
                skoleaar=Skoleaar(2025),
                samling=samling,
                runde=runde,
                seed=1,
                omfang=omfang,
                feil=True,
            )
    finally:
        os.umask(gammel)
    alt = [tmp_path / "inn", *(tmp_path / "inn").rglob("*")]
    assert {stat.S_IMODE(m.stat().st_mode) for m in alt if m.is_dir()} == {0o700}
    assert {stat.S_IMODE(f.stat().st_mode) for f in alt if f.is_file()} == {0o600}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
