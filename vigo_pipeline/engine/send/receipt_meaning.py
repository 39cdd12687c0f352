"""What a receipt comes to: of which delivery it is, and what of its words may be shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel_file import Kvitteringer
from vigo_pipeline.engine.send.diary import Gang, told
from vigo_pipeline.engine.send.handovers import Hendelse
from vigo_pipeline.engine.send.receipt_form import (
    Kvittering,
    Svarfil,
    UnreadableReceipt,
    parse,
    shown,
)
from vigo_pipeline.engine.send.strangers import Utsending

Utfall = Hendelse | Literal["uleselig", "fremmed"]
# Files by name and sha256.
Filer = set[tuple[str, str]]


@dataclass(frozen=True)
class Tolket:
    """What a receipt comes to: its file's name, the outcome, and the receiver's words.

    ``gjelder``: what it is of. ``hvorfor``: why it is of nothing, in our words.
    """

    fil: str
    utfall: Utfall
    referanse: str = ""
    merknad: str = ""
    gjelder: Utsending | None = None
    hvorfor: str = ""

    @property
    def sier(self) -> tuple[str, ...]:
        """Return what it says, however its file is spelt and called."""
        return self.utfall, self.referanse, self.ord

    @property
    def ord(self) -> str:
        """Return all that is to be said of it."""
        return f"{self.hvorfor} {self.merknad}".strip()


def interpret(fil: Svarfil, form: Kvitteringer, ute: Sequence[tuple[Utsending, Filer]]) -> Tolket:
    """Return what a receipt comes to. ``ute``: what was sent to its receiver, with the files."""
    navn = shown(fil.navn)
    try:
        sagt = parse(fil, form)
    except UnreadableReceipt as feil:
        return Tolket(navn, "uleselig", hvorfor=str(feil))
    treff = [u for u, filer in ute if _is_of(sagt, u, filer)]
    tolket = Tolket(navn, sagt.svar, sagt.referanse, sagt.merknad)
    if len({u.utgitt for u in treff}) == 1:
        return replace(tolket, gjelder=treff[0])
    hvorfor = "Den passer til flere leveranser." if treff else "Ingen sendt fil har den summen."
    return replace(tolket, utfall="fremmed", hvorfor=hvorfor)


def files_of(pipeline: Pipeline, sendt: Utsending) -> Filer:
    """Return the files of what was sent by name and sum, as they went and as they are decrypted."""
    utgitt = sendt.utgitt
    gang = Gang(utgitt.leveranse, utgitt.partisjon, sendt.mottaker, utgitt.nr)
    over_linje = [rad.staar.fil for rad in told(pipeline.engine, gang)]
    return {
        (sendt.leveranse.fil.navn, sendt.gjelder.fil_sha256),
        (NAVN, utgitt.manifest_sha256),
        *((f.navn, sum_) for f in over_linje for sum_ in (f.sha256, f.klartekst_sha256)),
    }


def _is_of(sagt: Kvittering, sendt: Utsending, filer: Filer) -> bool:
    """Say whether a receipt is of a file of what was sent, in all that it says of it."""
    navn = {n for n, sum_ in filer if sum_ == sagt.sha256}
    return (
        bool(navn)
        and sagt.fil in {"", *navn}
        and sagt.leveranse_nr in {0, sendt.gjelder.leveranse_nr}
    )
