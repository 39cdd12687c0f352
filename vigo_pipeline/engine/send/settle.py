"""What is on its way to a receiver: told, and settled by a person when only the receiver knows."""

from collections.abc import Iterable, Mapping

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.diary import Gang, Hovedboksdagbok, latest_of_each, told
from vigo_pipeline.engine.send.handovers import UTE, Hendelse
from vigo_pipeline.engine.send.moves import LEVERANSENS, Kommandoer, Steg
from vigo_pipeline.engine.store import Partisjon

# Said of a delivery that is begun and not sent: of the worst first.
SAGT: dict[Steg, str] = {
    "opptatt": "Noe annet har navnet hos mottakeren",
    "uvisst": "Det er uvisst om den kom fram",
    "omdoepes": "Sendingen er i gang, eller ble avbrutt, og det er uvisst om den kom fram",
    "avbrutt": "Sendingen er avbrutt",
    "begynt": "Sendingen er i gang, eller ble avbrutt",
    "framme": "Noe av den er framme",
}


def settle(
    pipeline: Pipeline, ganger: Iterable[Gang], *, framme: bool, hvem: str, grunn: str
) -> list[str]:
    """Enter what the receiver has said of the files that nobody here knows of; return their names.

    Raises:
        NotAccepted: the name or the reason cannot be kept.
    """
    hvem, grunn = entered.person(hvem).navn, entered.reason(grunn)
    gjort = []
    for gang in ganger:
        for rad in latest_of_each(told(pipeline.engine, gang)).values():
            if rad.staar.kan_vaere_omdoept:
                dagbok = Hovedboksdagbok(pipeline.engine, gang, rad.kanal, rad.sted, hvem)
                steg: Steg = "framme" if framme else "avbrutt"
                dagbok.enter(rad.staar.fil, steg, rad.staar.forsoek, grunn)
                gjort.append(rad.staar.fil.navn)
    return gjort


def on_the_way(pipeline: Pipeline, utgitt: Utgitt, mottakere: Mapping[str, Hendelse | None]) -> str:
    """Return in words how far what is published last has come over a line; nothing when it has not.

    ``mottakere``: how far it has come with each; of one that it is sent to, it is told elsewhere.
    """
    for mottaker in (m for m, h in mottakere.items() if h not in UTE):
        gang = Gang(utgitt.leveranse, utgitt.partisjon, mottaker, utgitt.nr)
        if tekst := standing(pipeline, gang, LEVERANSENS):
            return tekst
    return ""


def standing(pipeline: Pipeline, gang: Gang, kommandoer: Kommandoer) -> str:
    """Return in words how far something has come over a line; nothing when it is not begun."""
    siste = {r.staar.steg: r for r in latest_of_each(told(pipeline.engine, gang)).values()}
    for steg, tekst in SAGT.items():
        if steg in siste:
            rad = siste[steg]
            hvorfor = f": {rad.merknad}" if rad.merknad else "."
            hvor = f"{rad.sted}, forsøk {rad.staar.forsoek}"
            return f"{tekst} ({hvor}){hvorfor} Kjør «{kommandoer.send}»."
    return ""


def passages(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> list[Gang]:
    """Return the delivery that is published last, to each receiver."""
    staar = pipeline.published(leveranse.stamme, partisjon)
    til = leveranse.mottakere if staar else ()
    return [Gang(leveranse.stamme, partisjon, m, staar[-1].nr) for m in til]
