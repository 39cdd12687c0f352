"""Names that flows had before: rows of the ledger, which is only added to, stand under them."""

# By the name of now.
FOER = {
    "oktober": "ssbelev",
    "juni": "ssbresultat",
    "kontrakt": "ssbkontrakt",
    "kontrakt_januar": "fagopplaering",
    "kontrakt_maaned": "udirkontrakt",
}
_NAA = {foer: naa for naa, foer in FOER.items()}


def known_as(flyt: str) -> tuple[str, ...]:
    """Return what a flow is called, and what it was called before.

    >>> known_as("juni"), known_as("ot")
    (('juni', 'ssbresultat'), ('ot',))
    """
    return (flyt, FOER[flyt]) if flyt in FOER else (flyt,)


def name_of_now(flyt: str) -> str:
    """Return what a flow is called now, of what it is or was called.

    >>> name_of_now("ssbresultat"), name_of_now("juni")
    ('juni', 'juni')
    """
    return _NAA.get(flyt, flyt)
