"""Which day a file may not be made after: today's in earnest, the data's own when it is made up."""

from datetime import date
from pathlib import Path
from typing import Literal

import pytest

from tests.engine.receive.dropp import OKTOBER, REGISTER, RUNDE, school
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.settings import Innstillinger


@pytest.mark.parametrize(("modus", "for_tidlig"), [("test", False), ("reell", True)])
def test_a_skoleaar_to_come_can_be_read_where_it_is_made_up(
    modus: Literal["test", "reell"], for_tidlig: bool, database: str, tmp_path: Path
) -> None:
    oppsett = Innstillinger(
        hjem=tmp_path, inn=tmp_path, database_url=database, modus=modus, avgivere=("03",)
    )
    mappe = folder(OKTOBER, RUNDE, "03", oppsett)
    mappe.mkdir(parents=True)
    (mappe / "a.txt").write_bytes(school(fildato="20251020"))
    pipeline = Pipeline(REGISTER, oppsett, i_dag=lambda: date(2025, 9, 1))
    [mottak] = receive_round(pipeline, OKTOBER, RUNDE)
    assert ("FIL-034" in mottak.funn["regel"].to_pylist()) is for_tidlig
