"""Synthetic files big enough that a load can be interrupted."""

from pathlib import Path

import pytest

from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.receive.receive import receive
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang

AVGIVERE = ("03", "46")


@pytest.fixture(scope="session")
def mottatt(tmp_path_factory: pytest.TempPathFactory, register: Register) -> Path:
    """A folder in which two avgivere's files for both rounds have been read."""
    hjem = tmp_path_factory.mktemp("mottatt")
    oppsett = Innstillinger(hjem=hjem, inn=hjem)
    omfang = Omfang(andel=0.08, avgivere=AVGIVERE, fil="fylke")
    for runde in (FOERSTE, ENDELIG):
        generate(hjem, skoleaar=Skoleaar(2025), runde=runde.runde, seed=1, omfang=omfang)
        for avgiver in AVGIVERE:
            receive(register.innsamlinger["oktober"], (), runde, avgiver, oppsett)
    return hjem
