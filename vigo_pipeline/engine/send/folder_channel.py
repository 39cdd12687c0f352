"""The channel that is a folder: the outbox, from which a transport takes what lies there."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine import refused
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.channel import Forsendelse, Sendt
from vigo_pipeline.engine.send.channel_file import Kvitteringer, Mappe
from vigo_pipeline.engine.send.handovers import record
from vigo_pipeline.engine.send.receipt_form import (
    HOEYST_BYTES,
    NoReceipts,
    Svarfil,
    Svarmappe,
    receipts_among,
)


@dataclass(frozen=True)
class Mappekanal:
    """The outbox of the installation, a folder per delivery."""

    oppsett: Mappe

    @property
    def sted(self) -> str:
        """Return where it leads, as it is told."""
        return "utboksen"

    @property
    def kvitteringer(self) -> Kvitteringer | None:
        """Return where receipts come, and what they look like."""
        return self.oppsett.kvitteringer

    def receipts(self) -> Svarmappe:
        """Return the files in the folder of receipts, by name; what is begun is none of them.

        Raises:
            NoReceipts: the folder cannot be read, or has too much in it.
        """
        if self.kvitteringer is None:
            return Svarmappe([])
        mappe = Path(self.kvitteringer.mappe)
        try:
            alle = list(mappe.iterdir())
            lenker = [s for s in alle if s.is_symlink()]
            vanlige = [s.name for s in alle if s not in lenker and s.is_file()]
            filer = [_read(mappe / n) for n in receipts_among(vanlige, str(mappe))]
            return Svarmappe(filer, tuple(sorted(s.name for s in lenker)))
        except OSError as feil:
            raise NoReceipts(
                f"Kvitteringene i {mappe} kan ikke leses ({refused.reason(feil)}). Se VIGO_KANALER."
            ) from None

    def demand_set_up(self) -> None:
        """Refuse a folder of receipts that is not there.

        Raises:
            NoReceipts: it is not, or cannot be read.
        """
        self.receipts()

    def demand_ready(self, pipeline: Pipeline, sak: Forsendelse) -> None:
        """Refuse to send to a folder with more in it than what is sent.

        Raises:
            ForeignInOutbox: something else lies there, or it is a link.
        """
        outbox.demand_no_foreign(_folder(pipeline, sak), {sak.leveranse.fil.navn, NAVN})

    def deliver(self, pipeline: Pipeline, sak: Forsendelse) -> Sendt:
        """Put a delivery in the outbox, the manifest last.

        What was sent before is not put there again when a transport has taken it, but put right
        when it has been changed.
        """
        mappe, pakke = _folder(pipeline, sak), sak.pakke
        tilstand = outbox.compare(mappe, sak.leveranse, pakke.utgitt, pakke.gjelder)
        if tilstand == "endret" or not sak.sendt:
            outbox.put(pipeline, mappe, pakke.files())
        ny = not sak.sendt and record(
            *(pipeline, sak.leveranse, sak.partisjon, pakke.gjelder, "sendt"),
            hvem=Hvem(sak.hvem),
            mottaker=sak.mottaker,
        )
        return Sendt(sak.mottaker, mappe, ny, tilstand)


def _read(sti: Path) -> Svarfil:
    with sti.open("rb") as fil:
        return Svarfil(sti.name, fil.read(HOEYST_BYTES + 1), sti.stat().st_mtime)


def _folder(pipeline: Pipeline, sak: Forsendelse) -> Path:
    nr = sak.pakke.manifest.nr
    return outbox.folder(pipeline, sak.mottaker, sak.leveranse, sak.partisjon, nr)
