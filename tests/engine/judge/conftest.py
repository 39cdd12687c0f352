"""The gate's own tests ask Great Expectations every time."""

import pytest

from vigo_pipeline.engine.judge import suite, verdict


@pytest.fixture(autouse=True)
def asked_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "validate", suite.validate)
