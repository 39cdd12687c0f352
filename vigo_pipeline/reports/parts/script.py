"""A script in a page: what it is, and what the page says of it so that it and no other may run."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from markupsafe import Markup


@dataclass(frozen=True)
class Script:
    """A script, and its sum as a Content-Security-Policy has it."""

    script: Markup
    avtrykk: str


def script(pakke: str, navn: str) -> Script:
    """Return a script of a package of ours, by its file name."""
    tekst = (files(pakke) / navn).read_text("utf-8")
    sum_ = b64encode(sha256(tekst.encode()).digest()).decode()
    return Script(Markup(tekst), f"sha256-{sum_}")  # noqa: S704  # ours


@cache
def sorting() -> Script:
    """Return the one that sorts tables."""
    return script(__package__, "sorter.js")
