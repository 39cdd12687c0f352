"""The SYNTETISK shares of young people with rett and of OT: ungdom.toml."""

import tomllib
from functools import cache

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.syntetisk.forutsetning import HER, Andel


class Borte(Strict):
    """Of those who are gone from school: with a competence, dead, emigrated."""

    kompetanse: Andel
    doed: Andel
    utvandret: Andel


class Tiende(Strict):
    """Of a fylke's Vg1: how many more never applied; where their numbers are, and room for them."""

    soekte_ikke: Andel
    fra_nummer: int
    plass: int


class Tjenesten(Strict):
    """Of those outside: tilmeldt, when (``MM-DD``, and days after it), why and with what status."""

    tilmeldt: Andel
    dag: str
    spredning: int
    statuser: tuple[str, ...]
    andeler: tuple[Andel, ...]
    aarsaker: tuple[str, ...]
    aarsaksandeler: tuple[Andel, ...]


class Soeker(Strict):
    """Of the wishes: with a second one, and what the waiting list ended as."""

    to_oensker: Andel
    venteliste: tuple[str, ...]


class Ungdomsplan(Strict):
    """The shares of ungdom.toml."""

    tiende: Tiende
    borte: Borte
    ot: Tjenesten
    soeker: Soeker


@cache
def ungdomsplan() -> Ungdomsplan:
    """Return what ungdom.toml says."""
    return Ungdomsplan(**tomllib.loads((HER / "ungdom.toml").read_text("utf-8")))
