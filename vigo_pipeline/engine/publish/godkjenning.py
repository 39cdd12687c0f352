"""A delivery is approved by somebody else than who ran it, then sent, then acknowledged."""

from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine import innskrevet
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.fire_oeyne import demand_another
from vigo_pipeline.engine.publish.hovedbok import demand_whole
from vigo_pipeline.engine.publish.pakke import Pakke, package
from vigo_pipeline.engine.publish.utlevering import history, record
from vigo_pipeline.engine.store import Partisjon, restrict, write_bytes


class NotApproved(VigoError):
    """A delivery that needs approval has none for what it holds now."""


class NotSent(VigoError):
    """A receipt came for what has not been sent."""


def approve(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    *,
    hvem: str,
    hvem_id: str = "",
    merknad: str = "",
) -> Pakke:
    """Approve a delivery: exactly these bytes, judged by exactly these rules.

    ``hvem_id``: what the login calls the one who approves, where there is one.

    Raises:
        NotAccepted: the name or the note cannot be kept.
        NotApproved: nobody is named.
        SelfApproval: the same person may have run the control, or given a waiver that it leans on.
        UnknownRunner: nobody knows who ran the control last.
        NothingToApprove: what is published is not what the rows of now give.
        GateShut: the rows of now have no passing verdict under the rules of now.
        LedgerChanged: the ledger is not as it was written.
    """
    if not hvem.strip():
        raise NotApproved(f"{leveranse.stamme} {partisjon}: det er ikke sagt hvem som godkjenner.")
    godkjenner = Hvem(innskrevet.name(hvem), hvem_id)
    merknad = innskrevet.text(merknad, "merknad")
    demand_whole(pipeline)
    pakke = package(pipeline, leveranse, partisjon)
    demand_another(pipeline, leveranse, partisjon, pakke.dom, godkjenner)
    record(
        pipeline, leveranse, partisjon, pakke.gjelder, "godkjent", hvem=godkjenner, merknad=merknad
    )
    return pakke


def send(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, *, hvem: str) -> Path:
    """Put a delivery in the outbox, whole or not at all, and return its folder there.

    Deliveries that are judged together are approved together. Sending once more changes nothing.

    Raises:
        NotApproved: the delivery, or one it goes together with, needs an approval it has not got.
        NothingToApprove: what is published is not what the rows of now give.
        GateShut: the rows of now have no passing verdict under the rules of now.
        LedgerChanged: the ledger, in which the approval stands, is not as it was written.
    """
    demand_whole(pipeline)
    for navn in leveranse.sammen_med:
        annen = pipeline.register.leveranse(navn)
        _demand_approved(pipeline, annen, partisjon, package(pipeline, annen, partisjon))
    pakke = package(pipeline, leveranse, partisjon)
    _demand_approved(pipeline, leveranse, partisjon, pakke)
    utboks = restrict(pipeline.oppsett.utboks) / leveranse.mottaker / leveranse.stamme
    mappe = partisjon.under(utboks) / str(pakke.manifest.nr)
    # The manifest last: who takes it from here may trust that the file is whole.
    for navn in (pakke.manifest.fil, "manifest.json"):
        write_bytes(mappe / navn, (pakke.mappe / navn).read_bytes())
    gjort = history(pipeline, leveranse, partisjon)
    if not any((h.hendelse, h.gjelder) == ("sendt", pakke.gjelder) for h in gjort):
        record(pipeline, leveranse, partisjon, pakke.gjelder, "sendt", hvem=Hvem(hvem))
    return mappe


def acknowledge(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, *, hvem: str, kvittering: str
) -> None:
    """Note the receiver's receipt for what was last sent, whatever has come since.

    Raises:
        NotAccepted: the name or the receipt cannot be kept.
        NotSent: nothing has been sent in the round.
    """
    mottatt_av = Hvem(innskrevet.name(hvem))
    kvittering = innskrevet.text(kvittering, "kvittering", minst=1)
    sendt = [h for h in history(pipeline, leveranse, partisjon) if h.hendelse == "sendt"]
    if not sendt:
        raise NotSent(f"{leveranse.stamme} {partisjon} er ikke sendt, så den kan ikke kvitteres.")
    record(
        pipeline,
        leveranse,
        partisjon,
        sendt[0].gjelder,
        "kvittert",
        hvem=mottatt_av,
        merknad=kvittering,
    )


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
