"""A run begins only when what it goes by holds together: else it is refused, before any step."""

import shutil
from pathlib import Path

import pytest

from tests.howto import settings
from vigo_pipeline.cli.kjoering import aaret, kjoer
from vigo_pipeline.engine.ledger import outputs
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.specs import whole
from vigo_pipeline.specs.whole import SpecsBroken, demand_whole

pytestmark = pytest.mark.slow(3)

ROOT = Path(__file__).parents[2]
SQL, TOML = "assets/leveranser/ssbelevfag.sql", "assets/leveranser/soekerskole.toml"


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is installed, in its place."""
    root = tmp_path / "specs"
    for folder in ("assets", "expectations"):
        shutil.copytree(ROOT / folder, root / folder)
    monkeypatch.setattr(whole, "installed", lambda: (root / "assets", root / "expectations"))
    return root


def spoil(root: Path, file: str, was: str, now: str) -> None:
    text = (root / file).read_text("utf-8")
    assert was in text
    (root / file).write_text(text.replace(was, now, 1), "utf-8")


def test_a_query_of_another_flow_stops_nothing_and_one_of_its_own_is_told_by_place(
    specs: Path,
) -> None:
    spoil(specs, SQL, "select", "selct")
    demand_whole(["juni"])
    with pytest.raises(SpecsBroken) as feil:
        demand_whole(["juni", "oktober"])
    antall, sted, *_, raad = str(feil.value).splitlines()
    assert antall.startswith("1 feil") and "Ingenting er kjørt" in antall
    assert sted.startswith(f"{SQL}:")
    assert "vigo valider" in raad


def test_a_spec_that_cannot_be_read_stops_every_run_before_there_is_a_home(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(specs, TOML, "mottakere =", "motakere =")
    monkeypatch.setenv("VIGO_HOME", str(tmp_path / "hjem"))
    with pytest.raises(SpecsBroken, match=rf"{TOML}:\d+: motakere: .*Mente du «mottakere»"):
        aaret(["2025-2026"])
    with pytest.raises(SpecsBroken, match="motakere"):
        kjoer("oktober", "2025-2026", "1-levering")
    assert not (tmp_path / "hjem").exists()


def test_a_year_with_a_query_that_cannot_run_is_not_begun(
    specs: Path, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    for navn, verdi in settings(pipeline.oppsett).items():
        monkeypatch.setenv(navn, verdi)
    foer = outputs.everything(pipeline.engine)
    spoil(specs, SQL, "select", "selct")
    with pytest.raises(SpecsBroken, match=f"{SQL}:"):
        aaret(["2025-2026"])
    assert outputs.everything(pipeline.engine) == foer
