"""Working days in Norway."""

from datetime import date, timedelta
from functools import cache

import holidays

FRIDAY = 5


def is_workday(dag: date) -> bool:
    """Say whether people work: not a weekend, not a Norwegian public holiday.

    >>> is_workday(date(2024, 3, 28)), is_workday(date(2024, 4, 2))
    (False, True)
    """
    return dag.isoweekday() <= FRIDAY and dag not in _off(dag.year)


def previous_workday(dag: date) -> date:
    """Return the day itself, or the last working day before it.

    >>> previous_workday(date(2023, 9, 24))
    datetime.date(2023, 9, 22)
    """
    while not is_workday(dag):
        dag -= timedelta(days=1)
    return dag


def next_workday(dag: date) -> date:
    """Return the day itself, or the first working day after it.

    >>> next_workday(date(2023, 9, 23))
    datetime.date(2023, 9, 25)
    """
    while not is_workday(dag):
        dag += timedelta(days=1)
    return dag


def workdays_until(dag: date, til: date) -> int:
    """Return how many working days come after a day, up to and including another; negative after.

    >>> workdays_until(date(2023, 9, 21), date(2023, 9, 25))
    2
    >>> workdays_until(date(2023, 9, 26), date(2023, 9, 22))
    -2
    """
    if dag > til:
        return -workdays_until(til, dag)
    dager = (dag + timedelta(days=n) for n in range(1, (til - dag).days + 1))
    return sum(map(is_workday, dager))


@cache
def _off(aar: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=aar))
