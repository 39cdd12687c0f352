"""A command that is run in this process must not decide what the other tests may import."""

import pytest

from vigo_pipeline.cli import sjekk_filer
from vigo_pipeline.sjekk import lett


@pytest.fixture(autouse=True)
def all_can_be_read_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for modul in (lett, sjekk_filer):
        monkeypatch.setattr(modul, "start", lambda **_: None)
