"""The site as an asset: of no partition, made from what is stored, whatever has run."""

from pathlib import Path

import dagster as dg

from tests.orchestration.conftest import FOERSTE, Drift, failures, metadata
from vigo_pipeline.definitions import defs

NOEKKEL = dg.AssetKey(["nettsted"])


def materialize(drift: Drift, dag: str) -> dg.ExecuteInProcessResult:
    jobb = dg.define_asset_job("bare_nettstedet", dg.AssetSelection.assets(NOEKKEL))
    alle = dg.Definitions.merge(defs, dg.Definitions(jobs=[jobb]))
    config = {"ops": {"nettsted": {"config": {"dag": dag}}}}
    return drift.run(None, jobb=alle.resolve_job_def("bare_nettstedet"), config=config)


def test_it_is_written_before_anything_has_come_and_shows_what_has_come_since(
    drift: Drift,
) -> None:
    foer = metadata(materialize(drift, "2025-10-20"), "nettsted")
    assert (foer["dag"], foer["leveranser"]) == ("2025-10-20", 0)
    index = Path(foer["nettside"])
    assert index == drift.hjem / "nettsted" / "index.html"
    runde = index.parent / f"runde/2025-2026_oktober_{FOERSTE.runde}.html"
    assert "ventes" in runde.read_text("utf-8")
    drift.drop(FOERSTE)
    metadata(materialize(drift, "2025-10-20"), "nettsted")
    assert "mottatt, ikke lastet" in runde.read_text("utf-8")


def test_a_day_that_is_none_is_told_in_words(drift: Drift) -> None:
    assert "Skriv den slik" in failures(materialize(drift, "i dag"))["nettsted"]


def test_it_comes_after_every_report_and_all_that_is_sent() -> None:
    node = defs.resolve_asset_graph().get(NOEKKEL)
    assert node.partitions_def is None
    assert {k.path[0] for k in node.parent_keys} == {"kontrollrapport", "endring", "sendt"}


def test_it_is_written_every_morning_in_oslo_after_the_flows_have_run() -> None:
    plan = defs.resolve_schedule_def("nettsted")
    assert (plan.cron_schedule, plan.execution_timezone) == ("0 7 * * *", "Europe/Oslo")
    # Those of a flow's rounds; sending and alerts come later in the day.
    flytene = {s.cron_schedule for s in defs.schedules or () if s.name.endswith("_paa_fristen")}
    assert {str(c).split()[1] for c in flytene} == {"6"}
    [noekkel] = defs.resolve_job_def(plan.job_name).asset_layer.executable_asset_keys
    assert noekkel == NOEKKEL
