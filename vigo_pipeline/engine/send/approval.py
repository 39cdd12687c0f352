"""A delivery is approved by somebody else than who ran it, then sent to each receiver."""

from dataclasses import dataclass

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine import training
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.ledger.closings import is_closed, nothing_goes_out
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.publish.package import Gjelder, Pakke, package
from vigo_pipeline.engine.publish.rebuild import verify
from vigo_pipeline.engine.send.channel import Forsendelse, Sendt
from vigo_pipeline.engine.send.channels import channel_to
from vigo_pipeline.engine.send.four_eyes import demand_another
from vigo_pipeline.engine.send.handovers import UTE, Hendelse, history, reached, record
from vigo_pipeline.engine.store import Partisjon


class NotApproved(VigoError):
    """A delivery that needs approval has none for what it holds now."""


@dataclass(frozen=True)
class Godkjent:
    """An approved delivery; ``ny`` is false when it was approved before."""

    pakke: Pakke
    ny: bool


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
        OnlyTraining: the home is for training.
        RoundClosed: the round is closed, and this was not approved before that.
    """
    training.demand_real(f"{leveranse.stamme} {partisjon}")
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


def send(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, *, hvem: str
) -> tuple[Sendt, ...]:
    """Send a delivery by each receiver's channel, whole or not at all.

    What is sent is what was read and found to be what was published: once. Deliveries that
    are judged together are approved together. Sending once more changes nothing, but for putting
    right what has been changed in the outbox: what a transport has taken is not put there again,
    however the rules, and the approval with them, have changed since.

    Raises:
        ChangedOnDisk: the rows are not what was derived.
        ForeignInOutbox: something else lies in its folder with a receiver; nothing is sent.
        DeliveryUnknown, NameTaken, NotDelivered, Refused: it did not come through to one of them;
            to the others it is sent.
        InvalidChannels: the file of channels cannot be used; nothing is sent.
        UnusableKey: a receiver's key, or ours, cannot be used; nothing is sent.
        NotApproved: the delivery, or one it goes together with, needs an approval it has not got.
        NothingToApprove: what is published is not what the rows of now give.
        GateShut: the rows of now have no passing verdict under the rules of now.
        LedgerChanged: the ledger, in which the approval stands, is not as it was written.
        OnlyTraining: the home is for training.
        RoundClosed: the round is closed, and this was not sent before that.
    """
    training.demand_real(f"{leveranse.stamme} {partisjon}")
    demand_whole(pipeline)
    for navn in leveranse.sammen_med:
        annen = pipeline.register.leveranse(navn)
        _demand_approved(pipeline, annen, partisjon, package(pipeline, annen, partisjon))
    pakke = package(pipeline, leveranse, partisjon)
    _demand_approved(pipeline, leveranse, partisjon, pakke)
    gjort = [
        (h.hendelse, h.mottaker)
        for h in history(pipeline, leveranse, partisjon)
        if h.gjelder.leveranse_nr == pakke.manifest.nr
    ]
    sendt = {m for m in leveranse.mottakere if reached(gjort, [m]) in UTE}
    if sendt != {*leveranse.mottakere}:
        _demand_open(pipeline, leveranse, partisjon)
    saker = [
        Forsendelse(m, leveranse, partisjon, pakke, hvem, m in sendt) for m in leveranse.mottakere
    ]
    kanaler = [channel_to(pipeline, sak.mottaker) for sak in saker]
    # Before anything leaves the house to any of them.
    for kanal, sak in zip(kanaler, saker, strict=True):
        kanal.demand_ready(pipeline, sak)
    ute, feil = [], []
    for kanal, sak in zip(kanaler, saker, strict=True):
        # That one line is down holds nothing back from the other receiver.
        try:
            ute.append(kanal.deliver(pipeline, sak))
        except VigoError as en:
            feil.append(en)
    if feil:
        raise feil[0]
    return tuple(ute)


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
