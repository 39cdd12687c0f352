"""The clock of the installation: the day and the time are those of Norway, wherever it runs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

TIME_ZONE = "Europe/Oslo"
_OSLO = ZoneInfo(TIME_ZONE)


def today() -> date:
    """Return the day it is in Norway."""
    return datetime.now(_OSLO).date()


def local(tid: datetime) -> datetime:
    """Return a time as people in Norway write it.

    >>> from datetime import UTC
    >>> str(local(datetime(2026, 2, 15, 23, 30, tzinfo=UTC)))
    '2026-02-16 00:30:00+01:00'
    """
    return tid.astimezone(_OSLO)
