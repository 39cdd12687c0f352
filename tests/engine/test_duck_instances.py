"""An instance of DuckDB is lent again and again, and nobody sees what another has made in it."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Timer

import duckdb
import pyarrow as pa
import pytest

from vigo_pipeline.engine import duck, duck_instances
from vigo_pipeline.engine.duck_instances import OPPSETT
from vigo_pipeline.engine.errors import VigoError

# Everything that a use can make something in.
LAG = """
create table min_tabell as select 1 as tall; create view mitt_view as from min_tabell;
create temp table min_kladd as select 1 as tall; create macro min_makro(x) as x;
create schema mitt_skjema; set variable min_verdi = 1; set explain_output = 'all'
"""
SER = {
    "from min_tabell": "does not exist",
    "from mitt_view": "does not exist",
    "from min_kladd": "does not exist",
    "from min_arrow": "does not exist",
    "select min_makro(1)": "does not exist",
    "create table mitt_skjema.t (a int)": "does not exist",
    "from kodeverk.fylker": "does not exist",
}
FAST = (
    "select current_setting('explain_output'), getvariable('min_verdi'), "
    "current_setting('enable_progress_bar'), current_setting('temp_directory'), "
    "current_setting('preserve_insertion_order')"
)


@pytest.fixture(autouse=True)
def _none_waiting() -> Iterator[None]:
    duck_instances._close_all()
    yield
    duck_instances._close_all()


def make_all(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(LAG)
    con.register("min_arrow", pa.table({"tall": [1]}))
    duck.register_kodeverk(con, date(2025, 8, 1), date(2026, 7, 31))


def see_none(con: duckdb.DuckDBPyConnection) -> None:
    for sql, sagt in SER.items():
        with pytest.raises(duckdb.CatalogException, match=sagt):
            con.execute(sql)
    assert con.sql("from duckdb_tables()").fetchall() == []
    assert con.sql(FAST).fetchall() == [("PHYSICAL_ONLY", None, False, "", False)]


def kept(*, side_by_side: bool = False) -> list[duckdb.DuckDBPyConnection]:
    return list(duck_instances._LEDIGE[side_by_side])


@pytest.mark.parametrize("side_by_side", [False, True])
def test_the_next_use_sees_nothing_of_the_one_before(side_by_side: bool) -> None:
    with duck.connect(side_by_side=side_by_side) as con:
        see_none(con)
        make_all(con)
    brukt = kept(side_by_side=side_by_side)
    with duck.connect(side_by_side=side_by_side) as con:
        see_none(con)
        traader = con.sql("select current_setting('threads')").fetchall()
    assert traader == [(1 if side_by_side else os.cpu_count(),)]
    assert kept(side_by_side=side_by_side) == brukt, "a new one was made"


def test_uses_at_once_see_nothing_of_each_other() -> None:
    moetes = Barrier(4)

    def use(nr: int) -> list[tuple[int]]:
        with duck.connect() as con:
            moetes.wait()
            see_none(con)
            make_all(con)
            con.execute("update min_tabell set tall = $nr", {"nr": nr})
            moetes.wait()
            rader: list[tuple[int]] = con.sql("from mitt_view").fetchall()
            moetes.wait()
        return rader

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(4))) == [[(nr,)] for nr in range(4)]
    assert len(kept()) == duck_instances.VENTER


def test_what_goes_wrong_in_one_use_is_not_met_in_the_next() -> None:
    with pytest.raises(duckdb.ConversionException), duck.connect() as con:
        make_all(con)
        con.begin()
        con.sql("select cast('x' as int)").fetchall()
    with duck.connect() as con:
        see_none(con)


def test_an_interruption_is_one_also_while_a_statement_runs() -> None:
    foer = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt), duck_instances.borrow(side_by_side=True) as con:
            Timer(0.1, signal.raise_signal, [signal.SIGINT]).start()
            con.execute("select count(*) from range(10_000_000) a, range(10_000_000) b")
    finally:
        signal.signal(signal.SIGINT, foer)
    with duck_instances.borrow(side_by_side=True) as con:
        assert con.sql("select 1").fetchall() == [(1,)]


class Interrupted:
    """A table that somebody interrupts the process at, as DuckDB asks for its rows."""

    def __arrow_c_stream__(self, _: object = None) -> None:
        raise KeyboardInterrupt


def rows() -> Iterator[pa.RecordBatch]:
    """Give none: somebody interrupts the process."""
    yield from ()
    raise KeyboardInterrupt


@pytest.mark.parametrize("tolket", [False, True], ids=["as it is", "as another error"])
@pytest.mark.parametrize("spurt", ["skjema", "rader"])
def test_an_interruption_is_one_also_while_python_is_asked_for_rows(
    spurt: str, tolket: bool
) -> None:
    fra = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), rows())
    with (
        pytest.raises(KeyboardInterrupt),
        duck_instances.borrow(side_by_side=True) as con,
    ):
        try:
            con.register("tabell", Interrupted() if spurt == "skjema" else fra)
            con.execute("select count(*) from tabell").fetchall()
        except duckdb.Error:
            if tolket:
                raise VigoError("en spørring") from None
            raise


def test_one_that_cannot_be_emptied_or_has_grown_large_is_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with duck.connect() as con:
        con.execute("attach ':memory:' as annen; use annen; detach bruk" + bruk(con))
    assert kept() == []
    # A process may as well have less memory after a use than before it.
    monkeypatch.setattr(duck_instances, "SMAATT", -(2**40))
    with duck.connect():
        pass
    assert kept() == []


def bruk(con: duckdb.DuckDBPyConnection) -> str:
    [(navn,)] = con.sql("select current_database()").fetchall()
    return str(navn).removeprefix("bruk")


def test_a_process_that_is_forked_off_begins_with_none() -> None:
    with duck.connect():
        pass
    assert kept()
    if not (barn := os.fork()):
        try:
            with duck.connect() as con:
                see_none(con)
        except BaseException:  # noqa: BLE001 -- the parent tells it
            os._exit(1)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(barn, 0)[1]) == 0


def test_an_instance_fetches_nothing_and_writes_nothing() -> None:
    assert OPPSETT["temp_directory"] == ""
    with duck.connect() as con, pytest.raises(duckdb.Error):
        con.execute("load httpfs")


def test_where_there_is_one_core_the_code_lists_stay_for_the_next() -> None:
    antall = "select count(*) from kodeverk.skoler"
    aar = [(date(n, 8, 1), date(n + 1, 7, 31)) for n in (2025, 2020)]
    svar = []
    with duck_instances.one_core():
        for periode in (aar[0], aar[0], aar[1], aar[0]):
            with duck.connect() as con:
                assert (
                    con.sql("from duckdb_tables() where database_name <> 'kodeverk'").fetchall()
                    == []
                )
                duck.register_kodeverk(con, *periode)
                svar.append(con.sql(antall).fetchall())
    assert svar[0] == svar[1] == svar[3] != svar[2]
    assert kept() == []
    with duck.connect() as con:
        see_none(con)
