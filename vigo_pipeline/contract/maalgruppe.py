"""Audiences: who has a calendar of their own, and which events stand in it."""

from typing import Literal

from vigo_pipeline.contract.strict import Strict


class Maalgruppe(Strict):
    """One audience of the årshjul: who has a calendar of deadlines, and may be sent deliveries.

    ``id``: the name of its calendar's file. ``navn``: what a delivery's ``mottakere`` calls it.
    ``deltar_som``: what it is called in the events' ``fra`` and ``til``. ``avgivere``: whose files
    a flow collects; what such a flow delivers has the avgiver's own deadline.
    """

    id: str
    navn: str
    deltar_som: tuple[str, ...]
    avgivere: Literal["fylker", "waade"] | None = None
