"""Exports of lines to OT over a line, where OT has a channel of its own; else they lie in a folder.

An export is entered, and lies as a file, before a byte of it leaves the house. What the ledger does
not have as framme is brought over before anything more is exported.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.overfoering.eksport import Eksport, export
from vigo_pipeline.engine.overfoering.eksportert import Eksportert, content, exports
from vigo_pipeline.engine.partial import remove
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Vei
from vigo_pipeline.engine.send.channels import OT, line_to
from vigo_pipeline.engine.send.diary import Gang, latest_of_each, told
from vigo_pipeline.engine.send.moves import Kommandoer
from vigo_pipeline.engine.send.settle import standing
from vigo_pipeline.engine.store import Partisjon

# What the ledger calls them in the diary of sendings; the round is the fylke.
LEVERANSE = "overfoering_ot"


@dataclass(frozen=True)
class Overfoert:
    """What an export came to, and how each that came over went, by number."""

    eksport: Eksport
    veier: dict[int, Vei]


def send_lines(pipeline: Pipeline, fylke: str, hvem: str) -> Overfoert:
    """Export the lines of a fylke that are ready, and bring them over where OT has a line.

    Raises:
        NotAccepted: the name cannot be kept.
        NotReproducible: the lines of an export have been changed since.
        UnusableKey: a key cannot be used; nothing is exported.
        Refused, NameTaken, NotDelivered, DeliveryUnknown, RoundBusy: as ``Sftpkanal.deliver``; what
            is exported lies there still, and is brought over the next time.
    """
    navn = entered.person(hvem).navn
    foer = bring_over(pipeline, fylke, navn)
    eksport = export(pipeline, fylke, navn)
    return Overfoert(eksport, foer | bring_over(pipeline, fylke, navn))


def bring_over(pipeline: Pipeline, fylke: str, hvem: str) -> dict[int, Vei]:
    """Bring over what is exported and has not come over; return how, by number.

    Raises:
        NotReproducible, UnusableKey, Refused, NameTaken, NotDelivered, DeliveryUnknown, RoundBusy:
            as ``send_lines``.
    """
    linje = line_to(pipeline, OT)
    if linje is None:
        return {}
    linje.demand_set_up()
    ut: dict[int, Vei] = {}
    for eksport, gang in _waiting(pipeline, fylke):
        filer = {eksport.fil.name: content(pipeline, eksport)}
        with linje.carried(pipeline, gang, filer, hvem, commands(fylke)):
            # As when somebody has fetched it: it can be made of the lines once more.
            remove(eksport.fil)
        if vei := linje.way(pipeline, gang):
            ut[eksport.nr] = vei
    return ut


def passages(pipeline: Pipeline, fylke: str) -> list[Gang]:
    """Return the exports of a fylke as the diary of sendings knows them."""
    return [_passage(e) for e in exports(pipeline, fylke)]


def on_the_way(pipeline: Pipeline, fylke: str) -> Iterator[str]:
    """Yield in words which exports have been begun over a line and have not come over."""
    for eksport, gang in _waiting(pipeline, fylke):
        if tekst := standing(pipeline, gang, commands(fylke)):
            yield f"Overføring {eksport.nr}: {tekst}"


def commands(fylke: str) -> Kommandoer:
    """Return what somebody runs to go on with the exports of a fylke."""
    return Kommandoer(
        f"vigo ot-linjer eksporter --fylke {fylke}", f"vigo ot-linjer avklar --fylke {fylke}"
    )


def _waiting(pipeline: Pipeline, fylke: str) -> Iterator[tuple[Eksportert, Gang]]:
    """Yield the exports that nobody has fetched, or that are begun and have not come over."""
    for eksport in exports(pipeline, fylke):
        gang = _passage(eksport)
        steg = {r.staar.steg for r in latest_of_each(told(pipeline.engine, gang)).values()}
        if eksport.ligger or steg - {"framme"}:
            yield eksport, gang


def _passage(eksport: Eksportert) -> Gang:
    aar = str(Skoleaar.of(eksport.dato))
    return Gang(LEVERANSE, Partisjon(aar, eksport.fylke), OT, eksport.nr)
