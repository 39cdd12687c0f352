"""The SYNTETISK shares and the facts of Udir that the synthetic nation is built on."""

import csv
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from vigo_pipeline.contract.strict import Strict

Andel = Annotated[float, Field(ge=0, le=1)]
HER = Path(__file__).parent


class Slag(Strict):
    """One kind of elevkurs: who may be it, how many are, and what it does to the fag."""

    navn: str
    andel: Andel
    enhet: str | None = None
    eier: tuple[str, ...] = ()
    trinn: tuple[int, ...] = ()
    program: tuple[str, ...] = ()
    fagstatus: str = "E"
    antall_fag: int = 0
    beholder: Andel = 1.0


class Runde(Strict):
    """One round: who may have left, what it changes. Days are ``MM-DD`` of the autumn."""

    navn: str
    siste_avbrudd: str
    endringer: dict[str, Andel] = Field(default_factory=dict)


class Alder(Strict):
    """Ages at year end: shares of 0 to 3 years late, and the span of the adults."""

    eldre: tuple[Andel, ...]
    voksen: tuple[int, int]


class Loep(Strict):
    """What pupils do from one skoleår to the next: shares on trinn 1, 2 and 3, and of all."""

    om_igjen: tuple[Andel, Andel, Andel]
    borte: tuple[Andel, Andel, Andel]
    flytter: Andel
    i_aaret: Andel
    eksamen_igjen: Andel


class Tilbud(Strict):
    """How much a school offers, as pupils per unit of it."""

    elever_per_program: int
    elever_per_programomraade: int


class Fagpakker(Strict):
    """How many sets of fag a programområde has to choose among."""

    pakker: int


class Personer(Strict):
    """What is said of single persons, and streets to live in."""

    saerskilt_spraak: Andel
    rett_til_paabygging: Andel
    realkompetansevurdert_fag: Andel
    gater: tuple[str, ...]


class Forutsetninger(Strict):
    """The shares of forutsetninger.toml."""

    fylkesnr_uten_fylke: str
    forgjenger: dict[str, str]
    trinn: dict[str, tuple[Andel, Andel, Andel]]
    alder: Alder
    loep: Loep
    tilbud: Tilbud
    enheter: dict[str, int]
    fag: Fagpakker
    nynorsk: dict[str, Andel]
    personer: Personer


@cache
def forutsetninger() -> Forutsetninger:
    """Return what forutsetninger.toml says."""
    return Forutsetninger(**tomllib.loads((HER / "forutsetninger.toml").read_text("utf-8")))


@cache
def slag() -> tuple[Slag, ...]:
    """Return the kinds of elevkurs in file order; a kind's place is its number."""
    facts = tomllib.loads((HER / "slag.toml").read_text("utf-8"))
    return tuple(Slag(navn=navn, **fact) for navn, fact in facts.items())


@cache
def slag_nr() -> dict[str, int]:
    """Return each kind's number by name."""
    return {s.navn: nr for nr, s in enumerate(slag())}


@cache
def runder() -> dict[str, Runde]:
    """Return the rounds by name."""
    facts = tomllib.loads((HER / "runder.toml").read_text("utf-8"))
    return {navn: Runde(navn=navn, **fact) for navn, fact in facts.items()}


@cache
def fakta(navn: str) -> tuple[dict[str, str], ...]:
    """Return the rows of one file of fakta/, every value text."""
    return _read(HER / "fakta" / f"{navn}.csv")


@cache
def fagfordeling() -> dict[str, tuple[dict[str, str], ...]]:
    """Return the fag of each programområde by grunnkode: fagkode, rolle and timer."""
    ut: dict[str, list[dict[str, str]]] = {}
    for rad in _read(HER / "fagfordeling.csv"):
        ut.setdefault(rad["programomraade_grunnkode"], []).append(rad)
    return {kode: tuple(rader) for kode, rader in ut.items()}


def _read(sti: Path) -> tuple[dict[str, str], ...]:
    with sti.open(encoding="utf-8", newline="") as fil:
        return tuple(csv.DictReader(fil, delimiter=";"))
