"""Where a rule's own page is: a file of the status site, and its address where one is set."""

RULES_INDEX = "regler.html"


def rule_file(id_: str) -> str:
    """Return the name of a rule's page in the site."""
    return f"regel/{id_}.html"


def rule_address(nettsted: str | None, id_: str) -> str:
    """Return the address of a rule's page, blank where nobody has said where the site is.

    >>> rule_address("https://status.example.org/vigo", "DATO-006"), rule_address(None, "DATO-006")
    ('https://status.example.org/vigo/regel/DATO-006.html', '')
    """
    return f"{nettsted}/{rule_file(id_)}" if nettsted else ""
