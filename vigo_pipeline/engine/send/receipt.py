"""A receiver's receipt for what was sent to it."""

from dataclasses import dataclass

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.handovers import history, record
from vigo_pipeline.engine.send.outbox import Tilstand
from vigo_pipeline.engine.store import Partisjon


class NotSent(VigoError):
    """A receipt came for what has not been sent, or what lies in the outbox is something else."""


class UnknownReceiver(VigoError):
    """A receipt is of a delivery with several receivers, and it is not said whose it is."""


@dataclass(frozen=True)
class Kvittert:
    """A receipt; ``ny`` is false when it was noted before. ``utboks``: how the file lies there."""

    mottaker: str
    ny: bool
    utboks: Tilstand


def acknowledge(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    *,
    hvem: str,
    kvittering: str,
    mottaker: str = "",
) -> Kvittert:
    """Note a receiver's receipt for what was last sent to it, whatever has come since.

    It went to the receivers, and under the name, that its manifest has. A receipt may come after
    the round was closed.

    Args:
        pipeline: the installation.
        leveranse: the delivery.
        partisjon: the round.
        hvem: who got the receipt.
        kvittering: the receiver's reference.
        mottaker: whose receipt it is; may be left out when it was sent to one.

    Raises:
        BrokenManifest: what was sent has no manifest to go by.
        ChangedOnDisk: the manifest of what was sent is not the one that was published.
        ForeignInOutbox: something that was not sent lies in its folder.
        NotAccepted: the name or the receipt cannot be kept.
        NotSent: nothing has been sent in the round, or not to that receiver, or what lies in the
            outbox is something else.
        UnknownReceiver: it was sent to several, and none of them is named.
    """
    mottatt_av = Hvem(entered.name(hvem))
    kvittering = entered.text(kvittering, "kvittering", minst=1)
    alle = [h for h in history(pipeline, leveranse, partisjon) if h.hendelse == "sendt"]
    if not alle:
        raise NotSent(f"{leveranse.stamme} {partisjon} er ikke sendt, så den kan ikke kvitteres.")
    nr = alle[0].gjelder.leveranse_nr
    utgitt, som_sendt = _as_sent(pipeline, leveranse, partisjon, nr)
    mottaker = _receiver(som_sendt, partisjon, mottaker)
    sendt = [h for h in alle if h.gjelder.leveranse_nr == nr and h.mottaker in {None, mottaker}]
    if not sendt:
        raise NotSent(
            f"{leveranse.stamme} {partisjon} nr. {nr} er ikke sendt til {mottaker}, så den kan "
            "ikke kvitteres derfra. «vigo send» sender den dit også."
        )
    gjelder = sendt[0].gjelder
    mappe = outbox.folder(pipeline, mottaker, som_sendt, partisjon, nr)
    outbox.demand_no_foreign(mappe, {som_sendt.fil.navn, NAVN})
    tilstand = outbox.compare(mappe, som_sendt, utgitt, gjelder)
    if tilstand == "endret":
        raise NotSent(
            f"{leveranse.stamme} {partisjon} nr. {nr}: det som ligger i {mappe}, "
            "er ikke det som ble sendt. Spør mottakeren hva som kom fram: det som ble godkjent, "
            f"har sha256 {gjelder.fil_sha256}. «vigo send» legger det rette på plass igjen."
        )
    ny = record(
        *(pipeline, leveranse, partisjon, gjelder, "kvittert"),
        hvem=mottatt_av,
        merknad=kvittering,
        mottaker=mottaker,
    )
    return Kvittert(mottaker, ny, tilstand)


def _as_sent(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, nr: int
) -> tuple[Utgitt | None, Leveranse]:
    """Return a published delivery by its number, and the spec as it went out."""
    alle = pipeline.published(leveranse.stamme, partisjon)
    utgitt = next((u for u in alle if u.nr == nr), None)
    return utgitt, outbox.as_published(leveranse, utgitt) if utgitt else leveranse


def _receiver(leveranse: Leveranse, partisjon: Partisjon, mottaker: str) -> str:
    """Return which of the receivers is meant, however its name is written."""
    alle = leveranse.mottakere
    kjent = [m for m in alle if m.casefold() == mottaker.strip().casefold()]
    if not kjent and (mottaker or len(alle) > 1):
        raise UnknownReceiver(
            f"{leveranse.stamme} {partisjon} er sendt til {leveranse.til}. Si hvem kvitteringen er "
            f"fra med --mottaker: {' eller '.join(alle)}."
        )
    return kjent[0] if kjent else alle[0]
