"""A whole skoleår in one run, and the command line's rounds, are seen as each asset's own runs."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from tests.orchestration.conftest import (
    ENDELIG,
    FOERSTE,
    Drift,
    Installer,
    failures,
    values,
)
from vigo_pipeline.cli.meldt import dagster_home
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.orchestration.uten_kjoering import UnusableDagsterHome, opened, telling
from vigo_pipeline.run import RECEIVE, run_flow

pytestmark = pytest.mark.slow

Aaret = tuple[Drift, dg.ExecuteInProcessResult]
# Of the run that made it: what was new the first time.
FOERSTE_GANG = {"nye innlesinger", "endringer", "ny", "dommen"}


@pytest.fixture(scope="module")
def aaret(install: Installer) -> Iterator[Aaret]:
    """A skoleår in which two rounds have come, and the gate of the first is shut."""
    with install() as drift, pytest.MonkeyPatch.context() as patch:
        for navn, verdi in drift.env.items():
            patch.setenv(navn, verdi)
        drift.drop(FOERSTE, {"FAG-002": 2})
        drift.drop(ENDELIG)
        yield (
            drift,
            defs.resolve_job_def("skoleaaret").execute_in_process(
                instance=drift.instance, partition_key="2025-2026", raise_on_error=False
            ),
        )


def seen(drift: Drift) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the UI shows of the first round: the latest of each asset and of its gate."""
    ut = {}
    for noekkel in defs.resolve_asset_graph().get_all_asset_keys():
        poster = drift.instance.fetch_materializations(
            dg.AssetRecordsFilter(noekkel, asset_partitions=[key_of(FOERSTE)]), limit=1
        ).records
        for post in poster:
            vist = post.asset_materialization
            assert vist
            ut[noekkel.to_user_string(), ""] = values(vist.metadata)
    return {n: {k: v for k, v in m.items() if k not in FOERSTE_GANG} for n, m in ut.items()}


def test_every_round_that_has_come_is_run_in_order_past_a_shut_gate(aaret: Aaret) -> None:
    drift, resultat = aaret
    gjort = [
        (str(e.partition), str(e.asset_key and e.asset_key.to_user_string()))
        for e in resultat.all_events
        if e.is_step_materialization
    ]
    runder = [p for p, _ in gjort]
    assert runder == sorted(runder), "the first round first, and all of it"
    assert {a for p, a in gjort if p == key_of(ENDELIG)} >= {
        "publisert/ssbelev",
        "publisert/ssbelevfag",
        "kontrollrapport/oktober",
    }
    assert not {a.split("/")[0] for _, a in gjort} & {"godkjent", "sendt"}
    assert all("endelig" in navn for navn in drift.published())
    [sagt] = failures(resultat).values()
    assert "oktober 1-levering: ssbelev, ssbelevfag" in sagt


def test_the_gate_of_each_round_is_told_of(aaret: Aaret) -> None:
    porter = {
        (str(e.partition), e.passed)
        for e in aaret[1].get_asset_check_evaluations()
        if (e.check_name, e.asset_key.path[-1]) == ("port", "ssbelev")
    }
    assert porter == {(key_of(FOERSTE), False), (key_of(ENDELIG), True)}


def test_the_command_line_and_an_assets_own_run_tell_the_same(aaret: Aaret) -> None:
    drift, _ = aaret
    assert not drift.run(FOERSTE).success
    egne = seen(drift)
    assert {"leveranser/ssbelev", "sentralbase/oktober"} <= {n for n, _ in egne}
    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(drift.env))
    foer = drift.instance.get_runs_count()
    with telling(pipeline, drift.dagster_home) as meld:
        run_flow(pipeline, "oktober", FOERSTE, meld("oktober", FOERSTE))
    pipeline.engine.dispose()
    assert seen(drift) == egne
    assert drift.instance.get_runs_count() == foer
    [siste] = drift.instance.fetch_materializations(
        dg.AssetRecordsFilter(dg.AssetKey(["leveranser", "ssbelev"])), limit=1
    ).records
    assert not siste.event_log_entry.run_id


@pytest.mark.parametrize("mappe", ["/finnes/ikke", "ikke/hele/stien"])
def test_a_home_of_dagster_that_is_not_there_is_told_before_anything_is_run(
    mappe: str, register: Register, drift: Drift
) -> None:
    pipeline = Pipeline(register, Innstillinger.from_env(drift.env))
    with pytest.raises(UnusableDagsterHome), telling(pipeline, Path(mappe)):
        pass


JUNK = b"no database, " * 400


@pytest.mark.parametrize(
    ("fil", "innhold"),
    [
        ("history/runs.db", JUNK),
        ("dagster.yaml", b"telemetry: [\n"),
        ("dagster.yaml", b"telemetri: {}\n"),
    ],
)
def test_a_home_of_dagster_that_cannot_be_opened_is_told_in_words(
    fil: str, innhold: bytes, register: Register, drift: Drift, tmp_path: Path
) -> None:
    pipeline = Pipeline(register, Innstillinger.from_env(drift.env))
    (tmp_path / fil).parent.mkdir(exist_ok=True)
    (tmp_path / fil).write_bytes(innhold)
    with (
        pytest.raises(UnusableDagsterHome, match="og kjør det samme på nytt"),
        telling(pipeline, tmp_path),
    ):
        pass


@pytest.mark.fault("together", "around")
def test_those_who_make_a_home_of_dagster_at_once_leave_one_that_opens(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as alle:
        for instans in list(alle.map(opened, [tmp_path] * 4)):
            instans.dispose()
    assert len(versions(tmp_path)) == 1
    opened(tmp_path).dispose()


def test_a_home_of_dagster_with_two_versions_is_told_in_words(
    register: Register, drift: Drift, tmp_path: Path
) -> None:
    opened(tmp_path).dispose()
    assert len(versions(tmp_path, "insert into alembic_version values ('5771160a95ad')")) == 2
    pipeline = Pipeline(register, Innstillinger.from_env(drift.env))
    with pytest.raises(UnusableDagsterHome, match="flytt mappa bort"), telling(pipeline, tmp_path):
        pass


def versions(mappe: Path, *setninger: str) -> list[tuple[str]]:
    """Return what Dagster's database of runs says that it is, after some statements."""
    with closing(sqlite3.connect(mappe / "history" / "runs.db")) as con, con:
        for setning in setninger:
            con.execute(setning)
        return con.execute("select version_num from alembic_version").fetchall()


def test_a_home_of_dagster_that_can_no_longer_be_written_is_told_in_words(
    register: Register, drift: Drift, tmp_path: Path
) -> None:
    pipeline = Pipeline(register, Innstillinger.from_env(drift.env))
    with telling(pipeline, tmp_path) as meld:
        for base in tmp_path.rglob("index.db*"):
            base.write_bytes(JUNK)
        with pytest.raises(UnusableDagsterHome, match="kan ikke brukes"):
            meld("oktober", FOERSTE)(RECEIVE, register.innsamlinger["oktober"], [])


def test_a_home_has_a_dagster_of_its_own_unless_another_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    egen = tmp_path / "dagster"
    egen.mkdir()
    assert dagster_home(tmp_path) is None, "nobody has made it"
    (egen / "dagster.yaml").touch()
    assert dagster_home(tmp_path) == egen
    monkeypatch.setenv("DAGSTER_HOME", "/srv/dagster")
    assert dagster_home(tmp_path) == Path("/srv/dagster")
