"""Where a round is looked back at: before each file was replaced, until it was said to be right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.ledger import loads
from vigo_pipeline.engine.ledger.told import told
from vigo_pipeline.engine.store import Partisjon

if TYPE_CHECKING:
    from vigo_pipeline.engine.pipeline import Pipeline

TABELL = "krympet"


@dataclass(frozen=True)
class Punkt:
    """A watermark to look back at, and the files of then that are held against those of now.

    ``filer``: by avgiver and school, blank for a whole avgiver.
    """

    nr: int
    filer: Mapping[tuple[str, str], loads.Innlesing]


def points(
    pipeline: "Pipeline", innsamling: Innsamling, partisjon: Partisjon, vannmerke: int
) -> Iterator[Punkt]:
    """Yield the fewest watermarks that lie between each file of the round and its replacement.

    It is the whole round that is looked back at, so that small steps are no way past. What an
    avgiver has lost and somebody has said is right is where that avgiver starts anew; that a
    delivery was published does not say so, since nothing was told of a small step.
    """
    if innsamling.omfang != "hele":
        return
    with pipeline.engine.connect() as con:
        alle = loads.in_round(con, innsamling.stamme, partisjon)
    godtatt = [i for i in alle if i.status == "godtatt" and i.nr <= vannmerke]
    fra = _said_right(pipeline, innsamling, partisjon, vannmerke)
    erstattet = sorted(_replaced(godtatt, fra), key=lambda par: par[1])
    sist = 0
    for start, slutt, _ in erstattet:
        if sist < start:
            sist = slutt
            hvem = {a for _, _, a in erstattet if fra.get(a, 0) <= sist}
            yield Punkt(
                sist,
                {
                    (i.avgiver, i.skolenr or ""): i
                    for i in godtatt
                    if i.nr <= sist and i.avgiver in hvem
                },
            )


def _replaced(
    godtatt: Sequence[loads.Innlesing], fra: Mapping[str, int]
) -> Iterator[tuple[int, int, str]]:
    """Yield, of each replaced file, from where to where it was in force, and whose it was."""
    gjelder: dict[str, dict[str | None, loads.Innlesing]] = {}
    for i in godtatt:
        egne = gjelder.setdefault(i.avgiver, {})
        foer = (
            [*egne.values()]
            if i.skolenr is None
            else [egne[n] for n in (i.skolenr, None) if n in egne]
        )
        start = fra.get(i.avgiver, 0)
        # The same bytes applied once more, after an earlier round was corrected, replace nothing.
        if i.nr > start and any(f.sha256 != i.sha256 for f in foer):
            yield max(start, *(f.nr for f in foer)), i.nr - 1, i.avgiver
        if i.skolenr is None:
            egne.clear()
        egne[i.skolenr] = i


def _said_right(
    pipeline: "Pipeline", innsamling: Innsamling, partisjon: Partisjon, vannmerke: int
) -> dict[str, int]:
    """Return, per avgiver, the last watermark before this at which somebody said it was right.

    What was published from this very watermark was let out by a waiver, which must be there still.
    """
    fra: dict[str, int] = {}
    for leveranse in pipeline.register.leveres_fra(innsamling.stamme):
        alle = pipeline.register.regler("leveranser", leveranse.stamme, partisjon.skoleaar)
        regler = {r.id for r in alle if TABELL in r.bryter}
        with pipeline.engine.connect() as con:
            sagt = told(con, leveranse.stamme, partisjon, regler)
        if not sagt.brudd:
            continue
        for utgitt in pipeline.published(leveranse.stamme, partisjon):
            try:
                manifest = utgitt.manifest()
            except ChangedOnDisk:
                # Somebody has written another one: it lets nothing out.
                continue
            if manifest.vannmerke < vannmerke:
                for avgiver in sagt.let_out(manifest):
                    fra[avgiver] = max(fra.get(avgiver, 0), manifest.vannmerke)
    return fra
