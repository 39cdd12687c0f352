"""Every week the code lists are fetched, and what soon ends is told; nothing is taken in."""

import dataclasses
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import dagster as dg
import pytest

from tests.engine.kodeverk.basen import Basen, away_then_well, code_base
from tests.orchestration.conftest import FOERSTE, Drift, check, metadata, tick, values
from vigo_pipeline.contract import kodeverk
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.kodeverk import proposal, source
from vigo_pipeline.engine.kodeverk.read_table import tables
from vigo_pipeline.orchestration import kodeverk as orchestration
from vigo_pipeline.orchestration.kodeverk import KILDEN, VARER

DAG = date(2025, 11, 3)


@pytest.fixture
def basen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Basen]:
    # Nobody waits for what is away on purpose.
    uten_vent = partial(source.Source, grenser=source.Grenser(vent=()))
    monkeypatch.setattr(orchestration, "Source", uten_vent)
    with code_base() as basen:
        for tabell in tables():
            basen.tabeller[tabell.navn] = []
        basen.tabeller["courses"] = [
            {"code": r["kode"], "officialName": r["navn"], "validTo": None}
            for r in kodeverk.load("fag").to_pylist()
        ]
        yield basen
    kodeverk.lay_over({})


def fetched(drift: Drift, basen: Basen) -> dg.ExecuteInProcessResult:
    env = {**drift.env, "VIGO_KODEVERKSBASE": basen.adresse}
    resultat = dataclasses.replace(drift, env=env).run(
        None,
        jobb=defs.resolve_job_def("hent_kodeverk"),
        config={"ops": {"kodeverk": {"config": {"dag": DAG.isoformat()}}}},
    )
    assert resultat.success
    return resultat


def test_the_checks_tell_what_soon_ends_and_what_did_not_come(drift: Drift, basen: Basen) -> None:
    drift.drop(FOERSTE)
    drift.run(FOERSTE, "innrapportering/oktober", "sentralbase/oktober")
    foer = kodeverk.version()
    for post in basen.tabeller["courses"]:
        post["validTo"] = "2025-12-31" if post["code"].startswith("NOR") else None
    resultat = fetched(drift, basen)
    kilden, varer = (check(resultat, "kodeverk", navn) for navn in (KILDEN, VARER))
    # Every table but one is empty here, and is told.
    assert not kilden.passed
    assert "Listene som gjelder, er ikke endret." in str(kilden.description)
    assert {r["hva"].split(":")[0] for r in values(kilden.metadata)["hva"]} == {
        t.liste for t in tables()
    } - {"fag"}
    koder = values(varer.metadata)["koder"]
    assert not varer.passed
    assert {r["liste"] for r in koder} == {"fag"}
    assert all(r["kode"].startswith("NOR") and r["slutter"] == "2025-12-31" for r in koder)
    [fag] = [r for r in metadata(resultat, "kodeverk")["forslag"] if r["liste"] == "fag"]
    assert fag["endret"] + fag["avsluttes"] > 0
    assert kodeverk.version() == foer

    proposal.take_in(Path(drift.hjem), ["fag"], hvem="Kari", dag=DAG)
    assert kodeverk.version() != foer
    basen.svar["courses"] = away_then_well(99)
    etter = fetched(drift, basen)
    assert {r["sier"] for r in values(check(etter, "kodeverk", VARER).metadata)["koder"]} == {
        "lista som gjelder"
    }


def test_it_is_asked_for_on_mondays(drift: Drift) -> None:
    assert tick("kodeverk_hver_uke", DAG, drift.instance, time=4).run_requests
    plan = defs.resolve_schedule_def("kodeverk_hver_uke")
    assert (plan.cron_schedule, plan.execution_timezone) == ("0 4 * * 1", "Europe/Oslo")
