"""A verdict in one line, for people: how much shuts the gate, and where most is put right."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.judge.latest import last_verdict
from vigo_pipeline.engine.judge.verdict import Brudd, latest
from vigo_pipeline.engine.judge.waivers import Unntak, in_force, shutting
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon

INGENTING = "Åpen: ingenting er galt."
# So many rules are named in the line.
NEVNES = 3


def headline(brudd: Iterable[Brudd], unntak: Iterable[Unntak], dag: date, verst: str = "") -> str:
    """Return what shuts the gate in one line; that it is open, when nothing does.

    ``dag``: when the avgivere are called what they are called here. ``verst``: where the control
    report has most that shuts it, blank where nobody says.
    """
    alle = list(brudd)
    if stenger := shutting(alle, unntak):
        return f"Stengt: {_extent(stenger, dag, verst)}."
    andre = [b for b in alle if not b.opplyser]
    return f"Åpen, men se på {_extent(andre, dag)}{_which(andre)}." if andre else INGENTING


def said_of_gate(
    pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon, verst: str = ""
) -> str | None:
    """Return the latest verdict on a delivery in one line, None when there is none."""
    if last_verdict(pipeline, leveranse, partisjon) is None:
        return None
    brudd = latest(pipeline, leveranse, partisjon)
    unntak = in_force(pipeline, leveranse, partisjon)
    return headline(brudd, unntak, partisjon.aar.telledato, verst)


def goes_along(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Iterator[str]:
    """Yield a line for each delivery whose shut gate holds this one back, whatever its own is."""
    for navn in leveranse.sammen_med:
        egen = pipeline.register.leveranse(navn)
        dom = last_verdict(pipeline, egen, partisjon)
        if dom is not None and not dom["bestaatt"]:
            sagt = said_of_gate(pipeline, egen, partisjon)
            yield f"Leveres sammen med {navn}. Porten til {navn}: {sagt}"


def _which(brudd: list[Brudd]) -> str:
    """Return the rules by their numbers, where they are few enough for a line.

    >>> _which([Brudd(regel, "", "ADVARSEL", "", 1, {}) for regel in ("MINE-001", "FAG-002")])
    ' (FAG-002, MINE-001)'
    """
    numre = sorted({b.regel for b in brudd})
    return f" ({', '.join(numre)})" if len(numre) <= NEVNES else ""


def _extent(brudd: list[Brudd], dag: date, verst: str = "") -> str:
    regler = len({b.regel for b in brudd})
    telt: Counter[str] = Counter()
    for b in brudd:
        telt.update(b.per_fylke)
    hva = amount(regler, "regel")
    if len(telt) == 1:
        hvem = avgiver_name(next(iter(telt)), dag)
        return f"{hva} hos {verst if verst.startswith(hvem) else hvem}"
    # Who reports for the private schools is no fylke.
    hvor = f"i {len(telt)} fylker" if all(map(str.isdigit, telt)) else f"hos {len(telt)} avgivere"
    return f"{hva} {hvor}{f'; verst {verst}' if verst else ''}"
