"""The comparison drawn: rows new, gone and changed per fylke, as one SVG that stands alone."""

from collections.abc import Sequence

from markupsafe import Markup

from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.reports.endring.schema import ENDRINGER
from vigo_pipeline.reports.parts.drawing import Panel, bars
from vigo_pipeline.reports.parts.table import Tabell

TITTEL = (
    "Nye, fjernede og endrede rader per fylke, mest endret først. "
    "Tallene står også i tabellen Per fylke."
)


def chart(per_fylke: Tabell) -> Markup | None:
    """Return the drawing, most changed first and all bars on one scale; None without changes.

    Args:
        per_fylke: the table as many may see it: its last columns are what is drawn.
    """
    rader = [r for r in per_fylke.rader if any(_numbers(r))]
    if not rader:
        return None
    kolonner = per_fylke.kolonner[-len(ENDRINGER) :]
    return bars(
        TITTEL,
        "diagram",
        [Panel(k.tittel, k.farge) for k in kolonner],
        [(_short(rad[0], rad[1]), _numbers(rad)) for rad in rader],
    )


def _numbers(rad: Sequence[Celle]) -> Sequence[Celle]:
    """Return the counts of what is new, gone and changed; a concealed one is text."""
    return rad[-len(ENDRINGER) :]


def _short(kode: Celle, navn: Celle) -> str:
    """Return a fylke's code and its Norwegian name alone: the names side by side are long."""
    return f"{kode} {str(navn).split(' - ')[0]}" if navn else str(kode)
