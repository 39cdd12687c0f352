"""A school's file with mistakes that somebody may make, and what its check comes to."""

from pathlib import Path

import pytest

from tests.skolefil import content, elev, fag, kurs, persons, tof
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.sjekk.check import Kontrollert, check
from vigo_pipeline.sjekk.innsendt import from_bytes

ANNA, BO, EVA = persons(3)
RETT = content(
    tof(skolenr="03018"),
    *(x for p in (ANNA, BO) for x in (elev(p), kurs(p), fag(p))),
)
# A date that is none, a fag that does not exist, and somebody who left before they came.
FEIL = content(
    tof(skolenr="03018"),
    elev(ANNA),
    kurs(ANNA, startdato="20251301"),
    fag(ANNA, fagkode="QQQ9999"),
    elev(BO),
    kurs(BO, startdato="20250818", avbruddsdato="20250801"),
    fag(BO),
)
OPPSETT = Innstillinger(hjem=Path(), inn=Path())


@pytest.fixture(scope="session")
def register() -> Register:
    return Register.installed()


@pytest.fixture(scope="session")
def funnet(register: Register) -> list[Kontrollert]:
    return check(register, OPPSETT, from_bytes({"skole.txt": FEIL}))
