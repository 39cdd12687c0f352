"""School numbers (regbok A06)."""

SIFRE = 5


def school_number(tekst: str | None) -> str:
    """Return a school's number, blank for what is none.

    A line that is rejected may have anything there: a person, or the path of a file.

    >>> school_number("03018"), school_number("../03018"), school_number(None)
    ('03018', '', '')
    """
    tekst = tekst or ""
    return tekst if len(tekst) == SIFRE and tekst.isascii() and tekst.isdigit() else ""
