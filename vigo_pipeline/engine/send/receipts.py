"""Receipts that lie in a receiver's folder: matched to what was sent, kept, entered in the ledger.

Each is looked at once: the ledger knows it by its bytes. What it says is entered before the receipt
itself, so whoever is stopped between looks at it again, and enters nothing twice.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.database.tables import kvittering
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Kanal
from vigo_pipeline.engine.send.channel_file import Kvitteringer
from vigo_pipeline.engine.send.channels import channels
from vigo_pipeline.engine.send.handovers import AVVIST, Hendelse, record
from vigo_pipeline.engine.send.names_of_pupils import without_names
from vigo_pipeline.engine.send.receipt_form import NoReceipts, Svarfil, Svarmappe, shown
from vigo_pipeline.engine.send.receipt_meaning import Tolket, Utfall, files_of, interpret
from vigo_pipeline.engine.send.strangers import Utsending, sent
from vigo_pipeline.engine.store import fingerprint, restrict, write_private

# What somebody must look at.
UKJENT: tuple[Utfall, ...] = ("uleselig", "fremmed")
# Under the restricted folder: each receipt as it came.
BEHOLDT = "kvitteringer"
# Which delivery a receipt is of, when it is of none.
INGEN: dict[str, str | int] = {"leveranse": "", "skoleaar": "", "runde": "", "leveranse_nr": 0}


@dataclass(frozen=True)
class Tatt:
    """A receipt that was taken in: from whom, of what, what came of it, and the words.

    ``leveranse``: the delivery, its round and number, blank of what nobody sent. ``fil`` and
    ``merknad`` are the receiver's own words and may name anybody, so they are said in a shell only.
    """

    mottaker: str
    sha256: str
    fil: str
    utfall: Utfall
    leveranse: str
    merknad: str

    @property
    def avvist(self) -> bool:
        """Say whether the receiver has rejected what was sent."""
        return self.utfall == AVVIST

    @property
    def i_skallet(self) -> str:
        """Return it in words, with what the receiver wrote, masked."""
        return f"{self._hva} ({self.fil}){f': {self.merknad}' if self.merknad else '.'}"

    def __str__(self) -> str:
        """Return it in our words, and where the receipt lies: for all to read."""
        # Why it cannot be read is ours to say.
        hvorfor = f": {self.merknad}" if self.utfall == "uleselig" else "."
        return (
            f"{self._hva}{hvorfor} Kvitteringen ligger i den begrensede mappa, "
            f"{BEHOLDT}/{self.mottaker}/{self.sha256}.json."
        )

    @property
    def _hva(self) -> str:
        hva = {
            "kvittert": f"{self.leveranse} er kvittert",
            AVVIST: f"{self.leveranse} er avvist",
            "fremmed": "en kvittering for noe som ikke er sendt",
            "uleselig": "en fil som ikke er en kvittering",
        }[self.utfall]
        return f"{self.mottaker}: {hva}"


@dataclass(frozen=True)
class Svar:
    """What came of a look at the receipts.

    ``tatt``: those that are new. ``ukjente``: all that lie there of nothing that was sent, or that
    cannot be read, until somebody takes them away. ``feil``: of the lines that were down, and of
    links; ``lenker``: what those are called, masked, for a shell only.
    """

    tatt: list[Tatt]
    ukjente: list[Tatt]
    feil: list[VigoError]
    lenker: list[str] = field(default_factory=list)


def fetch(pipeline: Pipeline) -> Svar:
    """Take in what has come of receipts from every receiver that has a folder for them.

    One line that is down holds nothing back from another.

    Raises:
        InvalidChannels: the file of channels cannot be used.
    """
    svar = Svar([], [], [])
    for mottaker, form, kanal in _with_receipts(pipeline):
        try:
            ligger = kanal.receipts()
        except VigoError as feil:
            svar.feil.append(feil)
            continue
        if ligger.lenker:
            svar.feil.append(_links(mottaker, len(ligger.lenker)))
            egne = [Tolket(shown(navn), "fremmed") for navn in ligger.lenker]
            svar.lenker.extend(f"{mottaker}: {t.fil}" for t in without_names(pipeline, egne))
        filer = _by_sum(ligger)
        svar.tatt.extend(_take_in(pipeline, mottaker, filer, form))
        svar.ukjente.extend(_not_understood(pipeline, mottaker, filer))
    return svar


def lying_there(pipeline: Pipeline) -> dict[str, set[str]]:
    """Return the sha256 of each receipt that lies there now, by receiver.

    Raises:
        InvalidChannels: the file of channels cannot be used.
        VigoError: a receiver's folder cannot be read.
    """
    return {m: {*_by_sum(kanal.receipts())} for m, _, kanal in _with_receipts(pipeline)}


def _with_receipts(pipeline: Pipeline) -> Iterator[tuple[str, Kvitteringer, Kanal]]:
    for mottaker, kanal in channels(pipeline).items():
        if (form := kanal.kvitteringer) is not None:
            yield mottaker, form, kanal


def _links(mottaker: str, antall: int) -> NoReceipts:
    lenker = "en lenke" if antall == 1 else f"{antall} lenker"
    return NoReceipts(
        f"Blant kvitteringene fra {mottaker} ligger {lenker}. En lenke følges ikke, for den kan "
        "vise en annen fil i morgen. Be mottakeren legge kvitteringen der selv, og ta lenka bort. "
        "Hva den heter, sier «vigo kvitteringer»."
    )


def _by_sum(ligger: Svarmappe) -> dict[str, Svarfil]:
    # The last that a receiver says holds, also of what it has said since the last look.
    alle = sorted(ligger.filer, key=lambda f: (f.endret, f.navn))
    return {fingerprint(f.innhold): f for f in alle}


def _not_understood(pipeline: Pipeline, mottaker: str, filer: Collection[str]) -> list[Tatt]:
    k = kvittering.c
    query = sa.select(k.sha256, k.fil, k.utfall, k.merknad).where(
        k.mottaker == mottaker, k.utfall.in_(UKJENT), k.sha256.in_(filer)
    )
    with pipeline.engine.connect() as con:
        rader = con.execute(query.order_by(k.nr))
        return [Tatt(mottaker, s, f, u, "", o) for s, f, u, o in rader]


def _take_in(
    pipeline: Pipeline, mottaker: str, filer: Mapping[str, Svarfil], form: Kvitteringer
) -> Iterator[Tatt]:
    k = kvittering.c
    with pipeline.engine.connect() as con:
        sett = {*con.scalars(sa.select(k.sha256).where(k.mottaker == mottaker))}
    nye = {s: f for s, f in filer.items() if s not in sett}
    if not nye:
        return
    ute = [(u, files_of(pipeline, u)) for u in sent(pipeline) if u.mottaker == mottaker]
    restrict(pipeline.oppsett.begrenset)
    mappe = pipeline.oppsett.begrenset / BEHOLDT / mottaker
    tolkede = without_names(pipeline, (interpret(fil, form, ute) for fil in nye.values()))
    for (sum_, fil), tolket in zip(nye.items(), tolkede, strict=True):
        write_private(mappe / f"{sum_}.json", fil.innhold)
        if tatt := _enter(pipeline, mottaker, sum_, tolket):
            yield tatt


def _enter(pipeline: Pipeline, mottaker: str, sum_: str, tolket: Tolket) -> Tatt | None:
    """Enter a receipt, and what it is of; None when it says what the last one of that said."""
    gjelder, hva, hvilken, igjen = tolket.gjelder, "", INGEN, False
    if gjelder is not None:
        utgitt = gjelder.utgitt
        hva = f"{utgitt.leveranse} {utgitt.partisjon} nr. {utgitt.nr}"
        hvilken = {
            "leveranse": utgitt.leveranse,
            "skoleaar": utgitt.partisjon.skoleaar,
            "runde": utgitt.partisjon.runde,
            "leveranse_nr": utgitt.nr,
        }
        igjen = _said_last(pipeline, hvilken | {"mottaker": mottaker}) == tolket.sier
        if not igjen:
            _answered(pipeline, mottaker, gjelder, tolket)
    rad = hvilken | {
        "mottaker": mottaker,
        "fil": tolket.fil,
        "sha256": sum_,
        "utfall": tolket.utfall,
        "referanse": tolket.referanse,
        "merknad": tolket.ord,
    }
    with pipeline.engine.begin() as con:
        con.execute(insert(kvittering).values(rad).on_conflict_do_nothing())
    return None if igjen else Tatt(mottaker, sum_, tolket.fil, tolket.utfall, hva, tolket.ord)


def _answered(pipeline: Pipeline, mottaker: str, gjelder: Utsending, tolket: Tolket) -> None:
    ord_ = " ".join(filter(None, (tolket.referanse, tolket.merknad)))
    record(
        *(pipeline, gjelder.leveranse, gjelder.utgitt.partisjon, gjelder.gjelder),
        cast("Hendelse", tolket.utfall),
        hvem=Hvem(mottaker),
        merknad=ord_ or tolket.fil,
        mottaker=mottaker,
    )


def _said_last(pipeline: Pipeline, hvilken: Mapping[str, str | int]) -> tuple[str, ...] | None:
    """Return what the last receipt of a delivery said: the same, spelt otherwise, is no other."""
    k = kvittering.c
    query = sa.select(k.utfall, k.referanse, k.merknad)
    query = query.where(*(k[navn] == verdi for navn, verdi in hvilken.items()))
    with pipeline.engine.connect() as con:
        sist = con.execute(query.order_by(k.nr.desc()).limit(1)).first()
    return tuple(sist) if sist else None
