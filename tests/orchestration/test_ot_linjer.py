"""Lines to OT in the UI: what waits is seen, and sent by a person only."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from tests.engine.overfoering.test_linjer import KLAR, SLUTTET, SOEKTE_IKKE, lines, made
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.overfoering.gjennomgang import look_through
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.orchestration.ot_linjer import STEG, lines_check
from vigo_pipeline.orchestration.resources import Vigo


@pytest.fixture
def base(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    for navn, verdi in (("HOME", tmp_path), ("INN", tmp_path), ("DATABASE_URL", database)):
        monkeypatch.setenv(f"VIGO_{navn}", str(verdi))
    pipeline = Pipeline(
        Register.installed(), Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database)
    )
    yield pipeline
    pipeline.engine.dispose()


def checked() -> dg.AssetCheckResult:
    svar = lines_check()(dg.build_asset_check_context(), Vigo())
    assert isinstance(svar, dg.AssetCheckResult)
    return svar


def exported(hvem: str, fylker: list[str]) -> dg.ExecuteInProcessResult:
    config = {"ops": {STEG: {"config": {"hvem": hvem, "fylker": fylker}}}}
    jobb = defs.resolve_job_def("overfoering_ot_eksport")
    return jobb.execute_in_process(run_config=config, raise_on_error=False)


def test_what_waits_is_seen_and_sent_by_a_person(base: Pipeline) -> None:
    assert checked().passed
    made(base, SLUTTET, SOEKTE_IKKE)
    venter = checked()
    assert not venter.passed
    assert venter.severity is dg.AssetCheckSeverity.WARN
    assert "ikke sett gjennom i 03" in str(venter.description)
    # A small count is of people who may be known.
    tabell = venter.metadata["linjer"]
    assert isinstance(tabell, dg.TableMetadataValue)
    [rad] = tabell.records
    assert rad.data["ikke sett gjennom"] == "<5"
    # Nothing that nobody has looked through goes, whoever asks.
    assert not exported("Kari Nordmann", []).success
    look_through(base, "03", KLAR, "Kari Nordmann", [lines(base)[0].nr])
    assert "klare og ikke sendt i 03" in str(checked().description)
    # Nor by nobody.
    assert not exported("", ["03"]).success
    gjort = exported("Kari Nordmann", [])
    assert gjort.success
    [hendelse] = [e for e in gjort.all_events if e.event_type_value == "ASSET_MATERIALIZATION"]
    fakta = {n: v.value for n, v in hendelse.materialization.metadata.items()}
    assert (fakta["fylke"], fakta["eksportert"], fakta["hvem"]) == ("03", "<5", "Kari Nordmann")
    assert not [p.fnr for p in (SLUTTET, SOEKTE_IKKE) if p.fnr in str(gjort.all_events)]
    assert "klare" not in str(checked().description)


def test_no_schedule_or_sensor_sends_lines() -> None:
    bedt_om = {
        plan.job_name for plan in defs.schedules or () if isinstance(plan, dg.ScheduleDefinition)
    }
    bedt_om |= {j.name for sensor in defs.sensors or () for j in sensor.jobs}
    assert "overfoering_ot_eksport" not in bedt_om
