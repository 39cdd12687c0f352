"""The day is Norway's, wherever the machine stands."""

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from vigo_pipeline.engine.clock import local, today
from vigo_pipeline.engine.pipeline import Pipeline


@pytest.mark.fault("clock", "around")
@pytest.mark.parametrize("sone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_today_is_the_day_in_norway(sone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", sone)
    time.tzset()
    foer = datetime.now(ZoneInfo("Europe/Oslo")).date()
    dag = today()
    assert foer <= dag <= datetime.now(ZoneInfo("Europe/Oslo")).date()
    monkeypatch.undo()
    time.tzset()


def test_the_pipeline_goes_by_that_clock() -> None:
    assert Pipeline.i_dag is today


@pytest.mark.fault("clock", "around")
@pytest.mark.parametrize(("maaned", "time_"), [(1, 1), (7, 2)])
def test_a_time_is_told_as_it_is_in_norway(maaned: int, time_: int) -> None:
    tid = local(datetime(2026, maaned, 15, 23, 30, tzinfo=UTC))
    assert (tid.date(), tid.hour) == (date(2026, maaned, 16), time_ - 1)


@pytest.mark.fault("clock", "around")
def test_the_hour_that_is_left_out_and_the_one_that_comes_twice_are_told_as_they_are() -> None:
    def told(*naar: int) -> str:
        return f"{local(datetime(*naar, tzinfo=UTC)):%d.%m %H:%M %z}"  # type: ignore[arg-type]

    assert [told(2026, 3, 29, t, 30) for t in (0, 1)] == ["29.03 01:30 +0100", "29.03 03:30 +0200"]
    assert [told(2026, 10, 25, t, 30) for t in (0, 1)] == ["25.10 02:30 +0200", "25.10 02:30 +0100"]
    assert told(2028, 2, 28, 23, 30) == "29.02 00:30 +0100"
