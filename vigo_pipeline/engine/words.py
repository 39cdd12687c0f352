"""The words of a piece of SQL: what it may name."""

import re
from functools import cache


@cache
def words(sql: str) -> frozenset[str]:
    """Return the words of a check's SQL: tables and columns that it names are among them.

    >>> sorted(words("select RAD from Rader"))
    ['from', 'rad', 'rader', 'select']
    """
    return frozenset(re.findall(r"\w+", sql.lower()))
