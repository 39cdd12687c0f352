"""Bars drawn as one SVG that stands alone: a line per place, a panel per number."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vigo_pipeline.domain.prikking import Celle, shown_size
from vigo_pipeline.reports.parts.templates import environment, written

# In the drawing's own units: the names' column, a panel, its longest bar, a line.
NAVN, FELT, SOEYLE, LINJE = 180, 160, 90, 24


@dataclass(frozen=True)
class Panel:
    """A panel's heading and the colour of its bars."""

    tittel: str
    farge: str | None


@dataclass(frozen=True)
class Soeyle:
    """A bar with its number after it; ``bredde`` is 0 for a number that is concealed or none."""

    x: int
    bredde: float
    farge: str | None
    tekst: str


def bars(
    tittel: str,
    id_: str,
    paneler: Sequence[Panel],
    linjer: Sequence[tuple[str, Sequence[Celle]]],
) -> Markup:
    """Return the drawing, all bars on one scale.

    Args:
        tittel: what it shows, for those who do not see it.
        id_: the title's, its own on the page.
        paneler: one for each number of a line.
        linjer: a name and its numbers; a concealed one is text.
    """
    mest = max((shown_size(n) for _, tall in linjer for n in tall), default=0) or 1
    tegnet = [
        (
            navn,
            [
                Soeyle(
                    NAVN + nr * FELT, round(shown_size(n) * SOEYLE / mest, 1), p.farge, written(n)
                )
                for nr, (n, p) in enumerate(zip(tall, paneler, strict=True))
            ],
        )
        for navn, tall in linjer
    ]
    svg = (
        environment()
        .get_template("parts/diagram.svg.jinja")
        .render(
            tittel=tittel,
            id=id_,
            linjer=tegnet,
            overskrifter=[(NAVN + nr * FELT, p.tittel) for nr, p in enumerate(paneler)],
            bredde=NAVN + len(paneler) * FELT,
            hoeyde=LINJE * (len(tegnet) + 1),
            linje=LINJE,
        )
    )
    # The drawing has escaped its own text.
    return Markup(svg)  # noqa: S704
