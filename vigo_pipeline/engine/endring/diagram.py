"""The comparison drawn: rows new, gone and changed per fylke, as one SVG that stands alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from vigo_pipeline.engine.endring.skjema import ENDRINGER
from vigo_pipeline.engine.rapport.mal import environment, written
from vigo_pipeline.engine.rapport.prikking import Celle, shown_size
from vigo_pipeline.engine.rapport.tabell import Tabell

# In the drawing's own units: the names' column, a panel, its longest bar, a line.
NAVN, FELT, SOEYLE, LINJE = 180, 160, 90, 24


@dataclass(frozen=True)
class Soeyle:
    """A bar with its number after it; ``bredde`` is 0 for a number that is concealed or none."""

    x: int
    bredde: float
    farge: str | None
    tekst: str


def chart(per_fylke: Tabell) -> str | None:
    """Return the drawing, most changed first and all bars on one scale; None without changes.

    Args:
        per_fylke: the table as many may see it: its last columns are what is drawn.
    """
    rader = [r for r in per_fylke.rader if any(_numbers(r))]
    if not rader:
        return None
    mest = max(shown_size(n) for rad in rader for n in _numbers(rad)) or 1
    kolonner = per_fylke.kolonner[-len(ENDRINGER) :]
    linjer = [
        (
            _short(rad[0], rad[1]),
            [
                Soeyle(
                    NAVN + nr * FELT, round(shown_size(n) * SOEYLE / mest, 1), k.farge, written(n)
                )
                for nr, (n, k) in enumerate(zip(_numbers(rad), kolonner, strict=True))
            ],
        )
        for rad in rader
    ]
    return (
        environment()
        .get_template("endring/diagram.svg.jinja")
        .render(
            linjer=linjer,
            overskrifter=[(NAVN + nr * FELT, k.tittel) for nr, k in enumerate(kolonner)],
            bredde=NAVN + len(kolonner) * FELT,
            hoeyde=LINJE * (len(linjer) + 1),
            linje=LINJE,
        )
    )


def _numbers(rad: Sequence[Celle]) -> Sequence[Celle]:
    """Return the counts of what is new, gone and changed; a concealed one is text."""
    return rad[-len(ENDRINGER) :]


def _short(kode: Celle, navn: Celle) -> str:
    """Return a fylke's code and its Norwegian name alone: the names side by side are long."""
    return f"{kode} {str(navn).split(' - ')[0]}" if navn else str(kode)
