"""How far a delivery has come, from draft to closed."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Literal

from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.contract.spesifikasjon import Leveranse, in_words
from vigo_pipeline.engine import training
from vigo_pipeline.engine.errors import ChangedOnDisk, GateShut, MissingInput
from vigo_pipeline.engine.judge.passing import IKKE_KONTROLLERT
from vigo_pipeline.engine.ledger.closings import is_closed
from vigo_pipeline.engine.ledger.publications import Utgitt
from vigo_pipeline.engine.manifest import BrokenManifest
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.package import Gjelder, NothingToApprove, package
from vigo_pipeline.engine.send.four_eyes import runner_is_known
from vigo_pipeline.engine.send.handovers import AVVIST, UTE, Hendelse, Utlevering, history, reached
from vigo_pipeline.engine.send.outbox import as_published
from vigo_pipeline.engine.send.receipt import NotSent
from vigo_pipeline.engine.send.settle import on_the_way
from vigo_pipeline.engine.store import Partisjon

Tilstand = Literal["utkast", "kontrollert", "lukket"] | Hendelse

# Why one is not what the rows and the rules of now give.
IKKE_NAA = (BrokenManifest, ChangedOnDisk, GateShut, MissingInput, NothingToApprove, WrongSpec)
RETT = (
    "{svar} Rett det og kjør runden på nytt: er innholdet et annet, godkjennes og sendes det med "
    "neste nummer."
)
UKJENT = (
    "Kan ikke godkjennes: ingen vet hvem som kjørte kontrollen sist, så ingen kan sies å være en "
    "annen. Kjør runden igjen med VIGO_BRUKER satt til eget navn."
)
USENDT = "Lukket uten å være sendt{til}. Skal den sendes, åpnes runden med «vigo rettelse»."


@dataclass(frozen=True)
class Leveransestatus:
    """How far a delivery has come, what has been done to it, and what it waits for.

    ``uten_ny_dom``: it has left the house, and its rows or its rules have changed since, so what
    is here now has no verdict. ``mottakere``: how far what is published last has come with each
    receiver, None where nothing is done. With several it has come as far as with the slowest.
    ``staar_nr``: the number that was published last, None when nothing is. ``uten_kjoerer``: it
    cannot be approved, since nobody knows who ran the control of it last.
    """

    tilstand: Tilstand
    hendelser: list[Utlevering]
    merknad: str
    uten_ny_dom: bool = False
    mottakere: Mapping[str, Hendelse | None] = field(default_factory=dict)
    staar_nr: int | None = None
    uten_kjoerer: bool = False

    @property
    def fra_foer(self) -> str:
        """Return that what was published before stands, of a draft; nothing when nothing does."""
        if self.tilstand != "utkast" or self.staar_nr is None:
            return ""
        return stands(self.staar_nr)

    @property
    def mangler(self) -> tuple[str, ...]:
        """Return those that it has not gone to, else that rejected it, else have not answered."""
        for hos in ({None, "godkjent"}, {AVVIST}, {"sendt"}):
            if igjen := tuple(m for m, h in self.mottakere.items() if h in hos):
                return igjen
        return ()

    @property
    def svar(self) -> str:
        """Return where it stands why receivers have rejected it, nothing when none has.

        Their words may name a pupil that nobody here knows of, so they are not for all to read:
        «vigo status» has them, masked, with what was done.
        """
        avvist = sorted(m for m, h in self.mottakere.items() if h == AVVIST)
        return f"Hva {in_words(avvist)} skriver, sier «vigo status»." if avvist else ""


# One that nothing has been done with: the ledger has neither a verdict nor what follows from one.
UROERT = Leveransestatus("utkast", [], f"{IKKE_KONTROLLERT[0].upper()}{IKKE_KONTROLLERT[1:]}")


def where_it_stands(
    pipeline: Pipeline,
    leveranse: Leveranse,
    partisjon: Partisjon,
    gjelder: Gjelder | None = None,
) -> Leveransestatus:
    """Return how far a delivery has come in a round; never an error, for that is what is asked.

    One that has gone to some of its receivers only has what is left to do done to it still.

    ``gjelder``: what is of now, of who has just published it; looked for when left out.
    """
    with pipeline.engine.connect() as con:
        lukket = is_closed(con, leveranse.samling, partisjon)
    alle = history(pipeline, leveranse, partisjon)
    staar = pipeline.published(leveranse.stamme, partisjon)
    hos = _with_each(leveranse, staar[-1], alle) if staar else {}
    igjen = [m for m, h in hos.items() if h not in UTE]
    # As far as with the slowest.
    ute = None if igjen or not hos else max((h for h in hos.values() if h), key=UTE.index)
    if lukket:
        til = f" til {in_words(igjen)}" if 0 < len(igjen) < len(hos) else ""
        return Leveransestatus(
            "lukket", alle, USENDT.format(til=til) if igjen else "", mottakere=hos
        )
    try:
        gjelder = gjelder or package(pipeline, leveranse, partisjon).gjelder
    except IKKE_NAA as feil:
        hvorfor = _of_itself(str(feil), f"{leveranse.stamme} {partisjon}: ")
        if ute:
            merknad = f"Ny dom mangler: {hvorfor}"
            return Leveransestatus(ute, alle, merknad, uten_ny_dom=True, mottakere=hos)
        nr = staar[-1].nr if staar else None
        return Leveransestatus("utkast", alle, hvorfor, mottakere=hos, staar_nr=nr)
    if ute:
        stand = Leveransestatus(ute, alle, "", mottakere=hos)
        return replace(stand, merknad=RETT.format(svar=stand.svar)) if ute == AVVIST else stand
    if any((h.hendelse, h.gjelder) == ("godkjent", gjelder) for h in alle):
        return Leveransestatus(
            "godkjent", alle, on_the_way(pipeline, staar[-1], hos), mottakere=hos
        )
    if training.in_force():
        slutt = "Lenger går det ikke i opplæring."
        return Leveransestatus("kontrollert", alle, slutt, mottakere=hos)
    if not runner_is_known(pipeline, leveranse, partisjon, gjelder.rader_sha256):
        return Leveransestatus("kontrollert", alle, UKJENT, mottakere=hos, uten_kjoerer=True)
    venter = "Venter på godkjenning." if leveranse.krever_godkjenning else "Klar til å sendes."
    return Leveransestatus("kontrollert", alle, venter, mottakere=hos)


def stands(nr: int) -> str:
    """Return that a delivery that was published before is as it was, while nothing new is."""
    return f"Leveranse nr. {nr} fra før står som den er, og ingenting nytt er publisert."


def _of_itself(tekst: str, hvem: str) -> str:
    """Return what is said of a delivery without its name, which stands beside it."""
    return (
        f"{tekst[len(hvem)].upper()}{tekst[len(hvem) + 1 :]}" if tekst.startswith(hvem) else tekst
    )


def _with_each(
    leveranse: Leveranse, utgitt: Utgitt, alle: Iterable[Utlevering]
) -> dict[str, Hendelse | None]:
    """Return how far a published delivery has come with each receiver of its manifest."""
    gjort = [(h.hendelse, h.mottaker) for h in alle if h.gjelder.leveranse_nr == utgitt.nr]
    # Of one whose manifest is not there, what the spec says now is the best guess.
    with suppress(BrokenManifest, ChangedOnDisk):
        leveranse = as_published(leveranse, utgitt)
    return {m: reached(gjort, [m]) for m in leveranse.mottakere}


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
                f"{stand.merknad.rstrip('.')}. "
                "Gjør det, eller si hvorfor runden lukkes uten med --grunn."
            )
        if stand.tilstand not in {"kvittert", "lukket"}:
            av = f" av {in_words(stand.mangler)}" if stand.mangler else ""
            raise NotSent(
                f"{leveranse.stamme} {partisjon} er {stand.tilstand}, ikke kvittert{av}. "
                "Send den og legg inn kvitteringen, eller si hvorfor runden lukkes uten, "
                "med --grunn."
            )
