"""The pipeline as Dagster shows it: names, groups, partitions, schedules."""

import itertools
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.definitions.schedule_definition import ScheduleExecutionData
from dagster._core.test_utils import create_run_for_test
from dagster._utils.schedules import schedule_execution_time_iterator

from tests.orchestration.conftest import tick
from vigo_pipeline.contract.aarshjul import aarshjul, rounds_due, skoleaar
from vigo_pipeline.definitions import REGISTER, defs
from vigo_pipeline.engine.clock import TIME_ZONE
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.deliveries import delivery_assets
from vigo_pipeline.orchestration.papirer import receiver_tag, with_papers
from vigo_pipeline.orchestration.partitions import AAR, RUNDE, key_of, partitions_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.run import JUDGE, VIEW

pytestmark = pytest.mark.slow

GRAF = defs.resolve_asset_graph()
# Each stage, and the one it takes from.
TRINN = {
    "innrapportering": None,
    "sentralbase": "innrapportering",
    "leveranser": "sentralbase",
    "publisert": "leveranser",
    "endring": "publisert",
    "godkjent": "publisert",
    "sendt": "godkjent",
}
RAPPORT = "kontrollrapport"
# Lists for OT are no delivery: they wait for sluttere and startere, and go to no gate.
OVERFOERING = "overfoering/ot"
# What was sent of them; of fylker, and of no round.
OT_SENDT = "overfoering/sendt"
# Nor is what the county looks up.
OPPSLAG = {"tall/otdata", "sjekklister/programomraader"}
# Of all flows and rounds at once: outside the stages, and of no partition.
# Of all rounds at once.
AV_ALT = {"kvitteringer", "kodeverk", "nettsted", "rydding", "sikkerhetskopi", "verifisering"}


def test_the_flow_reads_left_to_right() -> None:
    samlet = {f"{trinn}/{s}" for trinn in list(TRINN)[:2] for s in REGISTER.innsamlinger}
    levert = {f"{trinn}/{s}" for trinn in list(TRINN)[2:] for s in REGISTER.leveranser}
    rapportert = {f"{RAPPORT}/{i.stamme}" for i in REGISTER.innsamlinger.values()}
    alle = {key.to_user_string() for key in GRAF.get_all_asset_keys()}
    assert alle == samlet | levert | rapportert | {OVERFOERING, OT_SENDT, *OPPSLAG, *AV_ALT}
    for key in (k for k in GRAF.get_all_asset_keys() if k.path[0] in TRINN):
        node = GRAF.get(key)
        assert node.group_name == key.path[0]
        tidligere = {f.path[-1] for f in node.parent_keys if f.path[0] == key.path[0]}
        andre = {f.path[0] for f in node.parent_keys if f.path[-1] not in tidligere}
        assert andre <= {TRINN[key.path[0]]}
        if key.path[0] == "sentralbase":
            assert tidligere == {*REGISTER.innsamlinger[key.path[-1]].etter}
        else:
            assert not tidligere


def test_a_round_waits_for_the_rounds_before_it_and_no_others() -> None:
    def venter_paa(samling: str, runde: str) -> set[tuple[str, str]]:
        noekkel = dg.AssetKey(["sentralbase", samling])
        deler = GRAF.get(noekkel).partitions_def
        valgt = {key_of(Partisjon("2025-2026", runde))}
        ut = set()
        for forelder in GRAF.get(noekkel).parent_keys:
            if forelder.path[0] == "sentralbase":
                krav = GRAF.get_partition_mapping(
                    noekkel, forelder
                ).get_upstream_mapped_partitions_result_for_partitions(
                    deler.subset_with_partition_keys(valgt),
                    deler,
                    GRAF.get(forelder).partitions_def,
                )
                ut |= {
                    (forelder.path[-1], nr.keys_by_dimension[RUNDE])
                    for nr in krav.partitions_subset.get_partition_keys()
                    if nr.keys_by_dimension[AAR] == "2025-2026"
                }
        return ut

    privat = ("privat_september", "september")
    assert venter_paa("oktober", "1-levering") == {("ajourhold", "september"), privat}
    assert venter_paa("februar", "februar") == {("oktober", "1-levering"), ("oktober", "endelig")}
    assert ("privatist", "vaar") in venter_paa("juni", "1-levering")
    assert venter_paa("privatist", "hoest") == {("februar", "februar")}


def test_what_is_approved_and_sent_is_shown_but_no_button_makes_it() -> None:
    ut = [k for k in GRAF.get_all_asset_keys() if k.path[0] in {"godkjent", "sendt"}]
    assert ut
    assert [k for k in ut if GRAF.get(k).is_executable] == []


def test_partitions_come_in_the_order_of_time() -> None:
    noekler = [str(n) for n in partitions_of("oktober").get_partition_keys()]
    assert noekler == [str(Partisjon(a, r)) for a in skoleaar() for r in rounds_due("oktober")]


def test_the_transfer_to_ot_waits_for_sluttere_and_startere() -> None:
    [forelder] = GRAF.get(dg.AssetKey(OVERFOERING.split("/"))).parent_keys
    assert forelder.path == ["sentralbase", "loepende"]


def test_every_asset_says_what_it_is_and_what_it_is_made_with() -> None:
    for key in GRAF.get_all_asset_keys():
        node = GRAF.get(key)
        assert node.description, key
        assert node.kinds, key
        assert [o.removeprefix("team:") != o for o in node.owners] == [True], key


NAVN = [
    "SSB",
    "Lånekassen",
    "Laanekassen",
    "Lånekassen ",
    "Oppfølgingstjenesten (OT)",
    "教育",
    "é/è",
]


def test_any_receiver_is_in_a_tag_that_dagster_takes_and_no_two_in_the_same() -> None:
    navn = [*NAVN, *(m.navn for m in aarshjul().maalgruppe if m.navn not in NAVN), "x" * 80]
    # What a name became may be a name itself.
    navn += [receiver_tag("Lånekassen").partition("_")[2]]
    lev = REGISTER.leveranser["ssbelev"].model_copy(update={"mottakere": tuple(navn)})
    register = replace(REGISTER, leveranser={lev.stamme: lev})
    laget = dg.Definitions(
        assets=dg.map_asset_specs(with_papers(register), delivery_assets(lev)),
        resources={"vigo": Vigo()},
    ).resolve_asset_graph()
    merker = laget.get(dg.AssetKey(["leveranser", lev.stamme])).tags
    til = {m for m in merker if m.startswith("vigo/mottaker_")}
    assert til == {receiver_tag(n) for n in navn}
    assert len(til) == len(navn)
    assert {"vigo/mottaker_SSB", "vigo/mottaker_Udir"} <= til


def test_the_gate_can_judge_one_delivery_alone() -> None:
    for sjekk in (c for c in GRAF.asset_check_keys if c.name == "port"):
        assert GRAF.get_execution_set_asset_and_check_keys(sjekk) == {sjekk}


def test_every_asset_is_partitioned_by_skoleaar_and_its_flows_rounds() -> None:
    for key in GRAF.get_all_asset_keys():
        deler = GRAF.get(key).partitions_def
        if key.path[0] in AV_ALT or key.to_user_string() == OT_SENDT:
            assert deler is None
            continue
        if key.path[0] == "sjekklister":
            assert deler == dg.StaticPartitionsDefinition(list(skoleaar()))
            continue
        assert isinstance(deler, dg.MultiPartitionsDefinition)
        verdier = {d.name: d.partitions_def.get_partition_keys() for d in deler.partitions_defs}
        if key.to_user_string() == OVERFOERING:
            assert verdier[RUNDE] == list(rounds_due("loepende"))
            continue
        if key.path[0] == RAPPORT:
            assert verdier[RUNDE] == list(rounds_due(key.path[-1]))
            continue
        navn = key.path[-1]
        flyt = REGISTER.leveranser[navn].samling if navn in REGISTER.leveranser else navn
        assert verdier == {AAR: list(skoleaar()), RUNDE: list(rounds_due(flyt))}


def test_the_gate_is_a_blocking_check_on_each_delivery() -> None:
    porter = [c for c in GRAF.asset_check_keys if c.name == "port"]
    levert = {f"leveranser/{stamme}" for stamme in REGISTER.leveranser}
    assert {c.asset_key.to_user_string() for c in porter} == levert
    for sjekk in porter:
        assert GRAF.get(sjekk).blocking
        assert GRAF.get(sjekk).partitions_def is not None


def test_the_receivers_view_is_a_check_beside_the_gate_that_stops_nothing() -> None:
    syn = [c for c in GRAF.asset_check_keys if c.name == VIEW.navn]
    til_ssb = {f"leveranser/{n}" for n, lev in REGISTER.leveranser.items() if lev.nudb_datasett}
    assert {c.asset_key.to_user_string() for c in syn} == til_ssb
    for sjekk in syn:
        port = dg.AssetCheckKey(sjekk.asset_key, "port")
        assert not GRAF.get(sjekk).blocking
        assert GRAF.get(sjekk).partitions_def == GRAF.get(port).partitions_def
        assert GRAF.get_execution_set_asset_and_check_keys(sjekk) == {sjekk}


def test_the_gate_is_what_the_checks_of_a_delivery_open_with() -> None:
    """The UI shows the check that is first by name."""
    sjekker: dict[dg.AssetKey, list[str]] = {}
    for c in GRAF.asset_check_keys:
        sjekker.setdefault(c.asset_key, []).append(c.name)
    foerst = {min(navn) for key, navn in sjekker.items() if key.path[0] == "leveranser"}
    assert foerst == {JUDGE.navn}


PLAN = "oktober_paa_fristen"


def of_round(svar: ScheduleExecutionData, runde: str) -> list[dg.RunRequest]:
    """Return what a schedule asks for of one round."""
    return [b for b in svar.run_requests or [] if b.tags["vigo/runde"] == runde]


@pytest.mark.parametrize(
    ("frist", "runde"),
    [(date(2025, 10, 21), "1-levering"), (date(2025, 11, 4), "endelig")],
)
class TestSchedule:
    def test_it_asks_for_its_round_on_the_deadline_and_once(
        self, frist: date, runde: str, instance: dg.DagsterInstance
    ) -> None:
        dager = [date(2025, 9, 1) + timedelta(days=n) for n in range(120)]
        svar = {}
        for dag in dager:
            svar[dag] = tick(PLAN, dag, instance)
            for bestilling in svar[dag].run_requests or []:
                create_run_for_test(instance, tags=dict(bestilling.tags))
        assert [dag for dag, s in svar.items() if of_round(s, runde)] == [frist]
        assert all(s.run_requests or s.skip_message for s in svar.values())
        [bestilling] = of_round(svar[frist], runde)
        assert bestilling.partition_key == key_of(Partisjon("2025-2026", runde))
        assert bestilling.tags["vigo/frist"] == frist.isoformat()

    def test_a_machine_that_was_off_catches_up_once(
        self, frist: date, runde: str, instance: dg.DagsterInstance
    ) -> None:
        etter = frist + timedelta(days=9)
        [bestilling] = of_round(tick(PLAN, etter, instance), runde)
        assert bestilling.tags["vigo/runde"] == runde
        create_run_for_test(instance, tags=dict(bestilling.tags))
        assert not of_round(tick(PLAN, etter + timedelta(days=1), instance), runde)
        for_lenge_siden = frist + timedelta(days=aarshjul().etterslep_dager + 1)
        assert not of_round(tick(PLAN, for_lenge_siden, instance), runde)

    @pytest.mark.parametrize("status", [dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED])
    def test_a_run_that_did_not_succeed_is_asked_for_again_the_next_morning(
        self,
        frist: date,
        runde: str,
        status: dg.DagsterRunStatus,
        instance: dg.DagsterInstance,
    ) -> None:
        noekler = set()
        for nr, ferdig in enumerate([status, status, dg.DagsterRunStatus.SUCCESS], start=1):
            [bestilling] = of_round(tick(PLAN, frist + timedelta(days=nr - 1), instance), runde)
            assert (bestilling.tags["vigo/runde"], bestilling.tags["vigo/forsoek"]) == (
                runde,
                str(nr),
            )
            noekler.add(bestilling.run_key)
            create_run_for_test(instance, tags=dict(bestilling.tags), status=ferdig)
        assert len(noekler) == nr
        assert not of_round(tick(PLAN, frist + timedelta(days=nr), instance), runde)

    def test_it_looks_in_the_morning_in_oslo_in_summer_time_and_in_winter_time(
        self, frist: date, runde: str
    ) -> None:
        plan = defs.resolve_schedule_def(PLAN)
        assert plan.execution_timezone == "Europe/Oslo"
        assert runde in str(plan.description)
        start = datetime(2025, 10, 1, tzinfo=UTC).timestamp()
        tider = schedule_execution_time_iterator(start, plan.cron_schedule, TIME_ZONE)
        neste = list(itertools.islice(tider, 60))
        assert {t.astimezone(ZoneInfo("Europe/Oslo")).hour for t in neste} == {6}
        assert {t.astimezone(UTC).hour for t in neste} == {4, 5}
        assert frist in {t.date() for t in neste}


@pytest.mark.fault("clock", "around")
@pytest.mark.parametrize("dag", [date(2026, 3, 29), date(2026, 10, 25), date(2028, 2, 29)])
def test_what_is_asked_for_daily_is_so_once_when_the_clock_is_changed(dag: date) -> None:
    sone = ZoneInfo(TIME_ZONE)
    foer, etter = (
        datetime(d.year, d.month, d.day, tzinfo=sone).timestamp()
        for d in (dag, dag + timedelta(days=1))
    )
    for plan in defs.schedules or ():
        assert isinstance(plan, dg.ScheduleDefinition)
        tider = schedule_execution_time_iterator(foer, plan.cron_schedule, TIME_ZONE)
        samme = [t for t in itertools.islice(tider, 12) if t.timestamp() < etter]
        # By the clock on the wall: none is left out, and none comes twice.
        assert len({f"{t.astimezone(sone):%H:%M}" for t in samme}) == len(samme), plan.name
        if str(plan.cron_schedule).endswith("* * *") and "-" not in str(plan.cron_schedule):
            assert len(samme) == 1, plan.name


def test_alerts_are_asked_for_on_working_days(instance: dg.DagsterInstance) -> None:
    navn = "varsling_hver_arbeidsdag"
    [bestilling] = tick(navn, date(2026, 4, 1), instance).run_requests or []
    assert bestilling.run_config == {"ops": {"send_varsler": {"config": {"dag": "2026-04-01"}}}}
    # Skjærtorsdag.
    assert not tick(navn, date(2026, 4, 2), instance).run_requests


def test_everything_that_may_be_turned_on_stands_on_the_page_of_automation() -> None:
    side = (Path(__file__).parents[2] / "docs" / "how-to" / "automatikk.md").read_text("utf-8")
    alle = {a.name for a in (*(defs.schedules or ()), *(defs.sensors or ()))}
    for flyt in REGISTER.flyter:
        alle = {re.sub(rf"^{flyt}_(?=paa_fristen|sending_fra)", "<flow>_", navn) for navn in alle}
    assert alle == set(re.findall(r"^\| `([\w<>]+)` \|", side, re.MULTILINE))
