"""Runs in Dagster: the gate shuts, the lock holds however a run is started, backfills repeat."""

from typing import Any

import dagster as dg
import sqlalchemy as sa

from tests.orchestration.conftest import ENDELIG, FOERSTE, Drift
from vigo_pipeline.engine.sentralbase.server import connect
from vigo_pipeline.engine.sentralbase.tabeller import dom, innlesing
from vigo_pipeline.engine.settings import Innstillinger

# Breaks the gate, not the reading: an elevkurs without fag has elevstatus X.
STENGER = {"FAG-002": 2}
LEVERT = ["ssbelev/2025-2026/1-levering/1", "ssbelevfag/2025-2026/1-levering/1"]


def metadata(resultat: dg.ExecuteInProcessResult, noekkel: str) -> dict[str, Any]:
    [hendelse] = resultat.asset_materializations_for_node(noekkel.replace("/", "__"))
    return {navn: verdi.value for navn, verdi in hendelse.metadata.items()}


def failures(resultat: dg.ExecuteInProcessResult) -> dict[str, str]:
    return {
        str(e.step_key): str(getattr(e.step_failure_data.user_failure_data, "description", ""))
        for e in resultat.all_events
        if e.is_step_failure
    }


def count(drift: Drift, tabell: sa.Table) -> int:
    engine = connect(Innstillinger(hjem=drift.hjem, inn=drift.hjem))
    with engine.connect() as con:
        return int(con.execute(sa.select(sa.func.count()).select_from(tabell)).scalar_one())


def test_a_clean_round_is_published_and_says_how_it_went(drift: Drift) -> None:
    drift.drop(FOERSTE)
    resultat = drift.run(FOERSTE)
    assert resultat.success
    assert drift.published() == LEVERT
    rader = metadata(resultat, "publisert/ssbelev")["dagster/row_count"]
    assert rader == metadata(resultat, "leveranser/ssbelev")["dagster/row_count"] > 0
    assert metadata(resultat, "sentralbase/oktober")["vannmerke"] > 0
    sjekker = {
        (e.asset_key.to_user_string(), e.check_name): e
        for e in resultat.get_asset_check_evaluations()
    }
    port = sjekker["leveranser/ssbelev", "port"]
    assert port.passed
    assert port.metadata["rader som stenger"].value == 0
    fylker = [r.data["fylke"] for r in port.metadata["per fylke"].records]
    assert "03" in fylker


def test_a_shut_gate_stops_publishing_and_shows_rule_and_fylke(drift: Drift) -> None:
    drift.drop(FOERSTE, STENGER)
    resultat = drift.run(FOERSTE)
    assert not resultat.success
    assert drift.published() == []
    [port] = [
        e
        for e in resultat.get_asset_check_evaluations()
        if e.asset_key.path[-1] == "ssbelev" and e.check_name == "port"
    ]
    assert not port.passed
    assert port.metadata["rader som stenger"].value == 2
    funnet = {r.data["regel"] for r in port.metadata["per regel og fylke"].records}
    assert "STAT-003" in funnet
    assert port.partition == "1-levering|2025-2026"


def test_publishing_alone_fails_without_a_verdict(drift: Drift) -> None:
    drift.drop(FOERSTE)
    assert drift.run(FOERSTE, "innrapportering/oktober", "sentralbase/oktober").success
    alene = drift.run(FOERSTE, "publisert/ssbelev")
    assert "Kjør steget før først" in failures(alene)["publisert__ssbelev"]
    assert drift.published() == []


def test_publishing_alone_fails_with_a_verdict_that_did_not_pass(drift: Drift) -> None:
    drift.drop(FOERSTE, STENGER)
    drift.run(FOERSTE)
    alene = drift.run(FOERSTE, "publisert/ssbelev")
    assert "porten er stengt av" in failures(alene)["publisert__ssbelev"]
    assert drift.published() == []


def test_publishing_alone_fails_when_the_rows_are_newer_than_the_verdict(drift: Drift) -> None:
    drift.drop(FOERSTE)
    assert drift.run(FOERSTE).success
    drift.drop(FOERSTE, STENGER)
    drift.run(FOERSTE, "innrapportering/oktober", "sentralbase/oktober")
    noekler = [dg.AssetKey(["leveranser", n]) for n in ("ssbelev", "ssbelevfag")]
    uten_port = dg.AssetSelection.assets(*noekler).without_checks()
    jobb = dg.define_asset_job("uten_port", uten_port)
    # A run that leaves the gate out: the new rows are derived and nobody has judged them.
    from vigo_pipeline.definitions import defs  # noqa: PLC0415
    from vigo_pipeline.orchestration.partitions import key_of  # noqa: PLC0415

    alle = dg.Definitions.merge(defs, dg.Definitions(jobs=[jobb]))
    alle.resolve_job_def("uten_port").execute_in_process(
        instance=drift.instance, partition_key=key_of(FOERSTE)
    )
    alene = drift.run(FOERSTE, "publisert/ssbelev")
    assert "endret siden kontrollen" in failures(alene)["publisert__ssbelev"]
    assert drift.published() == LEVERT


def test_a_backfill_run_twice_changes_nothing(drift: Drift) -> None:
    for partisjon in (FOERSTE, ENDELIG):
        drift.drop(partisjon)
    for partisjon in (FOERSTE, ENDELIG):
        assert drift.run(partisjon).success
    utgitt = drift.published()
    filer = {p: p.read_bytes() for p in (drift.hjem / "leveranser").rglob("*.csv")}
    innlest = count(drift, innlesing)
    for partisjon in (FOERSTE, ENDELIG):
        assert drift.run(partisjon).success
    assert drift.published() == utgitt
    assert {p: p.read_bytes() for p in (drift.hjem / "leveranser").rglob("*.csv")} == filer
    assert count(drift, innlesing) == innlest
    assert count(drift, dom) == 8


def test_an_avgiver_without_files_shuts_the_gate(drift: Drift) -> None:
    drift.drop(FOERSTE)
    for fil in (drift.hjem / "inn").glob("*/*/waade/*"):
        fil.unlink()
    resultat = drift.run(FOERSTE)
    assert not resultat.success
    [port] = [
        e
        for e in resultat.get_asset_check_evaluations()
        if e.asset_key.path[-1] == "ssbelev" and e.check_name == "port"
    ]
    assert "MOT-001" in {r.data["regel"] for r in port.metadata["per regel og fylke"].records}


def test_a_round_without_files_says_what_to_do(drift: Drift) -> None:
    resultat = drift.run(FOERSTE)
    assert "Legg filene i inn-mappa" in failures(resultat)["sentralbase__oktober"]
