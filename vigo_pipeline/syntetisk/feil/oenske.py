"""What to plant in a round, out of everything that can be planted."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.syntetisk.feil import dato, enkle, fag, fil, noekkel, person, skole, status
from vigo_pipeline.syntetisk.feil.mappefeil import MAPPEFEIL
from vigo_pipeline.syntetisk.feil.register import REGISTER, Feilslag
from vigo_pipeline.syntetisk.feil.samlingsfeil import Samlingsfeil, table
from vigo_pipeline.syntetisk.omfang import UgyldigOmfang

# Imported for the defects they register.
MODULER = (dato, enkle, fag, fil, noekkel, person, skole, status)


@dataclass(frozen=True)
class Oensket:
    """How many of each defect of a pupil, each mistake on lines, and each with a whole file."""

    elever: tuple[tuple[Feilslag, int], ...]
    linjer: tuple[tuple[Samlingsfeil, int], ...]
    filer: dict[str, int]


@cache
def kinds() -> dict[str, Feilslag]:
    """Return every defect of pupils by rule, first those that Waade (its files come last) lacks."""
    alle = REGISTER | enkle.table()
    return {r: alle[r] for r in sorted(alle, key=lambda r: (not alle[r].bare_fylke, r))}


def plantable() -> frozenset[str]:
    """Return the rules that something planted in some collection's files breaks."""
    elever = {r for r, s in kinds().items() if not s.liste or kodeverk.load(s.liste).num_rows}
    return frozenset({*elever, *MAPPEFEIL, *(r for feil in table().feil for r in feil.regler)})


def wanted(feil: bool | Mapping[str, int], samling: str, runde: str) -> Oensket:
    """Return what to plant in a round: one of each kind, or so many of each rule.

    Raises:
        UgyldigOmfang: a rule that nothing planted in the round breaks.
    """
    elever = kinds() if samling in table().elevfeil else {}
    linjer = [f for f in table().feil if f.is_for(samling, runde)]
    filer = sorted(MAPPEFEIL) if samling in table().filfeil else []
    kjente = {*elever, *(r for f in linjer for r in f.regler), *filer}
    senere = {r for f in linjer if f.funnet_i for r in f.regler}
    antall = feil if isinstance(feil, Mapping) else dict.fromkeys(kjente - senere, 1)
    if ukjente := sorted(antall.keys() - kjente):
        raise UgyldigOmfang(f"Ingen feil i {samling} kan plantes for {', '.join(ukjente)}.")
    return Oensket(
        tuple((slag, antall.get(r, 0)) for r, slag in elever.items()),
        tuple((f, max(antall.get(r, 0) for r in f.regler)) for f in linjer),
        {r: antall[r] for r in filer if r in antall},
    )
