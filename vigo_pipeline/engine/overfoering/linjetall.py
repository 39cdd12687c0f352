"""The lines to OT in numbers, as the command line tells them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from vigo_pipeline.contract.enhet import amount, noun
from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.tables import ot_linje
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.eksportert import EKSPORTERT, entered_exports
from vigo_pipeline.engine.overfoering.linjer import Laget

MENER = {
    Linjestatus.LAGET: "er laget og ikke sett gjennom",
    Linjestatus.KLAR: "kan eksporteres",
    Linjestatus.HOLDT: "er holdt tilbake",
    Linjestatus.EKSPORTERT: "er eksportert",
    Linjestatus.UTGAATT: "er falt bort før eksporten",
}


def standing(engine: sa.Engine, fylke: str) -> Iterator[str]:
    """Yield how a fylke's lines stand, as counts, and when the last ones were sent."""
    with engine.connect() as con:
        antall = Counter(linje.status for linje in linjebok.lines(con, [fylke]))
        sist = linjebok.latest(con, fylke, EKSPORTERT)
    for status, mener in MENER.items():
        if antall[status]:
            yield f"{antall[status]:>7} {noun(antall[status], 'linje')} {mener}."
    if not antall:
        yield f"Fylke {fylke} har ingen linjer. De lages av «vigo ot --dag …»."
    if sist:
        yield (
            f"Sist eksportert: {sist['dato']:%d.%m.%Y}, overføring {sist['overfoering_nr']}, "
            f"{amount(sist['antall'], 'linje')}, av {sist['hvem']}."
        )


def of_all(engine: sa.Engine, aar: Skoleaar) -> Iterator[str]:
    """Yield, per fylke and in all, how many lines were exported in a skoleår, and how many wait."""
    with engine.connect() as con:
        alle = [e for e in entered_exports(con)[0] if Skoleaar.of(e.dato) == aar]
    venter = {v.fylke: v.ikke_sett + v.klare + v.holdt for v in waiting(engine)}
    for fylke, antall in venter.items():
        egne = [e for e in alle if e.fylke == fylke]
        sist = f" (sist {max(e.dato for e in egne):%d.%m.%Y})" if egne else ""
        yield (
            f"Fylke {fylke}: {amount(sum(e.antall for e in egne), 'linje')} eksportert i {aar}, i "
            f"{amount(len(egne), 'overføring')}{sist}; {antall} venter."
        )
    yield (
        f"I alt: {amount(sum(e.antall for e in alle), 'linje')} eksportert i {aar}; "
        f"{sum(venter.values())} venter."
    )


@dataclass(frozen=True)
class Venter:
    """How many of a fylke's lines have not gone, and what they wait for."""

    fylke: str
    ikke_sett: int
    klare: int
    holdt: int


def waiting(engine: sa.Engine) -> list[Venter]:
    """Return how many lines wait in each fylke that has made any."""
    with engine.connect() as con:
        fylker = sorted(con.scalars(sa.select(ot_linje.c.fylke).distinct()))
        telt = Counter((linje.fylke, linje.status) for linje in linjebok.lines(con, fylker))
    venter = (Linjestatus.LAGET, Linjestatus.KLAR, Linjestatus.HOLDT)
    return [Venter(f, *(telt[f, status] for status in venter)) for f in fylker]


def made(laget: Iterable[Laget]) -> Iterator[str]:
    """Yield what a making came to, a line per fylke."""
    for f in laget:
        if f.ikke:
            yield f"Fylke {f.fylke}: linjene står som de var, {f.ikke}."
            continue
        deler = [f"{f.nye} nye linjer", f"{f.staar} venter fra før", f"{f.sendt} er eksportert før"]
        deler += [f"{f.utgaatt} er falt bort"] if f.utgaatt else []
        deler += [f"{f.utenfor} er utenfor utvalget"] if f.utenfor else []
        yield f"Fylke {f.fylke}: {', '.join(deler)}."
