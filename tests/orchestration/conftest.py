"""A real Dagster instance with our settings, a real PostgreSQL, and a small synthetic skoleår."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.schedule_definition import ScheduleExecutionData
from dagster._core.definitions.sensor_definition import SensorExecutionData

from tests.conftest import drop_database
from tests.orchestration import lager
from vigo_pipeline.definitions import defs
from vigo_pipeline.engine.clock import TIME_ZONE
from vigo_pipeline.engine.database.server import sqlalchemy_url, temporary_database
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.orchestration.kanaler import Kanaler
from vigo_pipeline.orchestration.partitions import key_of
from vigo_pipeline.orchestration.resources import Vigo
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

ROOT = Path(__file__).parents[2]
FOERSTE = Partisjon("2025-2026", "1-levering")
ENDELIG = Partisjon("2025-2026", "endelig")
AVGIVERE = ("03", "waade")
HODE = re.compile(rb'"kjede": "[0-9a-f]{64}"')
# What dagster.yaml says of where a DAGSTER_HOME keeps its runs and events.
Lager = Callable[[Path], str]


@dataclass(frozen=True)
class Drift:
    """An installation with its Dagster instance. ``env``: what its processes have set."""

    hjem: Path
    dagster_home: Path
    database: str
    instance: dg.DagsterInstance
    env: Mapping[str, str]
    avgivere: tuple[str, ...] = AVGIVERE

    def drop(
        self,
        partisjon: Partisjon,
        feil: Mapping[str, int] | bool | None = None,
        samling: str = "oktober",
        andel: float = 0.003,
    ) -> None:
        """Drop a round's synthetic files."""
        generate(
            self.hjem,
            skoleaar=partisjon.aar,
            runde=partisjon.runde,
            seed=3,
            omfang=Omfang(andel=andel, avgivere=self.avgivere),
            samling=samling,
            feil=feil,
        )

    def run(
        self,
        partisjon: Partisjon | None,
        *noekler: str,
        jobb: dg.JobDefinition | None = None,
        config: Mapping[str, Any] | None = None,
        merker: Mapping[str, str] | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Run the job, or only these assets with the gate of theirs, for one partition."""
        valg = [dg.AssetKey(n.split("/")) for n in noekler] or None
        with pytest.MonkeyPatch.context() as patch:
            for navn, verdi in self.env.items():
                patch.setenv(navn, verdi)
            return (jobb or defs.resolve_job_def("oktober")).execute_in_process(
                instance=self.instance,
                partition_key=key_of(partisjon) if partisjon else None,
                asset_selection=valg,
                run_config=config,
                tags=dict(merker or {}),
                raise_on_error=False,
            )

    def count(self, tabell: sa.Table) -> int:
        engine = sa.create_engine(sqlalchemy_url(self.database))
        with engine.connect() as con:
            antall = con.execute(sa.select(sa.func.count()).select_from(tabell)).scalar_one()
        engine.dispose()
        return int(antall)

    def published(self) -> list[str]:
        """Return what has been published, by path."""
        manifester = (self.hjem / "leveranser").rglob("manifest.json")
        return sorted(str(m.parent.relative_to(self.hjem / "leveranser")) for m in manifester)

    def delivered(self) -> dict[str, bytes]:
        """Return every file of every delivery, without the ledger's head in the manifests.

        That is of the times at which things were done.
        """
        mappe = self.hjem / "leveranser"
        return {
            str(p.relative_to(mappe)): HODE.sub(b"", p.read_bytes()) for p in mappe.rglob("*.*")
        }


def _write_settings(dagster_home: Path, lager: Lager) -> None:
    felles = (ROOT / "dagster.yaml").read_text("utf-8")
    (dagster_home / "dagster.yaml").write_text(f"{felles}\n{lager(dagster_home)}", "utf-8")


@contextmanager
def _dagster(dagster_home: Path, mal: Path, valgt: Lager) -> Iterator[dg.DagsterInstance]:
    shutil.copytree(mal, dagster_home)
    _write_settings(dagster_home, valgt)
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        yield instance


@contextmanager
def _installed(mappe: Path, database: str, mal: Path, valgt: Lager) -> Iterator[Drift]:
    dagster_home = mappe / "dagster"
    env = {
        "VIGO_HOME": str(mappe / "vigo"),
        "VIGO_DATABASE_URL": database,
        "VIGO_AVGIVERE": ",".join(AVGIVERE),
        "VIGO_BRUKER": "Nattkjøringen",
        "DAGSTER_HOME": str(dagster_home),
        "DAGSTER_REDACT_USER_CODE_ERRORS": "1",
    }
    with _dagster(dagster_home, mal, valgt) as instance:
        yield Drift(mappe / "vigo", dagster_home, database, instance, env)


@contextmanager
def dagster_base(server: str, mappe: Path) -> Iterator[dict[str, str]]:
    """A database for Dagster and a DAGSTER_HOME as the image makes it; yields the environment."""
    mappe.mkdir()
    deler = [ROOT / "dagster.yaml", ROOT / "deploy" / "postgres.yaml"]
    (mappe / "dagster.yaml").write_text("".join(d.read_text("utf-8") for d in deler), "utf-8")
    with temporary_database(server, "dagster") as base:
        url = sa.make_url(base)
        yield {
            "DAGSTER_HOME": str(mappe),
            # No host name: the driver then takes the embedded server's socket from PGHOST.
            "PGHOST": str(url.query["host"]),
            "DAGSTER_PG_HOST": "",
            "DAGSTER_PG_PORT": "5432",
            "DAGSTER_PG_USER": str(url.username),
            "DAGSTER_PG_PASSWORD": "",
            "DAGSTER_PG_DB": str(url.database),
        }


# Of an installation that is to be copied, or of none.
Installer = Callable[..., AbstractContextManager[Drift]]


@pytest.fixture(scope="session")
def lagring() -> Lager:
    """Where Dagster keeps what happens; as it is by itself where that is what is tested."""
    return lager.settings


@pytest.fixture(scope="session")
def dagster_mal(lagring: Lager, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DAGSTER_HOME with empty databases: to make them takes longer than many a test."""
    mal: Path = tmp_path_factory.mktemp("dagster_mal")
    _write_settings(mal, lagring)
    with dg.DagsterInstance.from_config(str(mal)):
        return mal


@pytest.fixture
def instance(dagster_mal: Path, lagring: Lager, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster alone, in which nothing has happened."""
    with _dagster(tmp_path / "dagster", dagster_mal, lagring) as instance:
        yield instance


@pytest.fixture(scope="session")
def install(
    server: str,
    template: str,
    copy_database: Callable[[str], str],
    dagster_mal: Path,
    lagring: Lager,
    tmp_path_factory: pytest.TempPathFactory,
) -> Installer:
    """Return a way to make an installation: nothing has happened in it, or what has in another."""

    @contextmanager
    def make(av: Drift | None = None) -> Iterator[Drift]:
        url = copy_database(str(sa.make_url(av.database).database) if av else template)
        mappe = tmp_path_factory.mktemp("drift")
        if av:
            shutil.copytree(av.hjem, mappe / "vigo")
        with _installed(mappe, url, dagster_mal, lagring) as drift:
            yield drift
        drop_database(server, url)

    return make


@pytest.fixture
def drift(install: Installer) -> Iterator[Drift]:
    """An installation of the test's own."""
    with install() as drift:
        yield drift


@pytest.fixture(scope="session")
def ren(install: Installer) -> Iterator[tuple[Drift, dg.ExecuteInProcessResult]]:
    """A clean round that has been run; look at it, never change it."""
    with install() as drift:
        drift.drop(FOERSTE)
        yield drift, drift.run(FOERSTE)


def used(
    av: dg.ScheduleDefinition | dg.SensorDefinition,
) -> dict[str, dg.ConfigurableResource[Any]]:
    """Return the resources that something uses: most use none, and to make them takes longest."""
    alle: dict[str, dg.ConfigurableResource[Any]] = {"vigo": Vigo(), "kanaler": Kanaler()}
    return {navn: alle[navn] for navn in sorted(av.required_resource_keys)}


def tick(
    navn: str, dag: date, instance: dg.DagsterInstance, time: int = 6
) -> ScheduleExecutionData:
    """Evaluate a schedule as its daemon would at an hour of a day."""
    plan = defs.resolve_schedule_def(navn)
    with dg.build_schedule_context(
        instance=instance,
        scheduled_execution_time=datetime(
            dag.year, dag.month, dag.day, time, tzinfo=ZoneInfo(TIME_ZONE)
        ),
        repository_def=defs.get_repository_def(),
        resources=used(plan),
    ) as context:
        # Each context would open the instance anew, which takes longer than all the rest.
        context._instance = instance
        return plan.evaluate_tick(context)


def look(navn: str, peker: str | None, instance: dg.DagsterInstance) -> SensorExecutionData:
    """Evaluate a sensor as its daemon would, with the cursor that it had."""
    sensor = defs.resolve_sensor_def(navn)
    with dg.build_sensor_context(
        instance=instance,
        cursor=peker,
        resources=used(sensor),
        repository_def=defs.get_repository_def(),
    ) as context:
        context._instance = instance
        return sensor.evaluate_tick(context)


def metadata(resultat: dg.ExecuteInProcessResult, noekkel: str) -> dict[str, Any]:
    """Return an asset's metadata; a table as its rows."""
    [hendelse] = resultat.asset_materializations_for_node(noekkel.replace("/", "__"))
    return values(hendelse.metadata)


def values(verdier: Mapping[str, dg.MetadataValue[Any]]) -> dict[str, Any]:
    return {
        navn: [r.data for r in v.records] if isinstance(v, dg.TableMetadataValue) else v.value
        for navn, v in verdier.items()
    }


def check(resultat: dg.ExecuteInProcessResult, noekkel: str, navn: str) -> dg.AssetCheckEvaluation:
    """Return the one evaluation of an asset's check."""
    [sjekk] = [
        e
        for e in resultat.get_asset_check_evaluations()
        if (e.asset_key.to_user_string(), e.check_name) == (noekkel, navn)
    ]
    return sjekk


def failures(resultat: dg.ExecuteInProcessResult) -> dict[str, str]:
    """Return what each failed step says."""
    return {
        str(e.step_key): str(getattr(e.step_failure_data.user_failure_data, "description", ""))
        for e in resultat.all_events
        if e.is_step_failure
    }


def materialized(resultat: dg.ExecuteInProcessResult) -> set[str]:
    return {
        str(e.asset_key.to_user_string())
        for e in resultat.all_events
        if e.is_step_materialization and e.asset_key
    }
