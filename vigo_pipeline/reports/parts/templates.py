"""The templates of what is read in a browser, and how numbers are written in them."""

from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vigo_pipeline.contract.aarshjul import MAANEDSNUMMER
from vigo_pipeline.contract.enhet import noun
from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.engine import training

MAANEDSNAVN = {nr: navn for navn, nr in MAANEDSNUMMER.items()}
NORSK = str.maketrans(",.-", "\N{NO-BREAK SPACE},\N{MINUS SIGN}")


REPORTS = Path(__file__).parents[1]
# Other packages with templates.
ANDRE = ("syntetisk", "sjekk", "nett")


@cache
def environment() -> Environment:
    """Return the environment of the engine's templates: everything in them is escaped."""
    miljoe = Environment(
        loader=FileSystemLoader([REPORTS, *(REPORTS.parent / n for n in ANDRE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    miljoe.globals["opplaering"] = lambda: training.SIER if training.in_force() else ""
    miljoe.filters["tall"] = written
    miljoe.filters["antall"] = counted
    miljoe.filters["dato"] = written_day
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


def counted(antall: int, enhet: str) -> str:
    """Return how many there are, with the unit.

    >>> counted(2, "rad")
    '2 rader'
    """
    return f"{written(antall)} {noun(antall, enhet)}"


def written_share(andel: float, desimaler: int = 0) -> str:
    """Return a share as per cent, as it is written in Norwegian.

    >>> written_share(0.1234, 1).encode("ascii", "replace")
    b'12,3?%'
    """
    return f"{andel * 100:,.{desimaler}f}".translate(NORSK) + "\N{NO-BREAK SPACE}%"


def written_day(dag: date | None) -> str:
    """Return a day as it is written in Norwegian; no day as nothing.

    >>> written_day(date(2025, 10, 1))
    '1. oktober 2025'
    """
    return f"{dag.day}. {MAANEDSNAVN[dag.month]} {dag.year}" if dag else ""
