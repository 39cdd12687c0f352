"""The comparison as one page for the browser and for paper: no script, nothing fetched."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vigo_pipeline.engine.endring.prikking import GRENSE, Celle
from vigo_pipeline.engine.endring.skjema import Endring, named
from vigo_pipeline.engine.endring.tabeller import AAPEN, Tabell, tables

MAL = "side.html.jinja"
# Of the drawing, in its own units: the names' column, the bars and what stands after them.
NAVN, BREDDE, TEKST, HOEYDE = 140, 200, 150, 24
NORSK = str.maketrans(",.-", "\N{NO-BREAK SPACE},\N{MINUS SIGN}")
SLAG = ("nye", "fjernet", "endret")


@dataclass(frozen=True)
class Bit:
    """A piece of a bar."""

    slag: str
    x: float
    bredde: float


@dataclass(frozen=True)
class Soeyle:
    """A fylke's bar; its text says the counts."""

    navn: str
    y: int
    biter: tuple[Bit, ...]
    tekst: str


def page(endring: Endring) -> str:
    """Return the page: aggregated tables with small counts concealed, and a chart per fylke."""
    # A page may be printed by a program that knows no other way than the file alone.
    miljoe = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    miljoe.filters["tall"] = written
    tabeller = tables(endring, aapen=True)
    soeyler = bars(next(t for t in tabeller if t.navn == "Per fylke"))
    return miljoe.get_template(MAL).render(
        tittel=f"Endringer i {endring.til.fil}",
        leveranse=endring.leveranse.tittel,
        fra=named(endring.fra),
        til=named(endring.til),
        merknad=AAPEN,
        tabeller=[(t, list(t.rader)) for t in tabeller],
        soeyler=soeyler,
        slag=SLAG,
        navn_bredde=NAVN,
        bredde=NAVN + BREDDE + TEKST,
        hoeyde=HOEYDE * len(soeyler),
        tykkelse=HOEYDE - 10,
    )


def bars(per_fylke: Tabell) -> list[Soeyle]:
    """Return a bar per fylke; what is concealed has no length."""
    rader = [(r[0], r[1], r[2:]) for r in per_fylke.rader]
    mest = max((sum(map(_length, antall)) for *_, antall in rader), default=0) or 1
    return [
        Soeyle(
            navn=_short(kode, navn),
            y=nr * HOEYDE,
            biter=tuple(_pieces(antall, BREDDE / mest)),
            tekst=" / ".join(written(n) for n in antall),
        )
        for nr, (kode, navn, antall) in enumerate(rader)
    ]


def _length(tall: Celle) -> int:
    return tall if isinstance(tall, int) and tall >= GRENSE else 0


def _pieces(antall: Sequence[Celle], skala: float) -> list[Bit]:
    biter, x = [], float(NAVN)
    for slag, tall in zip(SLAG, antall, strict=True):
        bredde = round(_length(tall) * skala, 2)
        if bredde:
            biter.append(Bit(slag, round(x, 2), bredde))
        x += bredde
    return biter


def _short(kode: Celle, navn: Celle) -> str:
    """Return a fylke's code and its Norwegian name alone: the names side by side are long."""
    return f"{kode} {str(navn).split(' - ')[0]}" if navn else str(kode)


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
