"""The resource that is the way out of the house: the channel of each receiver."""

import dagster as dg

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.approval import send
from vigo_pipeline.engine.send.channel import Sendt
from vigo_pipeline.engine.send.ot_lines import Overfoert, send_lines
from vigo_pipeline.engine.send.receipts import Svar, fetch, lying_there
from vigo_pipeline.engine.store import Partisjon


class Kanaler(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The channels that VIGO_KANALER names, else the outbox; how often one is tried stands there.

    It has no settings here: who may start a run does not choose where persons are sent.
    """

    def send(
        self, pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon
    ) -> tuple[Sendt, ...]:
        """Send what is approved to each of its receivers."""
        return send(pipeline, leveranse, partisjon, hvem=pipeline.oppsett.bruker)

    def send_lines(self, pipeline: Pipeline, fylke: str, hvem: str) -> Overfoert:
        """Export the lines of a fylke that are ready, and bring them over where OT has a line."""
        return send_lines(pipeline, fylke, hvem)

    def receipts(self, pipeline: Pipeline) -> Svar:
        """Take in what the receivers have answered."""
        return fetch(pipeline)

    def lying_there(self, pipeline: Pipeline) -> dict[str, set[str]]:
        """Return what lies where each receiver puts its answers."""
        return lying_there(pipeline)
