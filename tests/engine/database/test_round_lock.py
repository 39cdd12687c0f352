"""A round is run by one at a time, and who waits is told for whom."""

import threading
from pathlib import Path

import pyarrow as pa
import pytest
import sqlalchemy as sa

from tests.sentral import ENDELIG, FOERSTE
from vigo_pipeline.engine.database.round_lock import RoundBusy, hold
from vigo_pipeline.engine.database.server import sqlalchemy_url
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.status import where_it_stands
from vigo_pipeline.engine.store import read_table, sha256, write_bytes, write_table
from vigo_pipeline.run import run_flow


@pytest.fixture
def to(database: str) -> list[sa.Engine]:
    return [sa.create_engine(sqlalchemy_url(database)) for _ in range(2)]


def take(engine: sa.Engine, loep: str = "", vent: float = 0, hvem: str = "Kari") -> None:
    with hold(engine, "oktober", FOERSTE, hvem=hvem, loep=loep, vent=vent):
        pass


@pytest.mark.fault("together", "receive", "load", "derive", "judge", "publish", "report")
def test_a_second_run_of_the_round_is_told_who_has_it(to: list[sa.Engine]) -> None:
    with hold(to[0], "oktober", FOERSTE, hvem="Kåre"):
        with pytest.raises(
            RoundBusy, match=r"kjøres alt av K\?re \(prosess \d+@\S+\) siden \d\d\."
        ):
            take(to[1])
        with hold(to[1], "oktober", ENDELIG, hvem="Ola"):
            pass
    take(to[1])


def test_steps_of_one_run_share_it_and_no_one_else(to: list[sa.Engine]) -> None:
    with hold(to[0], "oktober", FOERSTE, hvem="Kari", loep="a1"):
        take(to[1], loep="a1")
        for loep in ("b2", ""):
            with pytest.raises(RoundBusy):
                take(to[1], loep=loep)


def test_who_waits_gets_it_when_it_is_let_go(to: list[sa.Engine]) -> None:
    slutt = threading.Event()

    def keep() -> None:
        with hold(to[0], "oktober", FOERSTE, hvem="Kari"):
            tatt.set()
            slutt.wait(10)

    tatt = threading.Event()
    traad = threading.Thread(target=keep)
    traad.start()
    tatt.wait(10)
    threading.Timer(0.2, slutt.set).start()
    take(to[1], loep="a1", vent=20)
    traad.join()


def test_a_run_is_refused_and_what_only_reads_is_not(pipeline: Pipeline) -> None:
    with hold(pipeline.engine, "oktober", FOERSTE, hvem="Ola"):
        with pytest.raises(RoundBusy, match="Ola"):
            run_flow(pipeline, "oktober", FOERSTE)
        leveranse = pipeline.register.leveranse("ssbelev")
        assert where_it_stands(pipeline, leveranse, FOERSTE).tilstand == "kontrollert"


@pytest.mark.fault("together", "derive", "report")
def test_two_who_write_the_same_file_do_not_meet(tmp_path: Path) -> None:
    sti = tmp_path / "rader.parquet"
    feil: list[BaseException] = []

    def write(n: int) -> None:
        try:
            for _ in range(20):
                write_table(sti, pa.table({"n": [n] * 1000}))
        except BaseException as e:  # noqa: BLE001 -- told by the test
            feil.append(e)

    traader = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for traad in traader:
        traad.start()
    for traad in traader:
        traad.join()
    assert feil == []
    assert len(set(read_table(sti, "rader")["n"].to_pylist())) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["rader.parquet"]


def test_what_a_dead_process_left_is_removed(tmp_path: Path) -> None:
    for navn in ("a.csv.part", "a.csv.4711-0123abcd.part", "b.csv.1-0.part"):
        (tmp_path / navn).write_bytes(b"halv")
    sum_ = write_bytes(tmp_path / "a.csv", b"hel")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.csv", "b.csv.1-0.part"]
    assert sum_ == sha256(tmp_path / "a.csv")
