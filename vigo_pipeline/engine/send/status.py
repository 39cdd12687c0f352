"""How far a delivery has come, from draft to closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import ChangedOnDisk, GateShut, MissingInput
from vigo_pipeline.engine.ledger.closings import is_closed
from vigo_pipeline.engine.manifest import BrokenManifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import NothingToApprove, package
from vigo_pipeline.engine.send.approval import NotSent
from vigo_pipeline.engine.send.handovers import Hendelse, Utlevering, history
from vigo_pipeline.engine.store import Partisjon

Tilstand = Literal["utkast", "kontrollert", "lukket"] | Hendelse
LENGST_FOERST: tuple[Hendelse, ...] = ("kvittert", "sendt", "godkjent")
# What has left the house does not come back, whatever changes here.
UTE: tuple[Hendelse, ...] = ("kvittert", "sendt")

USENDT = "Lukket uten å være sendt. Skal den sendes, åpnes runden med «vigo rettelse»."


@dataclass(frozen=True)
class Stand:
    """How far a delivery has come, what has been done to it, and what it waits for.

    ``uten_ny_dom``: it has left the house, and its rows or its rules have changed since, so what
    is here now has no verdict.
    """

    tilstand: Tilstand
    hendelser: list[Utlevering]
    merknad: str
    uten_ny_dom: bool = False


def where_it_stands(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Stand:
    """Return how far a delivery has come in a round; never an error, for that is what is asked."""
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, leveranse.samling, partisjon)
    alle = history(pipeline, leveranse, partisjon)
    staar = pipeline.published(leveranse.stamme, partisjon)
    gjort = {h.hendelse for h in alle if staar and h.gjelder.leveranse_nr == staar[-1].nr}
    ute = next((h for h in UTE if h in gjort), None)
    if lukket:
        return Stand("lukket", alle, USENDT if staar and not ute else "")
    try:
        pakke = package(pipeline, leveranse, partisjon)
    except (BrokenManifest, ChangedOnDisk, GateShut, MissingInput, NothingToApprove) as feil:
        if ute:
            return Stand(ute, alle, f"Ny dom mangler: {feil}", uten_ny_dom=True)
        return Stand("utkast", alle, str(feil))
    if ute:
        return Stand(ute, alle, "")
    if any((h.hendelse, h.gjelder) == ("godkjent", pakke.gjelder) for h in alle):
        return Stand("godkjent", alle, "")
    venter = "Venter på godkjenning." if leveranse.krever_godkjenning else "Klar til å sendes."
    return Stand("kontrollert", alle, venter)


def demand_acknowledged(
    pipeline: Pipeline, leveranser: Iterable[Leveranse], partisjon: Partisjon
) -> None:
    """Refuse to go on when what has been published is not acknowledged.

    Raises:
        NotSent: a delivery that needs approval has no receipt, or has been changed after it.
    """
    for leveranse in leveranser:
        staar = pipeline.published(leveranse.stamme, partisjon)
        stand = where_it_stands(pipeline, leveranse, partisjon)
        if not staar or not leveranse.krever_godkjenning:
            continue
        if stand.uten_ny_dom:
            raise NotSent(
                f"{leveranse.stamme} {partisjon} er {stand.tilstand}, men noe er endret siden. "
                f"{stand.merknad} Gjør det, eller si hvorfor runden lukkes uten med --grunn."
            )
        if stand.tilstand not in {"kvittert", "lukket"}:
            raise NotSent(
                f"{leveranse.stamme} {partisjon} er {stand.tilstand}, ikke kvittert. Send den og "
                "legg inn kvitteringen, eller si hvorfor runden lukkes uten med --grunn."
            )
