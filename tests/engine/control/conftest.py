"""Collections that are handed in one after another, to be held against each other."""

from pathlib import Path

import pytest

from tests.skolefil import content, tof
from vigo_pipeline.engine.load.round import load_round
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.receive import Mottak, folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon


@pytest.fixture
def base(database: str, tmp_path: Path, register: Register) -> Pipeline:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database)
    return Pipeline(register, oppsett.model_copy(update={"avgivere": ("03",)}))


def hand_in(
    base: Pipeline,
    samling: str,
    partisjon: Partisjon,
    *linjer: str,
    avgiver: str = "03",
    fildato: str = "20251020",
) -> list[Mottak]:
    """Let an avgiver's only file of a round have these lines, and load it; return what was read."""
    innsamling = base.register.innsamlinger[samling]
    mappe = folder(innsamling, partisjon, avgiver, base.oppsett)
    mappe.mkdir(parents=True, exist_ok=True)
    (mappe / "fil.txt").write_bytes(content(tof(fylkesnr=avgiver, fildato=fildato), *linjer))
    # Whoever reports nothing costs as much as who does.
    hvem = tuple(sorted({*base.oppsett.avgivere, avgiver}))
    base.oppsett = base.oppsett.model_copy(update={"avgivere": hvem})
    lest = receive_round(base, innsamling, partisjon)
    load_round(base, innsamling, partisjon)
    return lest
