"""Which findings are the root and which follow from it, so that nobody chases the latter."""

from collections.abc import Iterable, Mapping

from vigo_pipeline.contract.spesifikasjon import STENGER, Regel
from vigo_pipeline.engine.kontrollrapport.samle import FIL, Funn

Sted = tuple[str, str]


def roots(funn: Iterable[Funn], regler: Mapping[str, Regel]) -> dict[Funn, str]:
    """Return the rule that each consequence follows from; a root is not in it.

    A finding follows when its rule names another (``foelger_av``) that the same person breaks, or
    the same file or school when the finding is of no person. One of a whole avgiver may follow
    from what had its files rejected (``foelger_av_filfeil``).
    """
    alle = list(funn)
    brutt: dict[Sted, set[str]] = {}
    avvist: dict[str, str] = {}
    for f in alle:
        for sted in _places_of(f):
            brutt.setdefault(sted, set()).add(f.regel)
        if f.trinn == FIL and f.alvor in STENGER:
            avvist.setdefault(f.avgiver, f.regel)
    ut = {}
    for f in alle:
        regel = regler[f.regel]
        steder = _places_of(f)
        av = next((r for r in regel.foelger_av if any(r in brutt.get(s, ()) for s in steder)), None)
        if regel.foelger_av_filfeil:
            av = av or avvist.get(f.avgiver)
        if av is not None:
            ut[f] = av
    return ut


def _places_of(f: Funn) -> list[Sted]:
    """Return what a finding shares with those it may follow from: its person, file or school."""
    if f.fnr:
        return [("person", f.fnr)]
    if f.fil:
        return [("fil", f"{f.avgiver}/{f.fil}")]
    return [("skole", f"{f.avgiver}/{f.skolenr}")] if f.skolenr else []
