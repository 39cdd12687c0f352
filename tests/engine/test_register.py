"""The specs of one command are those that stood there when it began."""

import shutil
from pathlib import Path

import pytest

from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.engine import register as module
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.run import run_flow

ROT = Path(__file__).parents[2]
# What the steps of a round read: rules and what they share, a query, and what it is made of.
HALVT = (
    "expectations/innrapportering/oktober.toml",
    "expectations/sentralbase/oktober.toml",
    "expectations/leveranser/ssbelev.toml",
    "expectations/felles/*.toml",
    "expectations/uten_regel.toml",
    "assets/leveranser/ssbelev.sql",
    "assets/leveranser/avledet/*.sql",
    "assets/leveranser/avledet/*.toml",
    "assets/rapporter/*.sql",
)

NY = """
[[regel]]
id = "NYYY-001"
tittel = "Ingenting er galt."
galt = "ingenting"
alvor = "INFO"
eier = "skole"
bryter = { ssbelev = "false" }
rett = "Ingenting."
kilde = "oss"
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a copy of the specs is installed."""
    for mappe in ("assets", "expectations"):
        shutil.copytree(ROT / mappe, tmp_path / "specs" / mappe)
    monkeypatch.setattr(module, "files", lambda navn: tmp_path / "specs" / navn)
    return tmp_path / "specs"


def half_write(rot: Path) -> None:
    """Let every file be as an editor leaves it that has written half of a line."""
    for moenster in HALVT:
        for fil in rot.glob(moenster):
            fil.write_text('[[regel]]\nid = "HALV-0', "utf-8")


def test_a_rule_added_since_is_for_the_next_command(installed: Path) -> None:
    register = Register.installed()
    suite = installed / "expectations" / "leveranser" / "ssbelev.toml"
    foer = register.regler("leveranser", "ssbelev", "2025-2026")
    with suite.open("a", encoding="utf-8") as ut:
        ut.write(NY)
    assert register.regler("leveranser", "ssbelev", "2025-2026") == foer
    naa = Register.installed().regler("leveranser", "ssbelev", "2025-2026")
    assert {r.id for r in naa} - {r.id for r in foer} == {"NYYY-001"}


@pytest.mark.slow(60)
def test_what_is_half_written_meanwhile_stops_no_later_round(
    installed: Path, pipeline: Pipeline
) -> None:
    egen = Pipeline(Register.installed(), pipeline.oppsett)
    foer = run_flow(egen, "oktober", FOERSTE)
    half_write(installed)
    egen.alt = True
    assert run_flow(egen, "oktober", ENDELIG).exit_code == 0
    etter = run_flow(egen, "oktober", FOERSTE)
    assert [u.dom.regelsett for u in foer.utfall] == [u.dom.regelsett for u in etter.utfall]
    egen.engine.dispose()
    with pytest.raises(WrongSpec):
        Register.installed().suiter()
