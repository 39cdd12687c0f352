"""Find the deliveries to compare: the one that is asked for, and the one just before."""

import re

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.errors import MissingInput, VigoError
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.partitions import check_partition
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon

# A bar as in a partition's key, or a slash, which a shell leaves alone.
FORM = re.compile(
    r"(?P<skoleaar>\d{4}-\d{4})[|/](?P<runde>[^|/]+)(?:[|/](?P<nr>[1-9]\d*))?", re.ASCII
)
EKSEMPEL = "«2025-2026/endelig» eller «2025-2026/endelig/2»"


class UnclearDelivery(VigoError):
    """A text does not say which delivery."""


def find(pipeline: Pipeline, leveranse: Leveranse, tekst: str) -> Utgitt:
    """Return the delivery of ``skoleår/runde`` or ``skoleår/runde/nr``; the last one without nr.

    Raises:
        UnclearDelivery: the text is not written like that.
        UnknownPartition: the skoleår or the round is not in the årshjul.
        MissingInput: it has not been published; says what has.
    """
    treff = FORM.fullmatch(tekst)
    if treff is None:
        raise UnclearDelivery(f"Skriv leveransen som {EKSEMPEL}. {_offer(pipeline, leveranse)}")
    partisjon = Partisjon(treff["skoleaar"], treff["runde"])
    check_partition(pipeline, leveranse.samling, partisjon)
    siste = latest(pipeline, leveranse, partisjon)
    nr = int(treff["nr"] or siste.nr)
    utgitt = {u.nr: u for u in pipeline.published(leveranse.stamme, partisjon)}
    if nr not in utgitt:
        raise MissingInput(
            f"{leveranse.stamme} {partisjon} har ikke nr. {nr}; den siste er {siste.nr}."
        )
    return utgitt[nr]


def latest(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Utgitt:
    """Return a round's last delivery.

    Raises:
        MissingInput: nothing has been published in the round; says what has.
    """
    utgitt = pipeline.published(leveranse.stamme, partisjon)
    if not utgitt:
        raise MissingInput(
            f"{leveranse.stamme} {partisjon} er ikke publisert. {_offer(pipeline, leveranse)}"
        )
    return utgitt[-1]


def before(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Utgitt | None:
    """Return the delivery just before: of an earlier round, else of the same round last year."""
    tidligere = pipeline.forrige(leveranse, partisjon)
    return tidligere or pipeline.i_fjor(leveranse, partisjon)


def _offer(pipeline: Pipeline, leveranse: Leveranse) -> str:
    """Return what can be chosen, in the order of the skoleår."""
    rekke, aar = pipeline.partitions(leveranse.samling)
    mapper = [
        u.mappe
        for a in aar
        for runde in rekke
        for u in pipeline.published(leveranse.stamme, Partisjon(a, runde))
    ]
    navn = ["/".join(m.parts[-3:]) for m in mapper]
    return f"Publisert: {', '.join(navn)}." if navn else "Ingenting er publisert."
