"""The channel that is a folder: the outbox, from which a transport takes what lies there."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.domain.hvem import Hvem
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
    receipts_among,
)


@dataclass(frozen=True)
class Mappekanal:
    """The outbox of the installation, a folder per delivery."""

    oppsett: Mappe

    @property
    def kvitteringer(self) -> Kvitteringer | None:
        """Return where receipts come, and what they look like."""
        return self.oppsett.kvitteringer

    def receipts(self) -> list[Svarfil]:
        """Return the files in the folder of receipts, by name; links and what is begun are not.

        Raises:
            NoReceipts: the folder cannot be read, or has too much in it.
        """
        if self.kvitteringer is None:
            return []
        mappe = Path(self.kvitteringer.mappe)
        try:
            vanlige = [s.name for s in mappe.iterdir() if s.is_file() and not s.is_symlink()]
            egne = receipts_among(vanlige, str(mappe))
            return [Svarfil(n, _beginning(mappe / n), (mappe / n).stat().st_mtime) for n in egne]
        except OSError as feil:
            raise NoReceipts(
                f"Kvitteringene i {mappe} kan ikke leses ({feil.strerror}). Se VIGO_KANALER."
            ) from None

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


def _beginning(sti: Path) -> bytes:
    with sti.open("rb") as fil:
        return fil.read(HOEYST_BYTES + 1)


def _folder(pipeline: Pipeline, sak: Forsendelse) -> Path:
    nr = sak.pakke.manifest.nr
    return outbox.folder(pipeline, sak.mottaker, sak.leveranse, sak.partisjon, nr)
