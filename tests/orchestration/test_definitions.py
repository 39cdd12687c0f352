"""The pipeline as Dagster shows it: names, groups, partitions, schedules."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from vigo_pipeline.contract.arshjul import skoleaar
from vigo_pipeline.definitions import defs
from vigo_pipeline.orchestration.schedules import TIME_ZONE

GRAF = defs.resolve_asset_graph()
TRINN = ("innrapportering", "sentralbase", "leveranser", "publisert")


def test_the_flow_reads_left_to_right() -> None:
    kjente = {key.to_user_string() for key in GRAF.get_all_asset_keys()}
    assert kjente == {
        "innrapportering/oktober",
        "sentralbase/oktober",
        "leveranser/ssbelev",
        "leveranser/ssbelevfag",
        "publisert/ssbelev",
        "publisert/ssbelevfag",
    }
    for key in GRAF.get_all_asset_keys():
        node = GRAF.get(key)
        assert node.group_name == key.path[0]
        assert {TRINN.index(f.path[0]) for f in node.parent_keys} <= {TRINN.index(key.path[0]) - 1}


def test_every_asset_says_what_it_is_and_what_it_is_made_with() -> None:
    for key in GRAF.get_all_asset_keys():
        node = GRAF.get(key)
        assert node.description, key
        assert node.kinds, key


def test_every_asset_is_partitioned_by_skoleaar_and_its_flows_rounds() -> None:
    for key in GRAF.get_all_asset_keys():
        deler = GRAF.get(key).partitions_def
        assert isinstance(deler, dg.MultiPartitionsDefinition)
        verdier = {d.name: d.partitions_def.get_partition_keys() for d in deler.partitions_defs}
        assert verdier == {"skoleaar": list(skoleaar()), "runde": ["1-levering", "endelig"]}


def test_the_gate_is_a_blocking_check_on_each_delivery() -> None:
    porter = [c for c in GRAF.asset_check_keys if c.name == "port"]
    assert {c.asset_key.to_user_string() for c in porter} == {
        "leveranser/ssbelev",
        "leveranser/ssbelevfag",
    }
    for sjekk in porter:
        assert GRAF.get(sjekk).blocking
        assert GRAF.get(sjekk).partitions_def is not None


@pytest.mark.parametrize(
    ("navn", "ventet"),
    [
        ("ssbelev_1_levering", {"2025-10-21": "1-levering|2025-2026"}),
        ("ssbelev_endelig", {"2025-11-04": "endelig|2025-2026"}),
    ],
)
def test_a_schedule_asks_for_its_round_on_the_deadline_and_no_other_day(
    navn: str, ventet: dict[str, str]
) -> None:
    plan = defs.resolve_schedule_def(navn)
    assert plan.execution_timezone == TIME_ZONE
    bedt = {}
    dag = datetime(2025, 9, 1, 6, tzinfo=ZoneInfo(TIME_ZONE))
    while dag < datetime(2025, 12, 31, tzinfo=ZoneInfo(TIME_ZONE)):
        context = dg.build_schedule_context(
            scheduled_execution_time=dag, repository_def=defs.get_repository_def()
        )
        svar = plan.evaluate_tick(context)
        for bestilling in svar.run_requests or []:
            bedt[dag.date().isoformat()] = bestilling.partition_key
        assert bool(svar.run_requests) != bool(svar.skip_message)
        dag += timedelta(days=1)
    assert bedt == ventet
