"""Which findings are the root and which follow from it, so that nobody chases the latter."""

from collections.abc import Iterable, Mapping

from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER, Regel
from vigo_pipeline.domain.kontrollsiffer import LENGTH
from vigo_pipeline.reports.kontrollrapport.finding import FIL, Funn

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


def gravity(
    funn: Iterable[Funn], aarsaker: Mapping[Funn, str], regler: Mapping[str, Regel]
) -> dict[Funn, str]:
    """Return, for each finding that something graver follows from, how grave that is.

    What shuts the gate is gone when its root is put right, so the root is what shuts it, however
    mild its own rule is. What follows from what follows counts too.
    """
    alle = list(funn)
    brutt: dict[tuple[str, Sted], list[Funn]] = {}
    for f in alle:
        for sted in _places_and_files(f):
            brutt.setdefault((f.regel, sted), []).append(f)
    ut: dict[Funn, str] = {}
    for grad in ALVOR:
        nye = [f for f in alle if f.alvor == grad and f in aarsaker]
        while nye:
            hos = {(aarsaker[f], s) for f in nye for s in _places_of_roots(f, regler)}
            nye = []
            for rot in (r for sted in sorted(hos) for r in brutt.get(sted, ())):
                if rot not in ut and ALVOR.index(rot.alvor) > ALVOR.index(grad):
                    ut[rot] = grad
                    nye += [rot] if rot in aarsaker else []
    return ut


def _places_and_files(f: Funn) -> list[Sted]:
    """Return where a finding is a root: its places, and its avgiver when its file was rejected."""
    avvist = f.trinn == FIL and f.alvor in STENGER
    return [*_places_of(f), *([("avgiver", f.avgiver)] if avvist else [])]


def _places_of_roots(f: Funn, regler: Mapping[str, Regel]) -> list[Sted]:
    """Return where the root of a consequence is looked for, as ``roots`` does."""
    filfeil = regler[f.regel].foelger_av_filfeil
    return [*_places_of(f), *([("avgiver", f.avgiver)] if filfeil else [])]


def _places_of(f: Funn) -> list[Sted]:
    """Return what a finding shares with those it may follow from: its person, file or school."""
    if f.fnr:
        # One that a spreadsheet took for a number has lost its first digit: the person is the same.
        return [("person", f.fnr.zfill(LENGTH))]
    if f.fil:
        return [("fil", f"{f.avgiver}/{f.fil}")]
    return [("skole", f"{f.avgiver}/{f.skolenr}")] if f.skolenr else []
