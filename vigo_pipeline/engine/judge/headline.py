"""A verdict in one line, for people: how much shuts the gate, and where most of it is."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from vigo_pipeline.contract.spesifikasjon import STENGER
from vigo_pipeline.domain.prikking import is_small
from vigo_pipeline.engine.judge.verdict import Brudd
from vigo_pipeline.engine.judge.waivers import Unntak, covered
from vigo_pipeline.engine.names import avgiver_name


def shutting(brudd: Iterable[Brudd], unntak: Iterable[Unntak]) -> list[Brudd]:
    """Return the broken rules that shut the gate: the grave ones that no waiver covers in full."""
    alle = list(brudd)
    dekket, _ = covered(alle, unntak)
    return [b for b in alle if b.alvor in STENGER and b.regel not in dekket]


def headline(brudd: Iterable[Brudd], unntak: Iterable[Unntak], dag: date) -> str:
    """Return what shuts the gate in one line; that it is open, when nothing does.

    ``dag``: when the avgivere are called what they are called here.
    """
    alle = list(brudd)
    if stenger := shutting(alle, unntak):
        return f"Stengt: {_extent(stenger, dag)}."
    andre = [b for b in alle if not b.opplyser]
    return f"Åpen, men se på {_extent(andre, dag)}." if andre else "Åpen: ingenting er galt."


def _extent(brudd: list[Brudd], dag: date) -> str:
    regler = len({b.regel for b in brudd})
    telt: Counter[str] = Counter()
    for b in brudd:
        telt.update(b.per_fylke)
    hva = "1 regel" if regler == 1 else f"{regler} regler"
    verst, antall = max(telt.items(), key=lambda par: (par[1], par[0]))
    # Of few rows it is enough to know where they are.
    antall_vist = "" if is_small(antall) else f" ({antall} rader)"
    verst_av_alle = f"{avgiver_name(verst, dag)}{antall_vist}"
    if len(telt) == 1:
        return f"{hva} hos {verst_av_alle}"
    # Who reports for the private schools is no fylke.
    hvor = f"i {len(telt)} fylker" if all(map(str.isdigit, telt)) else f"hos {len(telt)} avgivere"
    return f"{hva} {hvor}; verst {verst_av_alle}"
