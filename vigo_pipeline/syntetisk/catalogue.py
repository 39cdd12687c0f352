"""The kodeverk that a skoleår's synthetic files are made of: schools, programmes, fag."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import pyarrow as pa

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.fagvalg import Fagpakke, Fagplass, make_packages
from vigo_pipeline.syntetisk.forutsetning import fagfordeling, fakta, forutsetninger

WAADE = "waade"
Rad = Mapping[str, str]
_LISTER = (
    *("fylker", "kommuner", "skoler", "programomraader", "utdanningsprogram", "fag"),
    *("avbruddsaarsaker", "morsmaal", "poststeder", "fagmerknader", "vitnemaalsmerknader"),
    *("karakterer", "programomraadekategorier"),
)


@dataclass(frozen=True)
class Skole:
    """One unit that reports. ``avgiver``: fylke or ``waade``; ``elever``: Udir's count, or 0."""

    skolenr: str
    navn: str
    fylkesnr: str
    avgiver: str
    eier: str
    type: str
    elever: int


@dataclass(frozen=True)
class Programomraade:
    """One programområde given in school, and the sets of fag its pupils take."""

    kode: str
    program: str
    programtype: str
    trinn: int
    kategori: str
    pakker: tuple[Fagpakke, ...]


@dataclass(frozen=True)
class Grunnlag:
    """Everything a skoleår offers; tuples are in code order.

    ``krever_elevtimer``: the fag that must carry elevtimer. ``lister``: whole code lists.
    """

    lister: dict[str, tuple[Rad, ...]]
    skoler: tuple[Skole, ...]
    programomraader: tuple[Programomraade, ...]
    krever_elevtimer: frozenset[str]
    kommuner: dict[str, tuple[str, ...]]
    avbruddsaarsaker: tuple[str, ...]
    morsmaal: tuple[str, ...]
    poststeder: tuple[str, ...]
    fagmerknader: tuple[str, ...]
    vitnemaalsmerknader: tuple[str, ...]


def load(fra: date, til: date) -> Grunnlag:
    """Return what is valid on any day from ``fra`` to ``til``."""
    return _load(fra, til, kodeverk.version())


# Every round of a year asks for the same, and some for the years before; of lists that are brought
# in meanwhile there is another version.
@lru_cache(maxsize=8)
def _load(fra: date, til: date, _versjon: str) -> Grunnlag:
    rader = {n: _rows(n, fra, til) for n in _LISTER}
    fag = {r["kode"]: r for r in rader["fag"]}
    kommuner: dict[str, list[str]] = {}
    for r in rader["kommuner"]:
        kommuner.setdefault(r["fylkesnr"], []).append(r["kode"])
    telledato = Skoleaar.of(fra).telledato
    fylker = {r["kode"] for r in _rows("fylker", telledato, telledato) if r["type"] == "fylke"}
    program = rader["utdanningsprogram"]
    return Grunnlag(
        lister={navn: tuple(sorted(r, key=lambda x: x["kode"])) for navn, r in rader.items()},
        skoler=_schools(rader["skoler"], fylker),
        programomraader=_programmes(rader["programomraader"], program, fag),
        krever_elevtimer=frozenset(k for k, r in fag.items() if r["krever_elevtimer"] == "J"),
        kommuner={f: tuple(sorted(k)) for f, k in sorted(kommuner.items())},
        avbruddsaarsaker=_codes(rader["avbruddsaarsaker"]),
        morsmaal=_codes(rader["morsmaal"]),
        poststeder=_codes(rader["poststeder"]),
        fagmerknader=_codes(rader["fagmerknader"]),
        vitnemaalsmerknader=_codes(
            r for r in rader["vitnemaalsmerknader"] if r["parametre"] == "0"
        ),
    )


def _rows(liste: str, fra: date, til: date) -> list[Rad]:
    """Return a list's valid rows, the texts only; blank is ''."""
    tabell = kodeverk.valid(liste, fra, til, Skoleaar.of(fra).telledato)
    tekst = [f.name for f in tabell.schema if f.type == pa.string()]
    return [{k: v or "" for k, v in r.items()} for r in tabell.select(tekst).to_pylist()]


def _codes(rader: Iterable[Rad]) -> tuple[str, ...]:
    return tuple(sorted(r["kode"] for r in rader))


def _schools(rader: Iterable[Rad], fylker: set[str]) -> tuple[Skole, ...]:
    """Return the units that can hold pupils. A number outside the fylker's series is Waade's."""
    elever = {r["skolenr"]: int(r["elever"]) for r in fakta("elever_per_skole")}
    typer = {"vgs", *forutsetninger().enheter}
    skoler = [
        Skole(
            skolenr=r["kode"],
            navn=r["navn"],
            fylkesnr=r["fylkesnr"],
            avgiver=_avgiver(r["kode"][:2], fylker),
            eier=r["eier"],
            type=r["type"],
            elever=elever.get(r["kode"], 0) if r["type"] == "vgs" else 0,
        )
        for r in rader
        if r["type"] in typer and r["nivaa"] == "vg"
    ]
    med = [s for s in skoler if s.elever or s.type != "vgs"]
    return tuple(sorted(med, key=lambda s: s.skolenr))


def _avgiver(serie: str, fylker: set[str]) -> str:
    """Return who reports a school: the fylke of its number on telledato, or the one before it."""
    kan = (serie, forutsetninger().forgjenger.get(serie, ""))
    return next((f for f in kan if f in fylker), WAADE)


def _programmes(
    rader: Iterable[Rad], program: Iterable[Rad], fag: Mapping[str, Rad]
) -> tuple[Programomraade, ...]:
    """Return the programområder given in school whose årstimer and fag are known."""
    typer = {r["kode"]: r["type"] for r in program}
    plasser = {
        grunnkode: [_place(r, fag[r["fagkode"]]) for r in rader if r["fagkode"] in fag]
        for grunnkode, rader in fagfordeling().items()
    }
    antall = forutsetninger().fag.pakker
    alle = [
        Programomraade(
            kode=r["kode"],
            program=r["utdanningsprogram"],
            programtype=typer[r["utdanningsprogram"]],
            trinn=int(r["trinn"]),
            kategori=r["kode"][6:],
            pakker=make_packages(r["kode"], plasser[r["kode"][:6]], int(r["aarstimer"]), antall),
        )
        for r in rader
        if r["kode"][:6] in plasser
        and r["utdanningsprogram"] in typer
        and r["sted"] == "skole"
        and r["aarstimer"]
        and r["nivaa"] == "vg"
    ]
    return tuple(sorted((p for p in alle if p.pakker), key=lambda p: p.kode))


def _place(fordelt: Rad, fag: Rad) -> Fagplass:
    """Return a fag's place: the hours that the kursprosent will count."""
    krever = fag["krever_elevtimer"] == "J"
    timer = fordelt["timer"] if krever else fag["aarstimer"]
    return Fagplass(
        fagkode=fordelt["fagkode"],
        timer=int(timer or 0) if fag["grunnlag_kursprosent"] == "J" else 0,
        fast=fordelt["rolle"] != "valg",
        elevtimer=krever,
    )
