"""Receipts that lie in a receiver's folder: matched to what was sent, kept, entered in the ledger.

Each is looked at once: the ledger knows it by its bytes. What it says is entered before the receipt
itself, so whoever is stopped between looks at it again, and enters nothing twice.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.database.tables import TABELLER, kvittering
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel import Kanal
from vigo_pipeline.engine.send.channel_file import Kvitteringer
from vigo_pipeline.engine.send.channels import channels
from vigo_pipeline.engine.send.diary import Gang, told
from vigo_pipeline.engine.send.handovers import AVVIST, Hendelse, record
from vigo_pipeline.engine.send.receipt_form import (
    Kvittering,
    Svarfil,
    UnreadableReceipt,
    parse,
    shown,
)
from vigo_pipeline.engine.send.strangers import Utsending, sent
from vigo_pipeline.engine.store import fingerprint, restrict, write_private

Utfall = Hendelse | Literal["uleselig", "fremmed"]
# What somebody must look at.
# A word of letters, also one with a hyphen or an apostrophe.
ORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
UKJENT: tuple[Utfall, ...] = ("uleselig", "fremmed")


@dataclass(frozen=True)
class Tatt:
    """A receipt that was taken in: from whom, of what, what came of it, and the words.

    ``leveranse``: the delivery, its round and number, blank of what nobody sent.
    """

    mottaker: str
    fil: str
    utfall: Utfall
    leveranse: str
    merknad: str

    @property
    def avvist(self) -> bool:
        """Say whether the receiver has rejected what was sent."""
        return self.utfall == AVVIST

    def __str__(self) -> str:
        """Return it in words."""
        hva = {
            "kvittert": f"{self.leveranse} er kvittert",
            AVVIST: f"{self.leveranse} er avvist",
            "fremmed": "en kvittering for noe som ikke er sendt",
            "uleselig": "en fil som ikke er en kvittering",
        }[self.utfall]
        return f"{self.mottaker}: {hva} ({self.fil}){f': {self.merknad}' if self.merknad else '.'}"


@dataclass(frozen=True)
class Svar:
    """What came of a look at the receipts.

    ``tatt``: those that are new. ``ukjente``: all that lie there of nothing that was sent, or that
    cannot be read, until somebody takes them away. ``feil``: of the lines that were down.
    """

    tatt: list[Tatt]
    ukjente: list[Tatt]
    feil: list[VigoError]


def fetch(pipeline: Pipeline) -> Svar:
    """Take in what has come of receipts from every receiver that has a folder for them.

    One line that is down holds nothing back from another.

    Raises:
        InvalidChannels: the file of channels cannot be used.
    """
    svar = Svar([], [], [])
    for mottaker, form, kanal in _with_receipts(pipeline):
        try:
            filer = _by_sum(kanal)
        except VigoError as feil:
            svar.feil.append(feil)
            continue
        svar.tatt.extend(_take_in(pipeline, mottaker, filer, form))
        svar.ukjente.extend(_not_understood(pipeline, mottaker, filer))
    return svar


def lying_there(pipeline: Pipeline) -> dict[str, set[str]]:
    """Return the sha256 of each receipt that lies there now, by receiver.

    Raises:
        InvalidChannels: the file of channels cannot be used.
        VigoError: a receiver's folder cannot be read.
    """
    return {mottaker: {*_by_sum(kanal)} for mottaker, _, kanal in _with_receipts(pipeline)}


def _with_receipts(pipeline: Pipeline) -> Iterator[tuple[str, Kvitteringer, Kanal]]:
    for mottaker, kanal in channels(pipeline).items():
        if (form := kanal.kvitteringer) is not None:
            yield mottaker, form, kanal


def _by_sum(kanal: Kanal) -> dict[str, Svarfil]:
    # The last that a receiver says holds, also of what it has said since the last look.
    alle = sorted(kanal.receipts(), key=lambda f: (f.endret, f.navn))
    return {fingerprint(f.innhold): f for f in alle}


def _not_understood(pipeline: Pipeline, mottaker: str, filer: Collection[str]) -> list[Tatt]:
    k = kvittering.c
    query = sa.select(k.fil, k.utfall, k.merknad).where(
        k.mottaker == mottaker, k.utfall.in_(UKJENT), k.sha256.in_(filer)
    )
    with pipeline.engine.connect() as con:
        return [Tatt(mottaker, f, u, "", o) for f, u, o in con.execute(query.order_by(k.nr))]


def _take_in(
    pipeline: Pipeline, mottaker: str, filer: Mapping[str, Svarfil], form: Kvitteringer
) -> Iterator[Tatt]:
    k = kvittering.c
    with pipeline.engine.connect() as con:
        sett = {*con.scalars(sa.select(k.sha256).where(k.mottaker == mottaker))}
    nye = {s: f for s, f in filer.items() if s not in sett}
    ute = [u for u in sent(pipeline) if u.mottaker == mottaker] if nye else []
    for sum_, fil in nye.items():
        restrict(pipeline.oppsett.begrenset)
        mappe = pipeline.oppsett.begrenset / "kvitteringer" / mottaker
        write_private(mappe / f"{sum_}.json", fil.innhold)
        utfall, sagt, gjelder, ord_ = _meant(pipeline, fil, form, ute)
        if sagt is not None:
            sagt = replace(
                sagt,
                referanse=_without_names(pipeline, sagt.referanse),
                merknad=_without_names(pipeline, sagt.merknad),
            )
        navn, ord_ = (_without_names(pipeline, t) for t in (shown(fil.navn), ord_))
        yield _enter(pipeline, mottaker, navn, sum_, utfall, sagt, gjelder, ord_)


def _meant(
    pipeline: Pipeline, fil: Svarfil, form: Kvitteringer, ute: list[Utsending]
) -> tuple[Utfall, Kvittering | None, Utsending | None, str]:
    """Return what a receipt comes to: the outcome, what it says, of what, and the words."""
    try:
        sagt = parse(fil, form)
    except UnreadableReceipt as feil:
        return "uleselig", None, None, str(feil)
    treff = [u for u in ute if _is_of(pipeline, sagt, u)]
    if len({u.utgitt for u in treff}) != 1:
        hvorfor = "Den passer til flere leveranser." if treff else "Ingen sendt fil har den summen."
        return "fremmed", sagt, None, f"{hvorfor} {sagt.merknad}".strip()
    return sagt.svar, sagt, treff[0], sagt.merknad


def _is_of(pipeline: Pipeline, sagt: Kvittering, sendt: Utsending) -> bool:
    """Say whether a receipt is of a file of what was sent, in all that it says of it."""
    utgitt = sendt.utgitt
    gang = Gang(utgitt.leveranse, utgitt.partisjon, sendt.mottaker, utgitt.nr)
    filer = {
        (sendt.leveranse.fil.navn, sendt.gjelder.fil_sha256),
        (NAVN, utgitt.manifest_sha256),
    }
    for rad in told(pipeline.engine, gang):
        fil = rad.staar.fil
        filer |= {(fil.navn, fil.sha256), (fil.navn, fil.klartekst_sha256)}
    navn = {n for n, sum_ in filer if sum_ == sagt.sha256}
    return (
        bool(navn)
        and sagt.fil in {"", *navn}
        and sagt.leveranse_nr in {0, sendt.gjelder.leveranse_nr}
    )


def _without_names(pipeline: Pipeline, tekst: str) -> str:
    """Return a receiver's words with *** for each that is part of a pupil's name.

    What is wrong with a delivery is often told of the pupil that it was seen on. The receipt as it
    came is in the restricted folder.
    """
    ord_ = {o for o in ORD.findall(tekst) if o[:1].isupper()}
    if not ord_:
        return tekst
    ett = sa.func.unnest(sa.cast(sorted(ord_), ARRAY(sa.Text))).column_valued("ett")
    elevnavn = TABELLER["elev"].c.elevnavn
    i_et_navn = elevnavn.regexp_match(sa.func.concat(r"\m", ett, r"\M"), flags="i")
    with pipeline.engine.connect() as con:
        navn = {*con.scalars(sa.select(ett).where(sa.exists().where(i_et_navn)))}
    return ORD.sub(lambda treff: "***" if treff[0] in navn else treff[0], tekst)


def _enter(
    pipeline: Pipeline,
    mottaker: str,
    navn: str,
    sum_: str,
    utfall: Utfall,
    sagt: Kvittering | None,
    gjelder: Utsending | None,
    merknad: str,
) -> Tatt:
    if gjelder is not None and sagt is not None:
        ord_ = " ".join(filter(None, (sagt.referanse, sagt.merknad)))
        record(
            *(pipeline, gjelder.leveranse, gjelder.utgitt.partisjon, gjelder.gjelder, sagt.svar),
            hvem=Hvem(mottaker),
            merknad=ord_ or navn,
            mottaker=mottaker,
        )
    utgitt = gjelder.utgitt if gjelder else None
    rad = {
        "mottaker": mottaker,
        "fil": navn,
        "sha256": sum_,
        "utfall": utfall,
        "leveranse": utgitt.leveranse if utgitt else "",
        "skoleaar": utgitt.partisjon.skoleaar if utgitt else "",
        "runde": utgitt.partisjon.runde if utgitt else "",
        "leveranse_nr": utgitt.nr if utgitt else 0,
        "referanse": sagt.referanse if sagt else "",
        "merknad": merknad,
    }
    with pipeline.engine.begin() as con:
        con.execute(insert(kvittering).values(rad).on_conflict_do_nothing())
    hva = f"{utgitt.leveranse} {utgitt.partisjon} nr. {utgitt.nr}" if utgitt else ""
    return Tatt(mottaker, navn, utfall, hva, merknad)
