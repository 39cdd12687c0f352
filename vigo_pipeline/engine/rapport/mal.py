"""The templates of what is read in a browser, and how numbers are written in them."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vigo_pipeline.engine.rapport.prikking import Celle

NORSK = str.maketrans(",.-", "\N{NO-BREAK SPACE},\N{MINUS SIGN}")


@cache
def environment() -> Environment:
    """Return the environment of the engine's templates: everything in them is escaped."""
    miljoe = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    miljoe.filters["tall"] = written
    return miljoe


def written(tall: Celle) -> str:
    """Return a number as it is written in Norwegian; text as it is, nothing as nothing.

    >>> written(-1234.5).encode("ascii", "replace")
    b'?1?234,50'
    """
    if tall is None:
        return ""
    if isinstance(tall, str):
        return tall
    tekst = f"{tall:,.2f}" if isinstance(tall, float) else f"{tall:,}"
    return tekst.translate(NORSK)
