"""Make the lines of a transfer: one for who is on the list and has not been sent for these reasons.

Nothing goes to OT here: lines are looked through (``gjennomgang``) and exported (``eksport``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.domain.otenhet import Enheter
from vigo_pipeline.domain.otlinje import Aarsak, Linjestatus, must_be_made
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.compute import Resultat
from vigo_pipeline.engine.overfoering.linjebok import LINJEFELT, Linje
from vigo_pipeline.engine.overfoering.utvalg import Utvalg

ENDRET, BORTE = "Årsakene er endret.", "Står ikke lenger på lista."
LAGET = "laget"
Rad = dict[str, Any]


@dataclass(frozen=True)
class Laget:
    """What a making came to in a fylke, as counts. ``ikke``: why no line was touched, if so."""

    fylke: str
    nye: int = 0
    staar: int = 0
    sendt: int = 0
    utgaatt: int = 0
    utenfor: int = 0
    ikke: str = ""


@dataclass
class _Fylke:
    """What is to be entered for a fylke. ``nye``: with the open line that each comes after."""

    nye: list[tuple[Rad, Linje | None]] = field(default_factory=list)
    utgaatt: list[Linje] = field(default_factory=list)
    uten_enhet: list[Linje] = field(default_factory=list)
    staar: int = 0
    sendt: int = 0
    utenfor: int = 0


def make_lines(
    engine: sa.Engine,
    resultat: Resultat,
    fylker: Sequence[str],
    utvalg: Utvalg,
    enheter: Enheter,
    hvem: str,
) -> list[Laget]:
    """Make a fylke's lines of a list, and let those fall away whose reasons are gone.

    A fylke whose lines were made for a later day is left as it is.
    """
    ut, paa_lista = [], _by_fylke(resultat)
    with engine.begin() as con:
        take(con, Laas.OT_LINJER)
        foer = _by_person(linjebok.lines(con, fylker))
        rekke: list[tuple[str, _Fylke]] = []
        for fylke in fylker:
            sist = linjebok.latest(con, fylke, LAGET)
            if sist and sist["dato"] > resultat.dato:
                ikke = f"laget for {sist['dato']:%d.%m.%Y}, som er senere"
                ut.append(Laget(fylke, ikke=ikke))
                continue
            egne = paa_lista.get(fylke, []), foer.get(fylke, {})
            rekke.append((fylke, _of_fylke(*egne, utvalg, Skoleaar.of(resultat.dato))))
        for _, f in rekke:
            _enter(con, f, enheter, resultat.dato, hvem)
        for fylke, f in rekke:
            linjebok.record(
                *(con, fylke, LAGET, resultat.dato),
                antall=len(f.nye),
                utvalg=str(utvalg),
                hvem=hvem,
            )
            tall = len(f.nye), f.staar, f.sendt, len(f.utgaatt), f.utenfor
            ut.append(Laget(fylke, *tall))
    return sorted(ut, key=lambda laget: laget.fylke)


def _by_person(alle: Iterable[Linje]) -> dict[str, dict[str, list[Linje]]]:
    ut: dict[str, dict[str, list[Linje]]] = {}
    for linje in alle:
        ut.setdefault(linje.fylke, {}).setdefault(linje.fnr, []).append(linje)
    return ut


def _by_fylke(resultat: Resultat) -> dict[str, list[Rad]]:
    ut: dict[str, list[Rad]] = {}
    for rad in resultat.liste.to_pylist():
        ut.setdefault(rad["fylke"], []).append(rad)
    return ut


def _of_fylke(
    liste: Sequence[Rad], foer: Mapping[str, list[Linje]], utvalg: Utvalg, aar: Skoleaar
) -> _Fylke:
    ut, paa_lista = _Fylke(), {rad["fnr"] for rad in liste}
    for rad in liste:
        if utvalg.has(rad):
            naa = Aarsak(rad["aarsaker"], rad["dag"], aar)
            _compare(ut, rad, naa, foer.get(rad["fnr"], []))
        else:
            ut.utenfor += 1
    for fnr, egne in foer.items():
        if fnr not in paa_lista:
            ut.utgaatt += [linje.now(Linjestatus.UTGAATT, merknad=BORTE) for linje in _open(egne)]
    return ut


def _open(egne: Iterable[Linje]) -> Iterator[Linje]:
    return (linje for linje in egne if linje.aapen)


def _compare(ut: _Fylke, rad: Rad, naa: Aarsak, egne: Sequence[Linje]) -> None:
    """Decide what a row of the list comes to, when these are the person's lines."""
    aapen = next(_open(egne), None)
    sendt = [linje for linje in egne if linje.status is Linjestatus.EKSPORTERT]
    sist = sendt[-1].aarsak if sendt else None
    if aapen and aapen.aarsak != naa:
        ut.utgaatt.append(aapen.now(Linjestatus.UTGAATT, merknad=ENDRET))
    if must_be_made(naa, aapen.aarsak if aapen else None, sist):
        ut.nye.append((rad, aapen))
    elif aapen and aapen.aarsak == naa:
        ut.staar += 1
        ut.uten_enhet += [aapen] if not aapen.enhet else []
    else:
        ut.sendt += 1


def _enter(con: sa.Connection, f: _Fylke, enheter: Enheter, dato: date, hvem: str) -> None:
    nye: list[Rad] = [
        {n: rad.get(n) for n in LINJEFELT} | {"dato": dato, "siden": rad["dag"]} for rad, _ in f.nye
    ]
    numre = linjebok.add(con, nye)
    staar = [
        Linje(
            **rad,
            nr=nr,
            status=Linjestatus.LAGET,
            enhet=foer.enhet if foer and foer.enhet else enheter.of(rad["fylke"], rad["kommunenr"]),
            merknad=foer.merknad if foer else "",
            hvem=hvem,
            overfoering_nr=None,
            endret=dato,
        )
        for nr, rad, (_, foer) in zip(numre, nye, f.nye, strict=True)
    ]
    # A fylke that has chosen a unit since they were made.
    fylles = [(n, enheter.of(n.fylke, n.kommunenr)) for n in f.uten_enhet]
    valgt = [n.now(n.status, enhet=enhet) for n, enhet in fylles if enhet]
    endret = [n.now(n.status, hvem=hvem, endret=dato) for n in (*f.utgaatt, *valgt)]
    linjebok.enter(con, [*endret, *staar])
