"""The rules that shut a gate, a line each: what is wrong, how much, where, and the way out."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from vigo_pipeline.contract.enhet import amount, number
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.judge.verdict import Brudd, latest
from vigo_pipeline.engine.judge.waivers import in_force, shutting
from vigo_pipeline.engine.names import avgiver_name
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon

# So many rules are told, and so many avgivere of each; the control report has all of them.
REGLER, AVGIVERE = 5, 3


def shut_by(pipeline: Pipeline, leveranse: Leveranse, partisjon: Partisjon) -> Iterator[str]:
    """Yield the rules that shut a delivery's gate in its latest verdict, gravest first."""
    brudd = latest(pipeline, leveranse, partisjon)
    stenger = shutting(brudd, in_force(pipeline, leveranse, partisjon))
    yield from told(stenger, partisjon.aar.telledato)


def told(brudd: Iterable[Brudd], dag: date) -> Iterator[str]:
    """Yield a line for each broken rule. ``dag``: when the avgivere are called what they are here.

    >>> en = Brudd("MOT-001", "Ikke her", "FEIL", "Legg inn.", 1, {"55": 1}, enhet="avgiver")
    >>> [*told([en], date(2025, 10, 1))]
    ['  FEIL     MOT-001  1 avgiver (Troms): Ikke her. Legg inn.']
    """
    alle = [*brudd]
    for b in alle[:REGLER]:
        antall = amount(b.antall, b.enhet)
        hvem = _where(b.per_fylke, dag)
        yield f"  {b.alvor:<8} {b.regel}  {antall}{hvem}: {b.galt}. {b.rett}"
    if len(alle) > REGLER:
        igjen = amount(len(alle) - REGLER, "regel")
        yield f"  og {igjen} til, som står i kontrollrapporten."


def _where(per_fylke: Mapping[str, int], dag: date) -> str:
    """Return where most of it is, in parentheses; how many in each where it is more than one."""
    rekke = sorted(per_fylke.items(), key=lambda par: (-par[1], par[0]))
    flere = any(n > 1 for _, n in rekke) and len(rekke) > 1
    navn = [f"{avgiver_name(a, dag)}{f' {number(n)}' if flere else ''}" for a, n in rekke]
    andre = len(navn) - AVGIVERE
    slutt = f" og {andre} til" if andre > 0 else ""
    return f" ({', '.join(navn[:AVGIVERE])}{slutt})" if navn else ""
