"""What is put off is the very module, read in once when somebody asks for something of it."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from vigo_pipeline.engine.judge.suite import SELDEN

PROV = """
import sys
from concurrent.futures import ThreadPoolExecutor
from vigo_pipeline.engine.when_used import put_off
put_off("colorsys", "scipy.stats", "finnes_ikke")
try:
    import finnes_ikke
except ModuleNotFoundError:
    assert "finnes_ikke" not in sys.modules
import colorsys
import colorsys
assert colorsys.__spec__.name == "colorsys"
assert not {"ONE_THIRD", "rgb_to_hls"} & vars(colorsys).keys(), "read in already"
with ThreadPoolExecutor(4) as pool:
    assert len(set(pool.map(lambda _: colorsys.rgb_to_hls, range(4)))) == 1
assert {"ONE_THIRD", "rgb_to_hls"} <= vars(colorsys).keys()
try:
    colorsys.finnes_ikke
except AttributeError as feil:
    assert "colorsys" in str(feil)
put_off("colorsys")
assert sys.modules["colorsys"] is colorsys
import great_expectations
from scipy import stats
assert "scipy.optimize" not in sys.modules, "Great Expectations uses it when it is imported"
assert stats.norm.cdf(0) == 0.5 and stats is sys.modules["scipy.stats"]
"""


@pytest.mark.slow(6)
def test_a_module_is_read_in_when_it_is_used_and_not_before() -> None:
    svar = subprocess.run(  # noqa: S603 -- this program, with the text above
        [sys.executable, "-c", PROV], capture_output=True, text=True, check=False
    )
    assert svar.returncode == 0, svar.stderr


@pytest.mark.parametrize("navn", SELDEN)
def test_what_is_put_off_is_there(navn: str) -> None:
    assert find_spec(navn), f"Great Expectations no longer brings {navn}. Take it out of SELDEN."
