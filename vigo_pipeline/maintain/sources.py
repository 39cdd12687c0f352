"""Where a source that is cited can be read: an address, or a heading in docs/kilder."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

PAGES = "../kilder"
_PAGE = re.compile(r"[\w-]+\.md")
# What a page is told apart by: a row of kontroller.md, a section, a field of regbok, a paragraph.
_RULE = re.compile(r"[A-Z]{3,5}-\d{3}")
_SECTION = re.compile(r"§ (\d+(?:\.\d+)?)(?!-)")
_FIELD = re.compile(r"[ABCE]\d\d")
_LAW = re.compile(r"(opplæringslov|opplæringsforskrift)\w+ (?:§§? (\d+-\d+)|(kap\w*\.? \d+))")


def links(rot: Path) -> Callable[[str], str]:
    """Return what gives the link to a cited source, blank when it has none of its own.

    ``rot``: the repository, whose docs/kilder has the pages. What names a place of its page leads
    there: a rule, a section, a field of regbok, a paragraph. Another name leads to where the table
    of names in docs/kilder/README.md says.
    """
    kilder = rot / "docs" / "kilder"
    navn = _names((kilder / "README.md").read_text("utf-8"))

    def link(kilde: str) -> str:
        if treff := re.match(r"https?://\S+?(?=[;,]?(\s|$))", kilde):
            return treff[0]
        side = _PAGE.match(kilde)
        til = (
            f"{PAGES}/{side[0]}" if side else next((t for n, t in navn if kilde.startswith(n)), "")
        )
        if not til.startswith(PAGES) or "#" in til or not til.endswith(".md"):
            return til
        anker = _place(kilde, _headings(kilder / Path(til).name))
        return f"{til}#{anker}" if anker else til

    return link


def _place(kilde: str, overskrifter: Sequence[str]) -> str:
    """Return the anchor of the place that a source names in its page, blank when it names none.

    >>> _place("kontroller.md NOK-001", [])
    'nok-001'
    >>> _place("opplæringslova §§ 7-1, 7-2", ["Opplæringslova § 7-12 B", "Opplæringslova § 7-1 A"])
    'opplæringslova--7-1-a'
    """
    if kilde.startswith("kontroller.md") and (regel := _RULE.search(kilde)):
        return regel[0].lower()
    if lov := _LAW.match(kilde):
        begynner = rf"{lov[1]}a {re.escape(lov[3] or f'§ {lov[2]}')} "
    elif _PAGE.match(kilde) and (avsnitt := _SECTION.search(kilde)):
        begynner = rf"{re.escape(avsnitt[1])}\.? "
    elif felt := _FIELD.search(kilde):
        begynner = f"{felt[0]} "
    else:
        return ""
    treff = (o for o in overskrifter if re.match(begynner, o, re.IGNORECASE))
    return next(map(_anchor, treff), "")


def _headings(side: Path) -> list[str]:
    linjer = side.read_text("utf-8").splitlines()
    return [linje.lstrip("# ") for linje in linjer if linje.startswith("#")]


def _anchor(heading: str) -> str:
    """Return the anchor of a heading, as GitHub and GitLab make it.

    >>> _anchor("B08 Elevstatus (E, D)")
    'b08-elevstatus-e-d'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _names(tekst: str) -> list[tuple[str, str]]:
    """Return each name of the table and what it leads to, the longest names first."""
    ut = []
    for linje in tekst.split("## Names in `kilde`")[1].split("\n## ")[0].splitlines():
        if linje.startswith("| `"):
            celler = [c.strip() for c in linje.split("|")]
            lenke = re.search(r"\]\(([^)]+)\)", celler[2])
            til = lenke[1] if lenke else celler[2]
            til = f"{PAGES}/README.md{til}" if til.startswith("#") else til
            til = til if "://" in til or til.startswith("..") else f"{PAGES}/{til}"
            ut += [(n, til) for n in re.findall(r"`([^`]+)`", celler[1])]
    return sorted(ut, key=lambda n: -len(n[0]))
