"""A real Dagster instance with our settings, a real PostgreSQL, and a small synthetic skoleår."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest

from vigo_pipeline.definitions import defs
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.syntetisk.generator import generate
from vigo_pipeline.engine.syntetisk.omfang import Omfang
from vigo_pipeline.orchestration.partitions import key_of

ROOT = Path(__file__).parents[2]
FOERSTE = Partisjon("2025-2026", "1-levering")
ENDELIG = Partisjon("2025-2026", "endelig")


@dataclass(frozen=True)
class Drift:
    """An installation with its Dagster instance."""

    hjem: Path
    dagster_home: Path
    instance: dg.DagsterInstance

    def drop(self, partisjon: Partisjon, feil: Mapping[str, int] | None = None) -> None:
        """Drop a round's synthetic files."""
        generate(
            self.hjem,
            skoleaar=Skoleaar.parse(partisjon.skoleaar),
            runde=partisjon.runde,
            seed=3,
            omfang=Omfang(andel=0.003, avgivere=("03", "waade")),
            feil=feil,
        )

    def run(self, partisjon: Partisjon, *noekler: str) -> dg.ExecuteInProcessResult:
        """Run the job, or only these assets, for one partition."""
        valg = [dg.AssetKey(n.split("/")) for n in noekler] or None
        return defs.resolve_job_def("ssbelev").execute_in_process(
            instance=self.instance,
            partition_key=key_of(partisjon),
            asset_selection=valg,
            raise_on_error=False,
        )

    def published(self) -> list[str]:
        """Return what has been published, by path."""
        manifester = (self.hjem / "leveranser").rglob("manifest.json")
        return sorted(str(m.parent.relative_to(self.hjem / "leveranser")) for m in manifester)


@pytest.fixture
def drift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Drift]:
    dagster_home, hjem = tmp_path / "dagster", tmp_path / "vigo"
    dagster_home.mkdir()
    shutil.copy(ROOT / "dagster.yaml", dagster_home)
    monkeypatch.setenv("VIGO_HOME", str(hjem))
    monkeypatch.setenv("VIGO_AVGIVERE", "03,waade")
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    monkeypatch.setenv("DAGSTER_REDACT_USER_CODE_ERRORS", "1")
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        yield Drift(hjem, dagster_home, instance)
