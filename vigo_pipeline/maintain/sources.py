"""Where a source that is cited can be read: an address, or a heading in docs/kilder."""

import re
from collections.abc import Callable
from pathlib import Path

PAGES = "../kilder"
_FIELD = re.compile(r"[ABCE]\d\d")
_PAGE = re.compile(r"[\w-]+\.md")


def links(rot: Path) -> Callable[[str], str]:
    """Return what gives the link to a cited source, blank when it has none of its own.

    ``rot``: the repository, whose docs/kilder has the pages. A field of regbok leads to its own
    heading, another name to where the table of names in docs/kilder/README.md says.
    """
    kilder = rot / "docs" / "kilder"
    felter = {h.split()[0]: f"{PAGES}/regbok.md#{_anchor(h)}" for h in _headings(kilder)}
    navn = _names((kilder / "README.md").read_text("utf-8"))

    def link(kilde: str) -> str:
        if treff := re.match(r"https?://\S+?(?=[;,]?(\s|$))", kilde):
            return treff[0]
        if kilde.startswith("regbok") and (felt := _FIELD.search(kilde)):
            return felter.get(felt[0], f"{PAGES}/regbok.md")
        if side := _PAGE.match(kilde):
            return f"{PAGES}/{side[0]}"
        return next((til for n, til in navn if kilde.startswith(n)), "")

    return link


def _headings(kilder: Path) -> list[str]:
    linjer = (kilder / "regbok.md").read_text("utf-8").splitlines()
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
