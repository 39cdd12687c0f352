"""Deliveries that are out of date: what they were derived from has changed since."""

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.ledger.closings import is_closed
from vigo_pipeline.engine.pipeline import REGNSKAP, Pipeline, rows_digest
from vigo_pipeline.engine.store import Partisjon


def outdated(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> str | None:
    """Return what a round of a flow would be derived from now, when that is not what it was.

    A late file of one round moves the rounds after it: their Sentralbase has another watermark, and
    the delivery before theirs other bytes. A round that has not been derived is not out of date,
    nor is one that is closed: it keeps its own.
    """
    samling, leveranser = pipeline.register.flyt(flyt)
    avledet = [(v, av) for v in leveranser if (av := _made_of(pipeline, v, partisjon))]
    if not avledet:
        return None
    with pipeline.engine.connect() as con:
        if is_closed(con, flyt, partisjon):
            return None
    vannmerke = str(pipeline.vannmerke(samling.stamme, partisjon))
    forrige = [rows_digest(pipeline.forrige(leveranse, partisjon)) for leveranse, _ in avledet]
    if any(av != (vannmerke, naa) for (_, av), naa in zip(avledet, forrige, strict=True)):
        return "|".join([vannmerke, *(n[:12] for n in forrige)])
    return None


def _made_of(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon
) -> tuple[str, str] | None:
    """Return the watermark and the delivery before that rows were derived from, None without."""
    # Most rounds of most years have none, and a question to the disk is less than one to a server.
    if not (pipeline.folder("leveranser", leveranse.stamme, partisjon) / REGNSKAP).exists():
        return None
    egne = pipeline.artefacts("leveranser", leveranse.stamme, partisjon)
    if egne.skrevet is not None:
        return str(egne.skrevet.vannmerke), egne.skrevet.forrige or ""
    # A version that did not enter it in the ledger wrote them, as no step reads them now.
    return "", ""
