"""Counts in words, and what a rule counts: rows, or what a table of another grain has one of."""

from collections.abc import Iterable

RAD = "rad"
FLERTALL = {
    RAD: "rader",
    "arbeidsdag": "arbeidsdager",
    "avgiver": "avgivere",
    "elev": "elever",
    "feil": "feil",
    "felt": "felt",
    "fil": "filer",
    "fylke": "fylker",
    "kolonne": "kolonner",
    "lenke": "lenker",
    "leveranse": "leveranser",
    "linje": "linjer",
    "ny innlesing": "nye innlesinger",
    "overføring": "overføringer",
    "person": "personer",
    "publisert leveranse": "publiserte leveranser",
    "regel": "regler",
    "siffer": "sifre",
    "skole": "skoler",
    "sted": "steder",
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
    return f"{number(antall)} {noun(antall, enhet)}"


def noun(antall: int, enhet: str) -> str:
    """Return a unit as it is called when there are so many.

    >>> noun(1, "siffer"), noun(0, "siffer")
    ('siffer', 'sifre')
    """
    return enhet if antall == 1 else FLERTALL[enhet]


def number(tall: int) -> str:
    """Return a number as it is written in Norwegian.

    >>> number(1234567)
    '1 234 567'
    """
    return f"{tall:,}".replace(",", " ")
