"""Norwegian letters as identifiers and file names write them, as SSB does."""

STAVET = {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
_TABELL = str.maketrans(STAVET)


def spelt(tekst: str) -> str:
    """Return a text with the Norwegian letters spelt.

    >>> spelt("Åpen skole på Røros")
    'Aapen skole paa Roeros'
    """
    return tekst.translate(_TABELL)
