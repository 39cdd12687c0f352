"""The mistakes that can be made in the collections but oktober: samlingsfeil.toml."""

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from vigo_pipeline.engine.syntetisk.feil.dokument import Rad
from vigo_pipeline.engine.syntetisk.feil.register import Nivaa
from vigo_pipeline.engine.syntetisk.omfang import UgyldigOmfang


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

    ``ordinaer``: only somebody with one elevkurs that goes on, and fagstatus E in every fag.
    ``hele_personen``: the lines are of all that the file says of a person, not of one case.
    ``ogsaa_i``: the case is told of by another school, or by another avgiver, too.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    regler: tuple[str, ...]
    samlinger: tuple[str, ...]
    runder: tuple[str, ...] = ()
    nivaa: Nivaa = Nivaa.GODTAS
    ordinaer: bool = True
    hele_personen: bool = False
    ogsaa_i: Literal["skole", "avgiver"] | None = None
    linjer: tuple[Endring, ...]
    foelger: tuple[str, ...] = ()

    def is_for(self, samling: str, runde: str) -> bool:
        """Say whether the mistake can be made in a round."""
        return samling in self.samlinger and (not self.runder or runde in self.runder)


@cache
def mistakes() -> tuple[Samlingsfeil, ...]:
    """Return the mistakes of samlingsfeil.toml."""
    tabell = tomllib.loads(Path(__file__).with_name("samlingsfeil.toml").read_text("utf-8"))
    return tuple(Samlingsfeil(**f) for f in tabell["feil"])


def wanted(
    feil: bool | Mapping[str, int], samling: str, runde: str
) -> list[tuple[Samlingsfeil, int]]:
    """Return the mistakes to make in a round and how many of each.

    Raises:
        UgyldigOmfang: a rule that no mistake in the round breaks.
    """
    mulige = [f for f in mistakes() if f.is_for(samling, runde)]
    if not isinstance(feil, Mapping):
        return [(f, 1) for f in mulige]
    kjente = {r for f in mulige for r in f.regler}
    if ukjente := sorted(feil.keys() - kjente):
        raise UgyldigOmfang(f"Ingen feil i {samling} kan plantes for {', '.join(ukjente)}.")
    return [(f, max(feil.get(r, 0) for r in f.regler)) for f in mulige]
