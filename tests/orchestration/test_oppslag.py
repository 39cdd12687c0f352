"""The figures of OT and the list of programområdekoder, made in Dagster."""

import dataclasses

import dagster as dg
import pytest

from tests.kanarifugl import files, leaks, persons
from tests.orchestration.conftest import Drift, metadata, values
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.csv_file import rows
from vigo_pipeline.engine.store import Partisjon

NOVEMBER = Partisjon("2025-2026", "november")


def test_figures_come_with_the_delivery_and_codes_with_the_sentralbase(
    drift: Drift, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = {**drift.env, "VIGO_AVGIVERE": "46"}
    fylke = dataclasses.replace(drift, avgivere=("46",), env=env)
    fylke.drop(NOVEMBER, samling="ot", andel=0.05)
    resultat = fylke.run(NOVEMBER, jobb=defs.resolve_job_def("ot"))
    assert resultat.success
    landet = {r["hva"]: r for r in metadata(resultat, "tall/otdata")["landet"]}
    assert int(landet["i målgruppen"]["antall"]) > 5
    fil = fylke.hjem / "rapporter" / "ot_tall" / "2025-2026" / "november" / "tall.csv"
    skrevet = list(rows(fil.read_text("utf-8-sig").splitlines()))
    assert {r["hva"] for r in skrevet if r["fylke"] == "landet"} == set(landet)

    for navn, verdi in env.items():
        monkeypatch.setenv(navn, verdi)
    noekkel = dg.AssetKey(["sjekklister", "programomraader"])
    listet = dg.materialize(
        [defs.get_assets_def(noekkel)],
        instance=drift.instance,
        partition_key="2025-2026",
        resources=defs.resources,
    )
    [gjort] = listet.asset_materializations_for_node("sjekklister__programomraader")
    funn = {r["funn"]: r["koder"] for r in values(gjort.metadata)["funn"]}
    # One small fylke uses few of the codes, and only valid ones.
    assert funn["ubrukt"] > 100
    assert funn["ukjent"] == 0
    assert leaks(persons(fylke.hjem), [*files(fylke.hjem), *files(fylke.dagster_home)]) == []
