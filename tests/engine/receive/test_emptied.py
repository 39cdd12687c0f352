"""A round whose files have been taken away after they were accepted, run once more."""

import shutil
from pathlib import Path

from tests.conftest import Copier
from tests.sentral import FOERSTE
from vigo_pipeline.reports.kontrollrapport.innlevert import received
from vigo_pipeline.run import run_flow


def test_nothing_is_lost_and_the_gate_stays_open(copy_delivered: Copier, tmp_path: Path) -> None:
    with copy_delivered(tmp_path) as pipeline:
        oktober = pipeline.register.innsamlinger["oktober"]
        run_flow(pipeline, "oktober", FOERSTE)
        foer = received(pipeline, oktober, FOERSTE)
        shutil.rmtree(pipeline.oppsett.inn / "inn")
        igjen = run_flow(pipeline, "oktober", FOERSTE)
        assert [u.publisert and u.publisert.ny for u in igjen.utfall] == [False, False]
        assert igjen.exit_code < 2
        assert all(m.godtatt == m.filer.num_rows > 0 for m in igjen.mottak)
        assert received(pipeline, oktober, FOERSTE) == foer
