"""Which findings are the root and which follow from it, so that nobody chases the latter."""

from collections.abc import Iterable, Mapping

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.kontrollrapport.samle import Funn


def roots(funn: Iterable[Funn], regler: Mapping[str, Regel]) -> dict[Funn, str]:
    """Return the rule that each consequence follows from; a root is not in it.

    A finding follows when its rule names another (``foelger_av``) that the same person breaks, or
    the same file or school when the finding is of no person.
    """
    alle = list(funn)
    brutt: dict[tuple[str, str], set[str]] = {}
    for f in alle:
        for sted in _places_of(f):
            brutt.setdefault(sted, set()).add(f.regel)
    ut = {}
    for f in alle:
        mulige = regler[f.regel].foelger_av if f.regel in regler else ()
        grunn = next((r for r in mulige if any(r in brutt.get(s, ()) for s in _places_of(f))), None)
        if grunn is not None:
            ut[f] = grunn
    return ut


def _places_of(f: Funn) -> list[tuple[str, str]]:
    """Return what a finding shares with those it may follow from: its person, file or school."""
    if f.fnr:
        return [("person", f.fnr)]
    if f.fil:
        return [("fil", f"{f.avgiver}/{f.fil}")]
    return [("skole", f"{f.avgiver}/{f.skolenr}")] if f.skolenr else []
