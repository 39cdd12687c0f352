"""What a check found, as a page that stands alone."""

from collections.abc import Sequence
from functools import partial

from vigo_pipeline.reports.parts.rule_link import rule_address
from vigo_pipeline.reports.parts.templates import environment
from vigo_pipeline.sjekk.check import Kontrollert
from vigo_pipeline.sjekk.tabeller import files, findings, not_asked
from vigo_pipeline.sjekk.tiltak import AVVIST, counted, to_know, to_put_right

TITTEL = "Sjekk før innsending"
UTEN_PERSONER = (
    "Sida viser til linjer i fila, og navngir ingen. Den er laget på denne maskinen, og ingenting"
    " er sendt noe sted."
)


def as_page(alle: Sequence[Kontrollert], nettsted: str | None = None) -> bytes:
    """Return the page."""
    mal = environment().get_template("funnene.html.jinja")
    return mal.render(**content(alle), rule_address=partial(rule_address, nettsted)).encode()


def content(alle: Sequence[Kontrollert]) -> dict[str, object]:
    """Return what the page is made of."""
    return {
        "tittel": TITTEL,
        "kontrollert": alle,
        "tallene": counted(alle),
        "tiltak": to_put_right(alle),
        "opplysninger": to_know(alle),
        "avvist": AVVIST,
        "linjer": findings(alle),
        "tabeller": [files(alle), not_asked(alle)],
        "merknad": UTEN_PERSONER,
    }
