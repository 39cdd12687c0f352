"""A row that is changed beside the application is told, whoever reads its columns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import drop_database
from tests.engine.load.test_history import open_base
from tests.sentral import ENDELIG, Sentral
from tests.skolefil import Skole, persons
from vigo_pipeline.engine.ledger import row_sums
from vigo_pipeline.engine.register import Register

PERSONER = persons(4)


@pytest.fixture(scope="module")
def lastet_mal(
    template: str,
    copy_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    register: Register,
) -> str:
    """A Sentralbase of two rounds: somebody has moved, and somebody is gone, in the second."""
    flyttet = {PERSONER[0]: {"gateadresse": "Vei 2"}}
    igjen = Skole({n: {} for n in PERSONER[:3]} | flyttet, fildato="20251120")
    url = copy_database(template)
    with open_base(url, tmp_path_factory.mktemp("lastet"), register) as sentral:
        sentral.load(Skole({n: {} for n in PERSONER}).to_bytes())
        sentral.load(igjen.to_bytes(), runde=ENDELIG)
    return str(sa.make_url(url).database)


@pytest.fixture
def lastet(
    server: str,
    lastet_mal: str,
    copy_database: Callable[[str], str],
    tmp_path: Path,
    register: Register,
) -> Iterator[Sentral]:
    """A copy of it, to be changed at will."""
    url = copy_database(lastet_mal)
    with open_base(url, tmp_path, register) as sentral:
        yield sentral
    drop_database(server, url)


def told(sentral: Sentral) -> list[str]:
    with sentral.engine.connect() as con:
        return list(row_sums.changed(con))


@pytest.mark.parametrize(
    "sql",
    [
        "update sentralbase.elev set gateadresse = 'Vei 9' where gateadresse = 'Vei 2'",
        "update sentralbase.elev set gateadresse = 'Vei 9' where avsluttet_av is not null",
        "update sentralbase.elevkurs set avsluttet_av = null",
        "update sentralbase.elevkurs set avgiver = '46' where avsluttet_av is null",
        "delete from sentralbase.elevkurs where avsluttet_av is not null",
        "delete from sentralbase.elev",
        "update sentralbase.elev set innlest_av = 9 where avsluttet_av is null",
    ],
)
def test_what_is_changed_beside_the_application_is_told(lastet: Sentral, sql: str) -> None:
    assert told(lastet) == []
    with lastet.engine.begin() as con:
        con.exec_driver_sql(sql)
    galt = told(lastet)
    assert galt
    assert not any(fnr in tekst for tekst in galt for fnr in PERSONER)


def test_a_column_that_comes_later_changes_nothing_of_what_was(lastet: Sentral) -> None:
    with lastet.engine.begin() as con:
        con.exec_driver_sql("alter table sentralbase.elev add column ny text")
    assert told(lastet) == []


def test_what_a_version_before_loaded_is_counted_and_not_accused(lastet: Sentral) -> None:
    with lastet.engine.begin() as con:
        con.exec_driver_sql("alter table ledger.innlesing disable trigger all")
        con.exec_driver_sql("update ledger.innlesing set radsummer = null where nr = 1")
        con.execute(sa.text("update sentralbase.elev set gateadresse = 'Vei 9'"))
        assert row_sums.unknown(con) == 1
    assert {tekst.split()[3] for tekst in told(lastet)} == {"2"}
