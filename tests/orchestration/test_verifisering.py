"""Every working day everything published is proved, and what is wrong is told."""

from datetime import date

import dagster as dg

from tests.orchestration.conftest import FOERSTE, Drift, check, tick, values
from vigo_pipeline.definitions import defs
from vigo_pipeline.orchestration.verifisering import LIKT

NAVN = "verifisering"


def proved(drift: Drift) -> dg.AssetCheckEvaluation:
    svar = tick("verifisering_hver_arbeidsdag", date(2025, 10, 22), drift.instance, time=3)
    assert [r.run_key for r in svar.run_requests or []] == ["2025-10-22"]
    return check(drift.run(None, jobb=defs.resolve_job_def("verifiser")), NAVN, LIKT)


def test_the_daily_check_tells_each_fault(drift: Drift) -> None:
    drift.drop(FOERSTE)
    drift.run(FOERSTE)
    assert proved(drift).passed
    for fil in (drift.hjem / "leveranser").rglob("*.csv"):
        fil.write_bytes(fil.read_bytes() + b"\r\n")
    sjekk = proved(drift)
    assert (sjekk.passed, sjekk.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert len(values(sjekk.metadata)["feil"]) == 2


def test_nothing_is_asked_for_on_a_holiday(drift: Drift) -> None:
    assert not tick("verifisering_hver_arbeidsdag", date(2025, 12, 25), drift.instance).run_requests
