"""The mistakes that a table can say of lines that belong together: samlingsfeil.toml."""

import tomllib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, StrictBool

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.syntetisk.feil.dokument import Rad
from vigo_pipeline.syntetisk.feil.register import Nivaa


class Endring(Strict):
    """What is written on one line of a case, or on each that fits.

    ``naar``: patterns as in file names; "" is blank and "?*" anything but. ``alle``: every line
    that fits. ``en_til``: the line stands as it was, and once more with the values. ``slett``: the
    line goes.
    """

    post: str
    naar: dict[str, str] = Field(default_factory=dict)
    sett: dict[str, str] = Field(default_factory=dict)
    alle: StrictBool = False
    en_til: StrictBool = False
    slett: StrictBool = False

    def fits(self, rad: Rad) -> bool:
        """Say whether the line is one that the change is for."""
        return rad.post == self.post and all(
            fnmatchcase(rad[n], moenster) for n, moenster in self.naar.items()
        )


class Samlingsfeil(Strict):
    """One mistake: ``regler`` are those that must find it, ``foelger`` what follows from it.

    ``avgiver``: a pattern.
    ``ordinaer``: only somebody with one elevkurs that goes on, and fagstatus E in every fag.
    ``ogsaa_i``: the case is told of by another school, or by another avgiver, too.
    ``funnet_i``: the later collection that finds it, when it also has what the skoleår before told;
    nobody finds it where it is made, so it is planted when it is asked for by name.
    """

    regler: tuple[str, ...]
    samlinger: tuple[str, ...]
    runder: tuple[str, ...] = ()
    avgiver: str = "*"
    nivaa: Nivaa = Nivaa.GODTAS
    ordinaer: StrictBool = True
    ogsaa_i: Literal["skole", "avgiver"] | None = None
    linjer: tuple[Endring, ...]
    foelger: tuple[str, ...] = ()
    funnet_i: str = ""

    def is_for(self, samling: str, runde: str) -> bool:
        """Say whether the mistake can be made in a round."""
        return samling in self.samlinger and (not self.runder or runde in self.runder)


class Tabell(Strict):
    """samlingsfeil.toml. ``ikke_plantet``: the rules that no mistake in a file can break, and why.

    ``elevfeil``, ``filfeil``: the collections that defects of pupils are made in, and mistakes with
    whole files.
    """

    elevfeil: tuple[str, ...]
    filfeil: tuple[str, ...]
    ikke_plantet: dict[str, str]
    feil: tuple[Samlingsfeil, ...]


@cache
def table() -> Tabell:
    """Return samlingsfeil.toml."""
    innhold = Path(__file__).with_name("samlingsfeil.toml").read_text("utf-8")
    return Tabell(**tomllib.loads(innhold))
