"""What Great Expectations says is asked every time where it is what the tests are about."""

import pytest

from vigo_pipeline.engine.judge import suite, verdict


@pytest.fixture
def asked_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "validate", suite.validate)
