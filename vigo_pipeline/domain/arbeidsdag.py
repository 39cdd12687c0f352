"""Working days in Norway."""

from datetime import date, timedelta
from functools import cache

FRIDAY = 5
# 1 January, 1 and 17 May, and two days of Christmas.
FASTE = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
# From Easter Sunday: Maundy Thursday to Easter Monday, Ascension Day, Whit Sunday and Monday.
FRA_PAASKEDAG = (-3, -2, 0, 1, 39, 49, 50)


def is_workday(dag: date) -> bool:
    """Say whether people work: not a weekend, not a Norwegian public holiday.

    Source: lov 24. februar 1995 nr. 12 om helligdager og helligdagsfred § 2; lov 26. april 1947
    nr. 1 om 1. og 17. mai som høgtidsdager.

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
    paaskedag = easter_sunday(aar)
    bevegelige = {paaskedag + timedelta(days=n) for n in FRA_PAASKEDAG}
    return frozenset(bevegelige | {date(aar, maaned, dag) for maaned, dag in FASTE})


def easter_sunday(aar: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar.

    Source: the anonymous algorithm of 1876, as in J. Meeus, Astronomical Algorithms, chapter 8.

    >>> easter_sunday(2026)
    datetime.date(2026, 4, 5)
    """
    a, (b, c) = aar % 19, divmod(aar, 100)
    (d, e), (i, k) = divmod(b, 4), divmod(c, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    maaned, dag = divmod(h + rest - 7 * m + 114, 31)
    return date(aar, maaned, dag + 1)
