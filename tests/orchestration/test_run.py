"""Runs in Dagster: the gate shuts, the lock holds however a run is started, backfills repeat."""

import csv
import dataclasses
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.orchestration.conftest import (
    ENDELIG,
    FOERSTE,
    Drift,
    Installer,
    check,
    failures,
    materialized,
    metadata,
    values,
)
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.database.tables import dom, innlesing
from vigo_pipeline.engine.judge.said import RESULTAT, SUITE
from vigo_pipeline.engine.judge.waivers import give
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration import deliveries, port
from vigo_pipeline.orchestration.partitions import key_of, partition_of
from vigo_pipeline.run import VIEW

pytestmark = pytest.mark.slow(50)

# Breaks the gate, not the reading: an elevkurs without fag has elevstatus X.
STENGER = {"FAG-002": 2}
LEVERT = ["ssbelev/2025-2026/1-levering/1", "ssbelevfag/2025-2026/1-levering/1"]
ALLE = {
    "innrapportering/oktober",
    "sentralbase/oktober",
    "leveranser/ssbelev",
    "leveranser/ssbelevfag",
    "kontrollrapport/oktober",
    "publisert/ssbelev",
    "publisert/ssbelevfag",
    "endring/ssbelev",
    "endring/ssbelevfag",
}
TIL_PORTEN = {navn for navn in ALLE if not navn.startswith(("publisert", "endring"))}
Ren = tuple[Drift, dg.ExecuteInProcessResult]


@pytest.fixture(scope="module")
def stengt(install: Installer) -> Iterator[Ren]:
    """A round that the gate has stopped; look at it, never change it."""
    with install() as drift:
        drift.drop(FOERSTE, STENGER)
        yield drift, drift.run(FOERSTE)


@pytest.fixture
def stengt_kopi(install: Installer, stengt: Ren) -> Iterator[Drift]:
    """An installation of the test's own in which the gate has stopped the round."""
    with install(stengt[0]) as drift:
        yield drift


@pytest.fixture
def ren_kopi(install: Installer, ren: Ren) -> Iterator[Drift]:
    """An installation of the test's own in which the clean round is delivered."""
    with install(ren[0]) as drift:
        yield drift


class TestCleanRound:
    def test_everything_is_made_and_published(self, ren: Ren) -> None:
        drift, resultat = ren
        assert resultat.success
        assert materialized(resultat) == ALLE
        assert drift.published() == LEVERT

    def test_every_step_counts_its_rows_and_they_add_up(self, ren: Ren) -> None:
        drift, resultat = ren
        ut = metadata(resultat, "publisert/ssbelev")
        fil = drift.hjem / "leveranser" / LEVERT[0] / "ssbElev.csv"
        with fil.open(encoding="iso-8859-1") as data:
            linjer = sum(1 for _ in csv.reader(data, delimiter=";"))
        assert ut["dagster/row_count"] == linjer - 1
        assert ut["dagster/row_count"] == sum(r["rader"] for r in ut["rader per fylke"])
        avledet = metadata(resultat, "leveranser/ssbelev")
        assert avledet["dagster/row_count"] == ut["dagster/row_count"]
        assert sum(r["ut"] for r in avledet["regnskap"]) == ut["dagster/row_count"]
        assert sum(r["utelatt"] for r in avledet["regnskap"]) == avledet["utelatt"]

    def test_the_reading_tells_what_each_avgiver_dropped(self, ren: Ren) -> None:
        inn = metadata(ren[1], "innrapportering/oktober")
        assert [r["avgiver"] for r in inn["avgivere"]] == ["03", "waade"]
        assert sum(r["filer"] for r in inn["avgivere"]) == inn["filer"] > 0
        assert inn["avvist"] == 0
        assert inn["dagster/row_count"] == sum(r["rader"] for r in inn["avgivere"])
        assert check(ren[1], "innrapportering/oktober", "filkontroll").passed

    def test_the_delivery_names_the_watermark_that_the_load_came_to(self, ren: Ren) -> None:
        lastet = metadata(ren[1], "sentralbase/oktober")
        assert lastet["vannmerke"] == ren[0].count(innlesing) == lastet["nye innlesinger"]
        assert metadata(ren[1], "publisert/ssbelev")["vannmerke"] == lastet["vannmerke"]
        assert {r["tabell"] for r in lastet["endringer"]} >= {"elev", "elevkurs", "elevkursfag"}
        assert all(r["nye"] or r["endrede"] or r["avsluttede"] for r in lastet["endringer"])

    def test_the_gate_shows_every_fylke_with_numbers(self, ren: Ren) -> None:
        port = check(ren[1], "leveranser/ssbelev", "port")
        assert port.passed
        vist = values(port.metadata)
        assert vist["funn som stenger"] == 0
        assert vist["regler"] > 20
        assert {"03", "waade"} <= {r["fylke"] for r in vist["per fylke, portens regler alene"]}
        navn = {r["fylke"]: r["navn"] for r in vist["per fylke, portens regler alene"]}
        assert navn["03"] == "Oslo"
        for rad in vist["per fylke, portens regler alene"]:
            assert rad["FATAL"] == rad["FEIL"] == 0
        ut = metadata(ren[1], "publisert/ssbelev")
        for navn in (SUITE, RESULTAT):
            assert Path(vist[navn]).read_bytes() == Path(ut[navn]).read_bytes()

    def test_the_check_belongs_to_its_partition(self, ren: Ren) -> None:
        for leveranse in ("ssbelev", "ssbelevfag"):
            port = check(ren[1], f"leveranser/{leveranse}", "port")
            assert port.partition == key_of(FOERSTE)
        noekkel = dg.AssetCheckKey(dg.AssetKey(["leveranser", "ssbelev"]), "port")
        lager = ren[0].instance.event_log_storage
        kjent = [i.partition_key for i in lager.get_asset_check_partition_info([noekkel])]
        assert kjent == [key_of(FOERSTE)]

    def test_what_ssb_would_say_is_a_warning_with_a_report(self, ren: Ren) -> None:
        for leveranse in ("ssbelev", "ssbelevfag"):
            syn = check(ren[1], f"leveranser/{leveranse}", VIEW.navn)
            assert syn.passed
            assert not syn.blocking
            assert syn.severity == dg.AssetCheckSeverity.WARN
            assert syn.partition == key_of(FOERSTE)
            assert "ssb-nudb-config" in str(syn.description)
            vist = values(syn.metadata)
            assert {r["Regel"] for r in vist["per regel"]} >= {"NUDB-001", "NUDB-014"}
            assert vist["per kolonne"][0]["Navn hos SSB"] == "fnr"
            assert Path(vist["nettside"]).is_relative_to(ren[0].hjem / "rapporter" / "mottaker")
            assert Path(vist["nettside"]).exists()


def test_a_flow_that_tells_of_no_person_runs_as_the_others(drift: Drift) -> None:
    """The canary runs the others."""
    runde = Partisjon("2025-2026", "oktober")
    drift.drop(runde, samling="opplaeringskontor")
    resultat = drift.run(runde, jobb=defs.resolve_job_def("opplaeringskontor"))
    assert failures(resultat) == {}
    stamme = "opplaeringskontor"
    trinn = ("innrapportering", "sentralbase", "leveranser", "publisert")
    assert {f"{t}/{stamme}" for t in trinn} <= materialized(resultat)
    assert drift.published() == [f"{stamme}/2025-2026/oktober/1"]


class TestShutGate:
    def test_nothing_is_published(self, stengt: Ren) -> None:
        drift, resultat = stengt
        assert not resultat.success
        assert materialized(resultat) == TIL_PORTEN
        assert drift.published() == []

    def test_it_shows_which_rule_in_which_fylke_and_what_to_do(self, stengt: Ren) -> None:
        port = check(stengt[1], "leveranser/ssbelev", "port")
        assert not port.passed
        assert port.blocking
        assert port.severity == dg.AssetCheckSeverity.ERROR
        assert port.partition == key_of(FOERSTE)
        vist = values(port.metadata)
        assert vist["funn som stenger"] == 2
        brudd = [r for r in vist["per regel og fylke"] if r["regel"] == "STAT-003"]
        assert sum(r["antall"] for r in brudd) == 2
        assert all(r["slik retter du"] and r["alvor"] == "FEIL" for r in brudd)
        assert sum(r["FEIL"] for r in vist["per fylke, portens regler alene"]) >= 2
        assert not json.loads(Path(vist[RESULTAT]).read_bytes())["success"]
        assert Path(vist[SUITE]).exists()

    def test_the_check_says_in_words_what_shuts_it_and_where_to_look(self, stengt: Ren) -> None:
        sjekk = check(stengt[1], "leveranser/ssbelev", "port")
        assert re.fullmatch(
            r"2025-2026 1\. levering: Stengt: 1 regel [^()0-9]*\(\d+ rad(er)? å rette\)\.",
            str(sjekk.description),
        )
        syn = check(stengt[1], "leveranser/ssbelev", VIEW.navn)
        assert str(syn.description).startswith("2025-2026 1. levering: ")
        vist = values(sjekk.metadata)
        [regel] = vist["1. regler som stenger"]
        telt = f"{vist['funn som stenger']} rader"
        assert (regel["regel"], regel["antall"]) == ("STAT-003", telt)
        assert regel["skolen med mest"].split(" ")[0] in {
            r["Skole"] for r in vist["2. skoler med mest"]
        }
        # As they are, for those who run the pipeline; and the same count as the words have.
        telt = sum(int(r["Stenger"]) for r in vist["2. skoler med mest"])
        assert f"({telt} rad" in str(sjekk.description)
        assert all(r["Navn"] and r["Avgiver"] for r in vist["2. skoler med mest"])
        assert vist["3. avviste filer"] == 0
        assert Path(vist["4. rapporten, uten personer"]).exists()
        assert "nettleseren" in vist["6. slik åpner du dem"]

    def test_the_run_fails_in_the_same_words_and_without_a_stack_trace(self, stengt: Ren) -> None:
        [feil] = [e.step_failure_data for e in stengt[1].all_events if e.is_step_failure]
        sagt = str(feil.user_failure_data and feil.user_failure_data.description)
        assert str(check(stengt[1], "leveranser/ssbelev", "port").description) in sagt
        assert "landet.html" in sagt
        assert feil.error
        assert sagt in feil.error.message
        assert not feil.error.stack
        assert not feil.error.cause

    def test_the_control_report_is_written_all_the_same(self, stengt: Ren) -> None:
        [hendelse] = [
            e.materialization
            for e in stengt[1].get_asset_materialization_events()
            if e.asset_key and e.asset_key.path[0] == "kontrollrapport"
            for e in [e.event_specific_data]
        ]
        assert hendelse.partition == key_of(FOERSTE)
        vist = values(hendelse.metadata)
        assert vist["åpne FEIL"] == 2
        assert vist["skoler med rapport"] >= 1
        assert Path(vist["for alle, nettside"]).exists()

    def test_the_reading_found_nothing_to_reject(self, stengt: Ren) -> None:
        assert check(stengt[1], "innrapportering/oktober", "filkontroll").passed
        assert metadata(stengt[1], "innrapportering/oktober")["avvist"] == 0

    def test_corrected_files_open_it(self, stengt_kopi: Drift) -> None:
        stengt_kopi.drop(FOERSTE)
        assert stengt_kopi.run(FOERSTE).success
        assert stengt_kopi.published() == LEVERT


class TestTheLock:
    def test_publishing_alone_is_refused_without_a_verdict(self, drift: Drift) -> None:
        drift.drop(FOERSTE)
        assert drift.run(FOERSTE, "innrapportering/oktober", "sentralbase/oktober").success
        assert derive_unjudged(drift).success
        alene = drift.run(FOERSTE, "publisert/ssbelev")
        assert "ikke kontrollert" in failures(alene)["publisert__ssbelev"]
        assert drift.published() == []

    def test_publishing_alone_is_refused_when_the_rows_are_newer_than_the_verdict(
        self, ren_kopi: Drift
    ) -> None:
        drift, utgitt = ren_kopi, ren_kopi.delivered()
        drift.drop(FOERSTE, STENGER)
        assert drift.run(FOERSTE, "innrapportering/oktober", "sentralbase/oktober").success
        assert derive_unjudged(drift).success
        alene = drift.run(FOERSTE, "publisert/ssbelev")
        assert "endret siden kontrollen" in failures(alene)["publisert__ssbelev"]
        assert drift.delivered() == utgitt

    def test_a_gate_that_cannot_judge_lets_nothing_through(
        self, ren_kopi: Drift, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_: object) -> None:
            raise OSError("disken er full")

        monkeypatch.setattr(port, "JUDGE", dataclasses.replace(port.JUDGE, do=stop))
        utgitt = ren_kopi.delivered()
        resultat = ren_kopi.run(FOERSTE)
        assert failures(resultat)["port_oktober"] == "disken er full"
        assert materialized(resultat) == TIL_PORTEN - {"kontrollrapport/oktober"}
        assert ren_kopi.delivered() == utgitt

    def test_an_avgiver_without_files_shuts_the_gate(self, drift: Drift) -> None:
        drift.drop(FOERSTE)
        for fil in (drift.hjem / "inn").glob("*/*/waade/*"):
            fil.unlink()
        resultat = drift.run(FOERSTE)
        assert materialized(resultat) == TIL_PORTEN
        brudd = values(check(resultat, "leveranser/ssbelev", "port").metadata)
        assert "MOT-001" in {r["regel"] for r in brudd["per regel og fylke"]}


def derive_unjudged(drift: Drift) -> dg.ExecuteInProcessResult:
    """Derive both deliveries in a run that leaves the gate out."""
    noekler = [dg.AssetKey(["leveranser", n]) for n in ("ssbelev", "ssbelevfag")]
    valg = dg.AssetSelection.assets(*noekler).without_checks()
    alle = dg.Definitions.merge(defs, dg.Definitions(jobs=[dg.define_asset_job("uten_port", valg)]))
    return drift.run(FOERSTE, jobb=alle.resolve_job_def("uten_port"))


def test_a_backfill_run_twice_changes_nothing(ren_kopi: Drift) -> None:
    drift = ren_kopi
    drift.drop(ENDELIG)
    assert drift.run(ENDELIG).success
    utgitt, innlest = drift.delivered(), drift.count(innlesing)
    assert len(drift.published()) == 4
    for partisjon in (FOERSTE, ENDELIG):
        resultat = drift.run(partisjon)
        assert resultat.success
        assert metadata(resultat, "sentralbase/oktober")["nye innlesinger"] == 0
        assert metadata(resultat, "publisert/ssbelev")["ny"] is False
        # What would be the same is not made again, and the UI says so.
        assert "sentralbase/oktober" in str(metadata(resultat, "sentralbase/oktober")["uendret"])
    assert drift.delivered() == utgitt
    assert drift.count(innlesing) == innlest
    assert drift.count(dom) == 4


def test_a_backfill_that_runs_each_asset_on_its_own_comes_to_the_same(
    drift: Drift, ren: Ren
) -> None:
    drift.drop(FOERSTE)
    assert drift.run(FOERSTE, "innrapportering/oktober").success
    assert drift.run(FOERSTE, "sentralbase/oktober").success
    # A delivery is judged together with the other, which the first time is not there yet.
    foerst = drift.run(FOERSTE, "leveranser/ssbelev")
    assert failures(foerst) == {
        "port_oktober": "leveranser/ssbelevfag finnes ikke for denne partisjonen. "
        "Kjør steget før først: vigo kjoer oktober --skoleaar 2025-2026 --runde 1-levering"
    }
    assert drift.run(FOERSTE, "leveranser/ssbelevfag").success
    assert drift.run(FOERSTE, "leveranser/ssbelev").success
    for leveranse in ("ssbelev", "ssbelevfag"):
        assert drift.run(FOERSTE, f"publisert/{leveranse}").success
    assert drift.delivered() == ren[0].delivered()


def test_a_backfill_split_over_runs_does_not_walk_past_a_shut_gate(stengt_kopi: Drift) -> None:
    for noekkel in ("innrapportering/oktober", "sentralbase/oktober"):
        assert stengt_kopi.run(FOERSTE, noekkel).success
    for leveranse in ("ssbelev", "ssbelevfag"):
        stengt_kopi.run(FOERSTE, f"leveranser/{leveranse}")
        alene = failures(stengt_kopi.run(FOERSTE, f"publisert/{leveranse}"))
        assert "porten er stengt av STAT-003" in alene[f"publisert__{leveranse}"]
        assert not stengt_kopi.run(FOERSTE, f"endring/{leveranse}").success
    assert stengt_kopi.published() == []


def test_the_gate_of_the_final_round_asks_for_the_waiver_of_the_first_again(
    stengt: Ren, stengt_kopi: Drift, monkeypatch: pytest.MonkeyPatch
) -> None:
    drift = stengt_kopi
    for navn, verdi in drift.env.items():
        monkeypatch.setenv(navn, verdi)
    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(drift.env))
    leveranse = pipeline.register.leveranse("ssbelev")
    om_litt = date.today() + timedelta(days=30)
    unntak: dict[str, Any] = {"regel": "STAT-003", "gjelder_til": om_litt, "hvem": "Kari"}
    brudd = values(check(stengt[1], "leveranser/ssbelev", "port").metadata)["per regel og fylke"]
    for rad in (r for r in brudd if r["regel"] == "STAT-003"):
        unntak |= {"fylke": rad["fylke"], "maks_antall": rad["antall"]}
        give(pipeline, leveranse, FOERSTE, grunn="Fagene er på vei.", **unntak)
    pipeline.engine.dispose()
    foerste = drift.run(FOERSTE)
    assert foerste.success
    vist = values(check(foerste, "leveranser/ssbelev", "port").metadata)
    assert {u["grunn"] for u in vist["unntak"]} == {"Fagene er på vei."}
    drift.drop(ENDELIG, STENGER)
    endelig = drift.run(ENDELIG)
    assert not endelig.success
    vist = values(check(endelig, "leveranser/ssbelev", "port").metadata)
    assert "unntak" not in vist
    assert "var unntatt i 1-levering" in vist["unntak som ikke lenger gjelder"]
    assert "Gi unntaket på nytt" in vist["unntak som ikke lenger gjelder"]


class TestWhatAPersonIsTold:
    def test_a_run_without_a_partition(self, drift: Drift) -> None:
        feil = failures(drift.run(None))
        assert feil["innrapportering__oktober"].startswith("Velg skoleår og runde")

    def test_a_run_with_a_partition_of_something_else(self) -> None:
        fremmed = dg.MultiPartitionKey({"skoleaar": "2025-2026", "runde": "endelig"})
        with (
            dg.build_asset_context(partition_key=fremmed) as context,
            pytest.raises(dg.Failure, match="Velg skoleår og runde"),
        ):
            partition_of(context)

    def test_a_round_without_files(self, drift: Drift) -> None:
        resultat = drift.run(FOERSTE)
        assert "Legg filene i inn-mappa" in failures(resultat)["sentralbase__oktober"]

    def test_a_step_whose_input_is_missing(self, drift: Drift) -> None:
        resultat = drift.run(FOERSTE, "leveranser/ssbelev")
        assert "Kjør steget før først" in failures(resultat)["leveranser__ssbelev"]

    def test_an_unknown_error_by_kind_and_place(
        self, ren_kopi: Drift, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def stop(*_: object) -> None:
            raise KeyError("Nordmann Kari")

        monkeypatch.setattr(deliveries, "PUBLISH", dataclasses.replace(deliveries.PUBLISH, do=stop))
        [sagt] = {*failures(ren_kopi.run(FOERSTE)).values()}
        assert sagt.startswith("KeyError i resources.py:")
        assert "test_run.py" in sagt
        assert "Nordmann" not in sagt
