"""What holds for every test. The network is closed in pyproject.toml, for the doctests too."""

import os

from hypothesis import settings

settings.register_profile("deterministic", derandomize=True, deadline=None)


def pytest_configure() -> None:
    settings.load_profile("deterministic")
    # A developer's own Sentralbase or Dagster must never be what the tests write to.
    for name in [n for n in os.environ if n.startswith(("VIGO_", "DAGSTER_"))]:
        del os.environ[name]
