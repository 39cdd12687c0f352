"""A backup is taken every night, or the run says what is not set."""

import dataclasses
from pathlib import Path

import dagster as dg
import pytest

from tests.engine.send.mottakeren import make_key
from tests.orchestration.conftest import Drift, failures
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.backup.copy import Kopi
from vigo_pipeline.orchestration.sikring import SJEKK

JOBB, PROEVE = (defs.resolve_job_def(n) for n in ("ta_sikkerhetskopi", "proev_sikkerhetskopi"))


@pytest.fixture
def kopier(drift: Drift, tmp_path: Path) -> tuple[Drift, Path]:
    """An installation that has said where its backups go, and where that is."""
    par, mappe = make_key(tmp_path, "drift"), tmp_path / "kopier"
    valg = {
        "VIGO_KOPI": str(mappe),
        "VIGO_KOPI_NOEKKEL": str(par.offentlig),
        "VIGO_KOPI_FINGERAVTRYKK": par.fingeravtrykk,
    }
    return dataclasses.replace(drift, env={**drift.env, **valg}), mappe


def test_each_gets_a_folder_of_its_own(kopier: tuple[Drift, Path]) -> None:
    drift, mappe = kopier
    for antall in (1, 2):
        assert drift.run(None, jobb=JOBB).success
        alle = sorted(mappe.iterdir())
        assert len(alle) == antall
    assert alle[1].name == f"{alle[0].name}-2"
    assert Kopi.read(alle[1]).stykker
    sett = drift.instance.get_latest_materialization_event(dg.AssetKey(["sikkerhetskopi"]))
    assert sett is not None
    assert sett.asset_materialization is not None
    assert str(alle[1]) in str(sett.asset_materialization.metadata["mappe"].value)


def test_the_newest_is_restored_and_told_as_a_check(kopier: tuple[Drift, Path]) -> None:
    drift, mappe = kopier
    [uten] = drift.run(None, jobb=PROEVE).get_asset_check_evaluations()
    assert (uten.passed, uten.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "VIGO_KOPI_PRIVAT_NOEKKEL" in str(uten.description)
    assert drift.run(None, jobb=JOBB).success
    privat = {"VIGO_KOPI_PRIVAT_NOEKKEL": str(mappe.parent / "drift.key")}
    med = dataclasses.replace(drift, env={**drift.env, **privat})
    [proevd] = med.run(None, jobb=PROEVE).get_asset_check_evaluations()
    assert (proevd.check_name, proevd.passed) == (SJEKK, True)
    assert proevd.metadata["sekunder"].value
    plan = defs.resolve_schedule_def("sikkerhetskopi_proeves_hver_uke")
    assert (plan.job_name, plan.default_status) == (PROEVE.name, dg.DefaultScheduleStatus.STOPPED)


@pytest.mark.parametrize("mangler", ["VIGO_KOPI", "VIGO_KOPI_NOEKKEL", "VIGO_KOPI_FINGERAVTRYKK"])
def test_what_is_not_set_is_told(kopier: tuple[Drift, Path], mangler: str) -> None:
    drift, mappe = kopier
    uten = {n: v for n, v in drift.env.items() if n != mangler}
    [sagt] = failures(dataclasses.replace(drift, env=uten).run(None, jobb=JOBB)).values()
    assert mangler in sagt
    assert not mappe.exists()


def test_it_is_asked_for_every_night() -> None:
    plan = defs.resolve_schedule_def("sikkerhetskopi_hver_natt")
    assert (plan.job_name, plan.default_status) == (JOBB.name, dg.DefaultScheduleStatus.STOPPED)
