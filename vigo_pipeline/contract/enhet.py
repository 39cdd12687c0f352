"""What a rule counts, in words: rows, or what a table of another grain has one row of."""

from collections.abc import Iterable

RAD = "rad"
FLERTALL = {
    RAD: "rader",
    "avgiver": "avgivere",
    "felt": "felt",
    "fil": "filer",
    "fylke": "fylker",
    "kolonne": "kolonner",
    "leveranse": "leveranser",
    "linje": "linjer",
    "ny innlesing": "nye innlesinger",
    "skole": "skoler",
}
AV_TABELL = {
    "antatt": "leveranse",
    "felt": "felt",
    "fil": "fil",
    "fylker": "fylke",
    "linje": "linje",
    "mappe": "fil",
    "mottak": "avgiver",
    "nudb_kolonner": "kolonne",
    "skoler": "skole",
    "utelatt_avgiver": "avgiver",
}


def unit(tabeller: Iterable[str]) -> str:
    """Return what a rule that looks at these tables counts.

    >>> unit(["mottak"]), unit(["elevkurs", "mottak"]), unit([])
    ('avgiver', 'rad', 'rad')
    """
    enheter = {AV_TABELL.get(t, RAD) for t in tabeller}
    return enheter.pop() if len(enheter) == 1 else RAD


def amount(antall: int, enhet: str = RAD) -> str:
    """Return how many there are, with the unit.

    >>> amount(1, "ny innlesing"), amount(14, "avgiver"), amount(8770)
    ('1 ny innlesing', '14 avgivere', '8 770 rader')
    """
    return f"{number(antall)} {enhet if antall == 1 else FLERTALL[enhet]}"


def number(tall: int) -> str:
    """Return a number as it is written in Norwegian.

    >>> number(1234567)
    '1 234 567'
    """
    return f"{tall:,}".replace(",", " ")
