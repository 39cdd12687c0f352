"""What is past its time is told of by a check, and goes when somebody starts the job."""

import dataclasses
import os
from pathlib import Path

import dagster as dg

from tests.orchestration.conftest import Drift
from vigo_pipeline.definitions import defs

JOBB = defs.resolve_job_def("rydd")


def old_card(drift: Drift) -> Path:
    kort = drift.hjem / "begrenset" / "personer" / "p-bcdfghjklmnp.html"
    kort.parent.mkdir(parents=True)
    kort.write_text("kort")
    return kort


def decide(drift: Drift, tmp_path: Path) -> Drift:
    """Return the installation with a decision that a card of today is never past."""
    fil = tmp_path / "oppbevaring.toml"
    fil.write_text('vedtak = "Sak 26/1234"\n[etter]\npersonkort = 0\ndagster = 1\n', "utf-8")
    return dataclasses.replace(drift, env={**drift.env, "VIGO_OPPBEVARING": str(fil)})


def test_the_job_deletes_what_is_decided_and_the_check_tells(drift: Drift, tmp_path: Path) -> None:
    kort = old_card(drift)
    assert drift.run(None, jobb=JOBB).success
    assert kort.exists()
    bestemt = decide(drift, tmp_path)
    # Of yesterday: what is made today is not past anything.
    os.utime(kort, (0, 0))
    gjort = bestemt.run(None, jobb=JOBB)
    assert gjort.success
    assert not kort.exists()
    [sjekk] = gjort.get_asset_check_evaluations()
    assert sjekk.passed and sjekk.check_name == "ingenting_er_over_tiden"


def test_it_is_off_until_somebody_turns_it_on() -> None:
    plan = defs.resolve_schedule_def("rydding_hver_uke")
    assert (plan.job_name, plan.default_status) == (JOBB.name, dg.DefaultScheduleStatus.STOPPED)
