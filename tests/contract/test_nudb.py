"""SSB's contract is read without what SSB's own package brings to read code lists."""

import subprocess
import sys

import pytest

LES = """
import sys
{foerst}
from vigo_pipeline.contract.nudb import KLIENT, as_toml, installed
print(as_toml(installed()))
print(KLIENT in sys.modules, "IPython" in sys.modules, "pandas" in sys.modules, file=sys.stderr)
import klass
print(klass.KlassClassification.__module__.partition(".")[0], file=sys.stderr)
"""


def read(foerst: str) -> tuple[str, list[str]]:
    """Return the contract as a process of its own reads it, and what it has loaded."""
    svar = subprocess.run(  # noqa: S603  # a process of ours
        [sys.executable, "-W", "ignore", "-c", LES.format(foerst=foerst)],
        capture_output=True,
        text=True,
        check=True,
    )
    return svar.stdout, svar.stderr.split()


@pytest.mark.slow
def test_the_contract_is_the_same_without_the_client() -> None:
    (med, lastet_med), (uten, lastet) = read("import klass"), read("")
    assert len(uten) > 10_000
    assert uten == med
    assert lastet == ["False", "False", "False", "klass"], "the client itself is left as it is"
    assert lastet_med[0] == "True"
