"""The mistakes that can be made in the collections but oktober: samlingsfeil.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.syntetisk.feil.dokument import Rad
from vigo_pipeline.syntetisk.feil.mappefeil import MAPPEFEIL
from vigo_pipeline.syntetisk.feil.planting import kinds
from vigo_pipeline.syntetisk.feil.register import Nivaa
from vigo_pipeline.syntetisk.omfang import UgyldigOmfang


class Endring(BaseModel):
    """What is written on one line of a case, or on each that fits.

    ``naar``: patterns as in file names; "" is blank and "?*" anything but. ``alle``: every line
    that fits. ``en_til``: the line stands as it was, and once more with the values. ``slett``: the
    line goes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    post: str
    naar: dict[str, str] = {}
    sett: dict[str, str] = {}
    alle: bool = False
    en_til: bool = False
    slett: bool = False

    def fits(self, rad: Rad) -> bool:
        """Say whether the line is one that the change is for."""
        return rad.post == self.post and all(
            fnmatchcase(rad[n], moenster) for n, moenster in self.naar.items()
        )


class Samlingsfeil(BaseModel):
    """One mistake: ``regler`` are those that must find it, ``foelger`` what follows from it.

    ``avgiver``: a pattern.
    ``ordinaer``: only somebody with one elevkurs that goes on, and fagstatus E in every fag.
    ``ogsaa_i``: the case is told of by another school, or by another avgiver, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    regler: tuple[str, ...]
    samlinger: tuple[str, ...]
    runder: tuple[str, ...] = ()
    avgiver: str = "*"
    nivaa: Nivaa = Nivaa.GODTAS
    ordinaer: bool = True
    ogsaa_i: Literal["skole", "avgiver"] | None = None
    linjer: tuple[Endring, ...]
    foelger: tuple[str, ...] = ()

    def is_for(self, samling: str, runde: str) -> bool:
        """Say whether the mistake can be made in a round."""
        return samling in self.samlinger and (not self.runder or runde in self.runder)


@dataclass(frozen=True)
class Oensket:
    """What to plant: how many of each mistake on lines, and with whole files."""

    linjer: tuple[tuple[Samlingsfeil, int], ...]
    filer: dict[str, int]


class Tabell(BaseModel):
    """samlingsfeil.toml. ``ikke_plantet``: the rules that no mistake in a file can break, and why.

    ``filfeil``: the collections that mistakes with whole files are made in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    filfeil: tuple[str, ...]
    ikke_plantet: dict[str, str]
    feil: tuple[Samlingsfeil, ...]


@cache
def table() -> Tabell:
    """Return samlingsfeil.toml."""
    innhold = Path(__file__).with_name("samlingsfeil.toml").read_text("utf-8")
    return Tabell(**tomllib.loads(innhold))


def plantable() -> frozenset[str]:
    """Return the rules that some mistake in some collection's files breaks."""
    enkle = {r for r, s in kinds().items() if not s.liste or kodeverk.load(s.liste).num_rows}
    return frozenset({*enkle, *MAPPEFEIL, *(r for feil in table().feil for r in feil.regler)})


def wanted(feil: bool | Mapping[str, int], samling: str, runde: str) -> Oensket:
    """Return what to plant in a round: one of each kind, or so many of each rule.

    Raises:
        UgyldigOmfang: a rule that no mistake in the round breaks.
    """
    linjer = [f for f in table().feil if f.is_for(samling, runde)]
    filer = sorted(MAPPEFEIL) if samling in table().filfeil else []
    if not isinstance(feil, Mapping):
        return Oensket(tuple((f, 1) for f in linjer), dict.fromkeys(filer, 1))
    kjente = {r for f in linjer for r in f.regler}.union(filer)
    if ukjente := sorted(feil.keys() - kjente):
        raise UgyldigOmfang(f"Ingen feil i {samling} kan plantes for {', '.join(ukjente)}.")
    return Oensket(
        tuple((f, max(feil.get(r, 0) for r in f.regler)) for f in linjer),
        {r: feil[r] for r in filer if r in feil},
    )
