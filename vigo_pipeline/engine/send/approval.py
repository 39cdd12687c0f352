"""A delivery is approved by somebody else than who ran it, then sent, then acknowledged."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.ledger.closings import is_closed, nothing_goes_out
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.publish.package import Gjelder, Pakke, package
from vigo_pipeline.engine.publish.rebuild import verify
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.four_eyes import demand_another
from vigo_pipeline.engine.send.handovers import Hendelse, history, record
from vigo_pipeline.engine.send.outbox import Tilstand
from vigo_pipeline.engine.store import Partisjon


class NotApproved(VigoError):
    """A delivery that needs approval has none for what it holds now."""


class NotSent(VigoError):
    """A receipt came for what has not been sent, or what lies in the outbox is something else."""


@dataclass(frozen=True)
class Godkjent:
    """An approved delivery; ``ny`` is false when it was approved before."""

    pakke: Pakke
    ny: bool


@dataclass(frozen=True)
class Sendt:
    """A sent delivery and its folder in the outbox; ``ny`` is false when it was sent before.

    ``utboks``: how it lies there now.
    """

    mappe: Path
    ny: bool
    utboks: Tilstand


@dataclass(frozen=True)
class Kvittert:
    """A receipt; ``ny`` is false when it was noted before. ``utboks``: how the file lies there."""

    ny: bool
    utboks: Tilstand


def approve(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    *,
    hvem: str,
    hvem_id: str = "",
    merknad: str = "",
) -> Godkjent:
    """Approve a delivery: exactly these bytes, judged by exactly these rules.

    It is built once more from the Sentralbase first, so what is approved is what is there.
    ``hvem_id``: what the login calls the one who approves, where there is one.

    Raises:
        ChangedOnDisk: the rows are not what was derived.
        NotAccepted: the name or the note cannot be kept.
        NotApproved: nobody is named.
        NotReproducible: the Sentralbase gives something else.
        SelfApproval: the same person may have run the control, or given a waiver that it leans on.
        UnknownRunner: nobody knows who ran the control last.
        NothingToApprove: what is published is not what the rows of now give.
        GateShut: the rows of now have no passing verdict under the rules of now.
        LedgerChanged: the ledger is not as it was written.
        RoundClosed: the round is closed, and this was not approved before that.
    """
    if not hvem.strip():
        raise NotApproved(f"{leveranse.stamme} {partisjon}: det er ikke sagt hvem som godkjenner.")
    godkjenner = entered.person(hvem, hvem_id)
    merknad = entered.text(merknad, "merknad")
    demand_whole(pipeline)
    pakke = package(pipeline, leveranse, partisjon)
    if not _has(pipeline, leveranse, partisjon, "godkjent", pakke.gjelder):
        _demand_open(pipeline, leveranse, partisjon)
    demand_another(pipeline, leveranse, partisjon, pakke.dom, godkjenner)
    verify(pipeline, pakke.utgitt)
    ny = record(
        pipeline, leveranse, partisjon, pakke.gjelder, "godkjent", hvem=godkjenner, merknad=merknad
    )
    return Godkjent(pakke, ny)


def send(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, *, hvem: str) -> Sendt:
    """Put a delivery in the outbox, whole or not at all.

    What is written there is what was read and found to be what was published: once. Deliveries that
    are judged together are approved together. Sending once more changes nothing, but for putting
    right what has been changed in the outbox: what a transport has taken is not put there again,
    however the rules, and the approval with them, have changed since.

    Raises:
        ChangedOnDisk: the rows are not what was derived.
        ForeignInOutbox: something else lies in its folder; nothing is put there.
        NotApproved: the delivery, or one it goes together with, needs an approval it has not got.
        NothingToApprove: what is published is not what the rows of now give.
        GateShut: the rows of now have no passing verdict under the rules of now.
        LedgerChanged: the ledger, in which the approval stands, is not as it was written.
        RoundClosed: the round is closed, and this was not sent before that.
    """
    demand_whole(pipeline)
    for navn in leveranse.sammen_med:
        annen = pipeline.register.leveranse(navn)
        _demand_approved(pipeline, annen, partisjon, package(pipeline, annen, partisjon))
    pakke = package(pipeline, leveranse, partisjon)
    _demand_approved(pipeline, leveranse, partisjon, pakke)
    nr = pakke.manifest.nr
    sendt = any(
        (h.hendelse, h.gjelder.leveranse_nr) == ("sendt", nr)
        for h in history(pipeline, leveranse, partisjon)
    )
    if not sendt:
        _demand_open(pipeline, leveranse, partisjon)
    mappe = outbox.folder(pipeline, leveranse, partisjon, nr)
    outbox.demand_no_foreign(mappe, {leveranse.fil.navn, NAVN})
    tilstand = outbox.compare(mappe, leveranse, pakke.utgitt, pakke.gjelder)
    if tilstand == "endret" or not sendt:
        outbox.put(pipeline, mappe, pakke.files())
    if sendt:
        return Sendt(mappe, False, tilstand)
    ny = record(pipeline, leveranse, partisjon, pakke.gjelder, "sendt", hvem=Hvem(hvem))
    return Sendt(mappe, ny, tilstand)


def acknowledge(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, *, hvem: str, kvittering: str
) -> Kvittert:
    """Note the receiver's receipt for what was last sent, whatever has come since.

    It went to the receiver, and under the name, that its manifest has. A receipt may come after
    the round was closed.

    Raises:
        BrokenManifest: what was sent has no manifest to go by.
        ChangedOnDisk: the manifest of what was sent is not the one that was published.
        ForeignInOutbox: something that was not sent lies in its folder.
        NotAccepted: the name or the receipt cannot be kept.
        NotSent: nothing has been sent in the round, or what lies in the outbox is something else.
    """
    mottatt_av = Hvem(entered.name(hvem))
    kvittering = entered.text(kvittering, "kvittering", minst=1)
    sendt = [h for h in history(pipeline, leveranse, partisjon) if h.hendelse == "sendt"]
    if not sendt:
        raise NotSent(f"{leveranse.stamme} {partisjon} er ikke sendt, så den kan ikke kvitteres.")
    gjelder = sendt[0].gjelder
    utgitt = pipeline.published(leveranse.stamme, partisjon)
    sist = next((u for u in utgitt if u.nr == gjelder.leveranse_nr), None)
    som_sendt = outbox.as_published(leveranse, sist) if sist else leveranse
    mappe = outbox.folder(pipeline, som_sendt, partisjon, gjelder.leveranse_nr)
    outbox.demand_no_foreign(mappe, {som_sendt.fil.navn, NAVN})
    tilstand = outbox.compare(mappe, som_sendt, sist, gjelder)
    if tilstand == "endret":
        raise NotSent(
            f"{leveranse.stamme} {partisjon} nr. {gjelder.leveranse_nr}: det som ligger i {mappe}, "
            "er ikke det som ble sendt. Spør mottakeren hva som kom fram: det som ble godkjent, "
            f"har sha256 {gjelder.fil_sha256}. «vigo send» legger det rette på plass igjen."
        )
    ny = record(
        pipeline, leveranse, partisjon, gjelder, "kvittert", hvem=mottatt_av, merknad=kvittering
    )
    return Kvittert(ny, tilstand)


def _demand_open(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> None:
    """Refuse to let more out of a round that somebody has said is done."""
    with pipeline.engine.connect() as con:
        if is_closed(con, leveranse.samling, partisjon):
            raise nothing_goes_out(leveranse.samling, partisjon, leveranse.stamme)


def _has(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    hendelse: Hendelse,
    gjelder: Gjelder,
) -> bool:
    alle = history(pipeline, leveranse, partisjon)
    return any((h.hendelse, h.gjelder) == (hendelse, gjelder) for h in alle)


def _demand_approved(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, pakke: Pakke
) -> None:
    godkjent = [h for h in history(pipeline, leveranse, partisjon) if h.hendelse == "godkjent"]
    if not leveranse.krever_godkjenning or any(h.gjelder == pakke.gjelder for h in godkjent):
        return
    hvorfor = "rader eller regler er endret siden godkjenningen" if godkjent else "ikke godkjent"
    raise NotApproved(
        f"{leveranse.stamme} {partisjon} nr. {pakke.manifest.nr}: {hvorfor}. "
        "En annen enn den som kjørte kontrollen, må godkjenne den."
    )
