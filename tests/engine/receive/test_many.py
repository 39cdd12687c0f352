"""A hundred thousand files in inn: what looks there takes bounded time and memory.

Before a release: ``DREPT=alle pytest -s tests/engine/receive/test_many.py`` says how much.
"""

import os
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.engine.receive.dropp import OKTOBER, REGISTER, RUNDE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.drop import fingerprint, unread
from vigo_pipeline.engine.receive.misplaced import misplaced
from vigo_pipeline.engine.receive.receive import folder
from vigo_pipeline.engine.receive.round import receive_round
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.reports.status import rounds

ANTALL = 100_000
# CPU seconds of each, and megabytes in all: a tick of Dagster's sensors has sixty seconds.
SEKUNDER, MEGABYTE = 20, 400


def resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.fault("files", "receive", "around")
@pytest.mark.skipif(os.environ.get("DREPT") != "alle", reason="before a release: many files")
def test_a_hundred_thousand_files_are_looked_at_in_bounded_time_and_memory(
    database: str, tmp_path: Path
) -> None:
    oppsett = Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database, avgivere=("03",))
    pipeline = Pipeline(REGISTER, oppsett)
    lest, villfaren = folder(OKTOBER, RUNDE, "03", oppsett), tmp_path / "inn" / "slengt"
    for mappe in (lest, villfaren):
        mappe.mkdir(parents=True)
        for nr in range(ANTALL // 2 if mappe == villfaren else ANTALL):
            (mappe / f"skole{nr:06}.txt").touch()
    pipeline.engine.connect().close()
    arbeid: dict[str, Callable[[], object]] = {
        "tick: what lies there": lambda: fingerprint(OKTOBER, RUNDE, ["03"], oppsett),
        "tick: what is new": lambda: unread(OKTOBER, RUNDE, ["03"], oppsett, set()),
        "tick: what is misplaced": lambda: misplaced(pipeline),
        "receive": lambda: receive_round(pipeline, OKTOBER, RUNDE),
        "status": lambda: rounds(pipeline, date(2025, 10, 1)),
    }
    foer, brukt = resident(), {}
    for navn, gjoer in arbeid.items():
        start = time.process_time()
        gjoer()
        brukt[navn] = time.process_time() - start
    vekst = resident() - foer
    print({n: round(s, 1) for n, s in brukt.items()}, f"{vekst:.0f} MB")  # noqa: T201
    pipeline.engine.dispose()
    assert max(brukt.values()) < SEKUNDER
    assert vekst < MEGABYTE
