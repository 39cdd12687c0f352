"""How far a delivery has come, from draft to closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import ChangedOnDisk, GateShut, MissingInput
from vigo_pipeline.engine.lukking import is_closed
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.godkjenning import NotSent
from vigo_pipeline.engine.publish.manifest import BrokenManifest
from vigo_pipeline.engine.publish.pakke import NothingToApprove, package
from vigo_pipeline.engine.publish.utlevering import Hendelse, Utlevering, history
from vigo_pipeline.engine.store import Partisjon

Tilstand = Literal["utkast", "kontrollert", "lukket"] | Hendelse
LENGST_FOERST: tuple[Hendelse, ...] = ("kvittert", "sendt", "godkjent")


@dataclass(frozen=True)
class Stand:
    """How far a delivery has come, what has been done to it, and what it waits for."""

    tilstand: Tilstand
    hendelser: list[Utlevering]
    merknad: str


def where_it_stands(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Stand:
    """Return how far a delivery has come in a round; never an error, for that is what is asked."""
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, leveranse.flyt, partisjon)
    alle = history(pipeline, leveranse, partisjon)
    if lukket:
        return Stand("lukket", alle, "")
    try:
        pakke = package(pipeline, leveranse, partisjon)
    except (BrokenManifest, ChangedOnDisk, GateShut, MissingInput, NothingToApprove) as feil:
        return Stand("utkast", alle, str(feil))
    gjort = {h.hendelse for h in alle if h.gjelder == pakke.gjelder}
    for hendelse in LENGST_FOERST:
        if hendelse in gjort:
            return Stand(hendelse, alle, "")
    venter = "Venter på godkjenning." if leveranse.krever_godkjenning else "Klar til å sendes."
    return Stand("kontrollert", alle, venter)


def demand_acknowledged(
    pipeline: Pipeline, leveranser: Iterable[Leveranse], partisjon: Partisjon
) -> None:
    """Refuse to go on when what has been published is not acknowledged.

    Raises:
        NotSent: a delivery that needs approval has no receipt.
    """
    for leveranse in leveranser:
        staar = pipeline.published(leveranse.stamme, partisjon)
        stand = where_it_stands(pipeline, leveranse, partisjon)
        if staar and leveranse.krever_godkjenning and stand.tilstand not in {"kvittert", "lukket"}:
            raise NotSent(
                f"{leveranse.stamme} {partisjon} er {stand.tilstand}, ikke kvittert. Send den og "
                "legg inn kvitteringen, eller si hvorfor runden lukkes uten med --grunn."
            )
