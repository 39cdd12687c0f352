"""The channel that is a folder: the outbox, from which a transport takes what lies there."""

from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.domain.hvem import Hvem
from vigo_pipeline.engine.manifest import NAVN
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send import outbox
from vigo_pipeline.engine.send.channel import Forsendelse, Sendt
from vigo_pipeline.engine.send.handovers import record


@dataclass(frozen=True)
class Mappekanal:
    """The outbox of the installation, a folder per delivery."""

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


def _folder(pipeline: Pipeline, sak: Forsendelse) -> Path:
    nr = sak.pakke.manifest.nr
    return outbox.folder(pipeline, sak.mottaker, sak.leveranse, sak.partisjon, nr)
