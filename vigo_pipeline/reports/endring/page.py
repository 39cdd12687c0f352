"""The comparison as one page for the browser and for paper: no script, nothing fetched."""

from dataclasses import dataclass

from vigo_pipeline.domain.prikking import Celle
from vigo_pipeline.reports.endring.drawing import chart
from vigo_pipeline.reports.endring.highlights import highlights
from vigo_pipeline.reports.endring.schema import Endring, named
from vigo_pipeline.reports.endring.tables import AAPEN, overview, tables
from vigo_pipeline.reports.parts.table import Tabell
from vigo_pipeline.reports.parts.templates import environment

# The rows a reader sees without asking for more.
FOERSTE = 20


@dataclass(frozen=True)
class Del:
    """A section of the page: a table, its first rows and the rest of them."""

    tabell: Tabell
    foerste: list[tuple[Celle, ...]]
    resten: list[tuple[Celle, ...]]


def page(endring: Endring) -> str:
    """Return the page: aggregated tables with small counts concealed, and a chart per fylke."""
    tabeller = tables(endring, aapen=True)
    oppslag = {t.navn: t for t in tabeller}
    tegning = chart(oppslag["Per fylke"])
    # Read first in a workbook; here the page itself says what it does.
    sammendrag = oppslag.pop("Sammendrag")
    deler = [_section(t) for t in [*oppslag.values(), sammendrag]]
    avvik = [r["hva"] for r in endring.kontroll.to_pylist() if r["rest"]]
    return (
        environment()
        .get_template("endring/side.html.jinja")
        .render(
            fil=endring.til.fil,
            leveranse=endring.leveranse.tittel,
            fra=named(endring.fra),
            til=named(endring.til),
            merknad=AAPEN,
            oversikt=overview(endring, aapen=True),
            hovedtrekk=highlights(endring, tabeller),
            avvik=avvik,
            tegning=tegning,
            deler=deler,
        )
    )


def _section(tabell: Tabell) -> Del:
    rader = [tuple(r) for r in tabell.rader]
    return Del(tabell, rader[:FOERSTE], rader[FOERSTE:])
