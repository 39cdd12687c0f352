"""A server of one's own is asked whether its log would quote persons, and a lost one is told of."""

from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from adbc_driver_postgresql import dbapi

from vigo_pipeline.engine.database.log_guard import LogWouldHoldPersons
from vigo_pipeline.engine.database.lost import DatabaseLost, lost
from vigo_pipeline.engine.database.server import connect, sqlalchemy_url
from vigo_pipeline.engine.settings import Innstillinger


@pytest.fixture
def oppsett(database: str, tmp_path: Path) -> Innstillinger:
    return Innstillinger(hjem=tmp_path, inn=tmp_path, database_url=database)


def test_real_persons_are_not_put_where_the_servers_log_would_quote_them(
    oppsett: Innstillinger,
) -> None:
    url = str(oppsett.database_url)
    reell = oppsett.model_copy(update={"modus": "reell"})
    connect(reell).dispose()
    with psycopg.connect(url, autocommit=True) as con:
        base = con.info.dbname
        for navn, verdi in {"log_min_messages": "warning", "log_statement": "all"}.items():
            con.execute(f"alter role postgres in database {base} set {navn} = '{verdi}'".encode())
    connect(oppsett).dispose()
    with pytest.raises(LogWouldHoldPersons, match="log_min_messages er warning") as nektet:
        connect(reell)
    # What the message says to run is run as it stands.
    retting = str(nektet.value).split("kjøre: ")[1]
    assert "log_statement" in retting
    with psycopg.connect(url, autocommit=True) as con:
        con.execute(retting.encode())
    connect(reell).dispose()


def test_a_connection_that_is_lost_is_told_without_the_statement(database: str) -> None:
    engine = sa.create_engine(sqlalchemy_url(database))
    with engine.connect() as con, psycopg.connect(database, autocommit=True) as annen:
        pid = con.scalar(sa.text("select pg_backend_pid()"))
        annen.execute("select pg_terminate_backend(%s)", [pid])
        with pytest.raises(sa.exc.DBAPIError) as brutt:
            con.execute(sa.text("select 'Nordmann Kari'"))
        con.invalidate()
    engine.dispose()
    sagt = lost(brutt.value)
    assert isinstance(sagt, DatabaseLost)
    assert "Nordmann" not in str(sagt)
    assert str(sagt).startswith("Forbindelsen til databasen ble brutt")


def test_adbc_that_is_lost_is_told_too(database: str) -> None:
    with dbapi.connect(database) as con, con.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        [[pid]] = cursor.fetchall()
        with psycopg.connect(database, autocommit=True) as annen:
            annen.execute("select pg_terminate_backend(%s)", [pid])
        with pytest.raises(dbapi.Error) as brutt:
            cursor.execute("select 1")
            cursor.fetchall()
    assert isinstance(lost(brutt.value), DatabaseLost)


def test_a_row_that_is_refused_is_not_a_lost_connection(database: str) -> None:
    with psycopg.connect(database) as con, pytest.raises(psycopg.Error) as nektet:
        con.execute("select 'x'::int")
    assert lost(nektet.value) is None
