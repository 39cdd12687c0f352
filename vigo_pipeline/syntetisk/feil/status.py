"""Defects that only the computed elevstatus and kursprosent show: STAT, BER."""

from vigo_pipeline.syntetisk.feil.dokument import Dokument, Funn
from vigo_pipeline.syntetisk.feil.register import Nivaa, feilslag


@feilslag("STAT-011", Nivaa.GODTAS)
def not_only_o(d: Dokument) -> list[Funn] | None:
    """Oppdragsundervisning in every fag but one, which is godkjent."""
    elev = d.take()
    if elev is None:
        return None
    for rad in elev.kl:
        rad["fagstatus"] = "O"
    elev.kl[-1]["fagstatus"] = "G"
    return [Funn(elev.ek[0], "elevstatus")]


@feilslag("BER-105", Nivaa.GODTAS)
def nothing_counts(d: Dokument) -> list[Funn] | None:
    """Meropplæring in every fag but one, which is fritatt and has 0 elevtimer."""
    koder = set(d.verksted.grunnlag.krever_elevtimer)
    elev = d.take(lambda e: any(r["fagkode"] in koder for r in e.kl))
    if elev is None:
        return None
    siste = next(r for r in elev.kl if r["fagkode"] in koder)
    for rad in elev.kl:
        rad["fagstatus"] = "B"
    siste["fagstatus"], siste["elevtimer"] = "F", "0"
    return [Funn(elev.ek[0], "kursprosent")]
