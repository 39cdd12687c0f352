"""What is known of open errors is what vigo wrote, or it is told, also after the next run."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from vigo_pipeline.engine.database.server import connect
from vigo_pipeline.engine.ledger import finding_sums
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.reports.kontrollrapport.known_errors import close, known, open_

RUNDE = Partisjon("2025-2026", "1-levering")
FUNN = [Funn("oktober", "03", f"KAR-00{n}", "FEIL", "03018", "17912099997") for n in (1, 2)]


@pytest.fixture
def base(database: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """A Sentralbase that knows two errors, one of them put right."""
    engine = connect(Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database))
    follow(engine, FUNN)
    with engine.begin() as con, finding_sums.kept(con, "oktober", RUNDE.skoleaar):
        close(con, [known(con, "oktober", RUNDE.skoleaar)[0].nr], "endelig", date(2025, 11, 6))
    yield engine
    engine.dispose()


def follow(engine: sa.Engine, nye: list[Funn]) -> None:
    with engine.begin() as con, finding_sums.kept(con, "oktober", RUNDE.skoleaar):
        open_(con, "oktober", RUNDE, nye, date(2025, 10, 6))


def told(engine: sa.Engine) -> list[str]:
    with engine.connect() as con:
        return list(finding_sums.changed(con))


def test_errors_that_the_ledger_has_no_sum_of_are_told(base: sa.Engine) -> None:
    with base.begin() as con:
        assert list(finding_sums.unknown(con)) == []
        open_(con, "juni", RUNDE, FUNN, date(2025, 10, 6))
        [sagt] = finding_sums.unknown(con)
    assert "juni 2025-2026" in sagt


@pytest.mark.parametrize(
    "sql",
    [
        "update sentralbase.funn set lukket_runde = 'endelig' where lukket_runde is null",
        "update sentralbase.funn set foerst_dag = '2024-10-06'",
        "delete from sentralbase.funn where lukket_runde is not null",
        "delete from sentralbase.funn",
        "update sentralbase.funn set skoleaar = '2024-2025'",
    ],
)
def test_what_is_changed_beside_vigo_is_told_for_good(base: sa.Engine, sql: str) -> None:
    assert told(base) == []
    with base.begin() as con:
        con.exec_driver_sql(sql)
    [naa] = told(base)
    follow(base, [])
    [siden] = told(base)
    assert "er ikke som vigo skrev dem" in naa
    assert "var ikke som vigo skrev dem" in siden
    assert FUNN[0].fnr not in naa + siden
