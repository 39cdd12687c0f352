"""Two processes that load at once: numbers are serial, nothing is lost, nothing is loaded twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.engine.load.lasting import Lasting
from tests.sentral import FOERSTE, Sentral
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger


@pytest.fixture
def stor(database: str, mottatt: Path, register: Register) -> Iterator[Sentral]:
    oppsett = Innstillinger(hjem=mottatt, inn=mottatt, database_url=database)
    engine = sa.create_engine(sqlalchemy_url(database))
    yield Sentral(engine, oppsett, register.innsamlinger["oktober"])
    engine.dispose()


def load_at_once(sentral: Sentral, *avgivere: str) -> list[object]:
    lastinger = [Lasting.ready(sentral.samling, FOERSTE, a, sentral.oppsett) for a in avgivere]
    for lasting in lastinger:
        lasting.go()
    return [lasting.answer() for lasting in lastinger]


@pytest.mark.fault("together", "load")
def test_two_avgivere_at_once_are_loaded_one_after_the_other(stor: Sentral) -> None:
    svar = load_at_once(stor, "03", "46")
    assert sorted(svar, key=str) == [(1,), (2,)]
    assert [i.nr for i in stor.ledger()] == [1, 2]
    foerst = stor.ledger()[0].avgiver
    # The first number is a watermark: the other's rows are not seen below it.
    assert {r[-1] for r in stor.rows("elevkurs", vannmerke=1)} == {foerst}
    assert {r[-1] for r in stor.rows("elevkurs")} == {"03", "46"}


@pytest.mark.fault("together", "load")
def test_the_same_avgiver_twice_at_once_is_loaded_once(stor: Sentral) -> None:
    svar = load_at_once(stor, "03", "03")
    assert sorted(svar, key=str) == [(), (1,)]
    assert len(stor.ledger()) == 1
    (innlesing,) = stor.ledger()
    assert len(stor.rows("elevkurs")) == innlesing.regnskap["elevkurs"]
