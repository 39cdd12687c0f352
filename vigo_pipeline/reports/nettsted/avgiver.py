"""How far each avgiver has come in a round, from the drop folder to the receipt."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive import receive
from vigo_pipeline.engine.receive.folder import Mappe, is_there
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.nettsted.delivery import Levering
from vigo_pipeline.reports.nettsted.ledger import Hovedbok

# The steps in order; the words are what people are shown.
TRINN = ("mottatt", "avvist", "lastet", "kontrollert", "sendt", "kvittert")


@dataclass(frozen=True)
class Avgiverstand:
    """One avgiver in a round.

    ``filer``: in the drop folder, or what the ledger knows when it has been emptied. ``avvist``:
    files that were read and are still rejected. ``kontrollert``: None before the control, else
    whether the avgiver has no open error of those that shut a gate.
    """

    avgiver: str
    navn: str
    filer: int
    uendret: bool
    avvist: int
    lastet: int
    kontrollert: bool | None
    sendt: date | None
    kvittert: date | None

    @property
    def har_levert(self) -> bool:
        """Say whether anything has come, be it that nothing has changed."""
        return self.filer > 0 or self.uendret


def standings(
    pipeline: Pipeline,
    bok: Hovedbok,
    innsamling: Innsamling,
    partisjon: Partisjon,
    siste: Sequence[Levering],
    feil: Mapping[str, bool] | None,
    *,
    leverer: int,
) -> list[Avgiverstand]:
    """Return every avgiver that must report in a round.

    Args:
        pipeline: the installation.
        bok: the ledger.
        innsamling: the collection.
        partisjon: the round.
        siste: the latest published of each delivery.
        feil: who has open errors of those that shut a gate, by name; None before the control.
        leverer: how many deliveries the flow has.
    """
    aar = partisjon.aar
    hele = len(siste) == leverer > 0
    ut = []
    ventet = pipeline.expected(innsamling, partisjon)
    begynt = is_there(receive.folder(innsamling, partisjon, "", pipeline.oppsett))
    for avgiver in (a for a in pipeline.avgivere(innsamling, aar) if _is_asked(innsamling, a)):
        lest = bok.lest.get((innsamling.stamme, partisjon), {}).get(avgiver, Counter())
        lastet = lest["godtatt"] + lest["ingen_endringer"]
        hvor = (innsamling, partisjon, avgiver, pipeline.oppsett)
        # Most rounds of most years have no folder, and to look into each avgiver's takes a while.
        innhold = receive.dropped(*hvor) if begynt else Mappe()
        if not (avgiver in ventet or lest or innhold.filer or innhold.ingen_endringer):
            continue
        navn = avgiver_name(avgiver, aar.telledato)
        ut.append(
            Avgiverstand(
                avgiver,
                navn,
                len(innhold.filer) or lest["godtatt"],
                innhold.ingen_endringer or lest["ingen_endringer"] > 0,
                receive.still_rejected(*hvor),
                lastet,
                None if feil is None or not lastet else not feil.get(navn, False),
                _last_day(siste, "sendt") if hele and lastet else None,
                _last_day(siste, "kvittert") if hele and lastet else None,
            )
        )
    return ut


def _is_asked(innsamling: Innsamling, avgiver: str) -> bool:
    """Say whether a collection is of an avgiver's: an installation's own list is of all of them."""
    egne = innsamling.avgivere
    return egne.fylker if avgiver.isdigit() else avgiver in egne.andre


def _last_day(siste: Sequence[Levering], hendelse: str) -> date | None:
    """Return when the last of a flow's deliveries was handed over; None until all have been."""
    dager = [dag for levering in siste for dag in levering.days(hendelse).values()]
    return max((d for d in dager if d), default=None) if all(dager) else None
