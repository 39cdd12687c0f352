"""The control report in numbers: per school, per rule, per avgiver; no person."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER
from vigo_pipeline.domain.prikking import LITE, SKJULT, Celle, Tall, conceal
from vigo_pipeline.reports.kontrollrapport.content import Innhold
from vigo_pipeline.reports.kontrollrapport.finding import FIL
from vigo_pipeline.reports.kontrollrapport.known_errors import Aapent
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

_TALL = tuple(Kolonne(a, 10, tall=True) for a in ALVOR)
NYE, RETTET = "Nye i runden", "Rettet i runden"
HVA = "Hva det gjelder"
# So many schools are named where somebody asks where most is wrong.
SKOLER = 5
Hvem = TypeVar("Hvem", str, tuple[str, str])


@dataclass(frozen=True)
class Mest:
    """Where most of what shuts the gate of a delivery is: the avgiver, its rows, and the schools.

    ``i_avviste``: how many of the rows are in files that were rejected. No rule of the gate has
    seen those, so they are in no count of its own. ``per_regel``: by rule of the gate, the school
    that has most rows that break it, and how many; of a rule that no school breaks there is none.

    The counts are as they are, for those who run the pipeline; none of them is shown to all.
    """

    avgiver: str
    rader: int
    skoler: Tabell
    i_avviste: int
    per_regel: Mapping[str, str]

    def __str__(self) -> str:
        """Return the avgiver and its count, in words."""
        avviste = f", {self.i_avviste} av dem i avviste filer" if self.i_avviste else ""
        return f"{self.avgiver} ({amount(self.rader)} å rette{avviste})"


def per_school(innhold: Innhold) -> Tabell:
    """Return one line per school of a fylke: errors by severity, and what most of them are."""
    skoler = sorted({a.funn.skolenr for a in innhold.feil})
    return Tabell(
        "Per skole",
        (Kolonne("Skole", 10), Kolonne("Navn", 34), *_TALL, Kolonne("Det meste er", 44)),
        [
            (
                s or "uten skole",
                innhold.school_name(s),
                *_by_severity(innhold, s),
                _most(innhold, s),
            )
            for s in skoler
        ],
        "Skoler uten noe å rette er ikke med.",
    )


def most_of_it(
    innhold: Innhold, aapne: Iterable[Aapent], name: Callable[[str], str]
) -> Mest | None:
    """Return where most of what shuts a gate is; None where nothing does.

    By the rules alone, as all that is open: what a row leads to would tell of single rows.
    """
    stenger = [
        a.funn
        for a in aapne
        if a.funn.alvor in STENGER and not innhold.regler[a.funn.regel].opplyser
    ]
    i_avviste = Counter((f.avgiver, f.skolenr) for f in stenger if f.trinn == FIL)
    per_skole = _most_first((f.avgiver, f.skolenr) for f in stenger if f.skolenr)
    if not stenger:
        return None
    avgiver, antall = _most_first(f.avgiver for f in stenger)[0]
    skoler = Tabell(
        "Skoler med mest",
        (
            *(Kolonne("Avgiver", 28), Kolonne("Skole", 10), Kolonne("Navn", 34)),
            *(Kolonne("Stenger", 9, tall=True), Kolonne("I avviste filer", 16, tall=True)),
        ),
        [
            (name(a), s, innhold.school_name(s), n, i_avviste[a, s])
            for (a, s), n in per_skole[:SKOLER]
        ],
    )
    avviste = sum(f.avgiver == avgiver and f.trinn == FIL for f in stenger)
    per_regel: dict[str, str] = {}
    sett_av_porten = (f for f in stenger if f.skolenr and f.trinn != FIL)
    for (regel, s), n in _most_first((f.regel, f.skolenr) for f in sett_av_porten):
        per_regel.setdefault(regel, f"{f'{s} {innhold.school_name(s)}'.strip()}: {n}")
    return Mest(name(avgiver), antall, skoler, avviste, per_regel)


def _most_first(hvem: Iterable[Hvem]) -> list[tuple[Hvem, int]]:
    return sorted(Counter(hvem).items(), key=lambda par: (-par[1], par[0]))


def per_rule(innhold: Innhold, *, aapen: bool) -> Tabell:
    """Return one line per rule; small counts are concealed in what is open.

    What only explains a number stands here too in what is open: a fylke has a table of it.
    """
    alle = innhold.funnene if aapen else innhold.feil
    telt = Counter(a.funn.regel for a in alle)
    alvor: dict[str, str] = {}
    for a in alle:
        egen = innhold.counted_as(a.funn) if aapen else innhold.alvor(a.funn)
        alvor[a.funn.regel] = min(alvor.get(a.funn.regel, egen), egen, key=ALVOR.index)
    # What is of no school is of none, and not of one that has no number.
    skoler = {r: len({a.funn.skolenr for a in alle if a.funn.regel == r} - {""}) for r in telt}
    rader: list[Tall] = [
        {"regel": r, "antall": n, "alvor": alvor[r], "stenger": alvor[r] in STENGER or alvor[r]}
        for r, n in sorted(telt.items())
    ]
    # The page has the sum of what shuts, and the avgivere the sum of each severity.
    if aapen:
        rader = conceal(rader, ["antall"], "stenger", "alvor")
    ut: list[tuple[Celle, ...]] = []
    for rad in rader:
        r = innhold.regler[str(rad["regel"])]
        ut.append((r.id, alvor[r.id], r.galt, rad["antall"], skoler[r.id], r.rett))
    return Tabell(
        "Per regel",
        (
            *(Kolonne("Regel", 10, regel=True), Kolonne("Alvor", 10), Kolonne("Hva er galt", 40)),
            *(Kolonne("Rader", 9, tall=True), Kolonne("Skoler", 9, tall=True)),
            Kolonne("Slik retter du", 50),
        ),
        sorted(ut, key=lambda r: (ALVOR.index(str(r[1])), str(r[0]))),
    )


def per_avgiver(innhold: Innhold, runde: str, name: Callable[[str], str]) -> Tabell:
    """Return one line per avgiver with small counts concealed."""
    avgivere = sorted(
        {m.avgiver for m in innhold.mottatt} | {a.funn.avgiver for a in innhold.funnene}
    )
    rader: list[Tall] = []
    for avgiver in avgivere:
        egne = [a for a in innhold.funnene if a.funn.avgiver == avgiver]
        telt = Counter(innhold.counted_as(a.funn) for a in egne)
        levert = [m for m in innhold.mottatt if m.avgiver == avgiver]
        rad: Tall = {"avgiver": name(avgiver), "filer": sum(m.filer for m in levert)}
        rad |= {"avvist": sum(m.avvist for m in levert)} | {a: telt[a] for a in ALVOR}
        rad[NYE] = sum(a.runde == runde for a in egne)
        rad[RETTET] = sum(f.avgiver == avgiver for f in innhold.rettet)
        rader.append(rad)
    return Tabell(
        "Per avgiver",
        (
            *(Kolonne("Avgiver", 28), Kolonne("Filer", 9, tall=True)),
            *(Kolonne("Avvist", 9, tall=True), *_TALL),
            *(Kolonne(NYE, 14, tall=True), Kolonne(RETTET, 16, tall=True)),
        ),
        [tuple(_without_sum(r).values()) for r in conceal(rader, [*ALVOR, NYE, RETTET])],
        "Filer som er levert, og rader som bryter en regel. INFO er til orientering.",
    )


def facts(innhold: Innhold) -> Tabell:
    """Return one line per rule and school of what is lawful and only explains a number."""
    grupper: dict[tuple[str, str], list[Aapent]] = {}
    for a in innhold.opplysninger:
        grupper.setdefault((a.funn.regel, a.funn.skolenr), []).append(a)
    rader: list[tuple[Celle, ...]] = []
    for (regel, skolenr), egne in grupper.items():
        r, elever = innhold.regler[regel], {a.funn.fnr for a in egne} - {""}
        hvem = (skolenr or "uten skole", innhold.school_name(skolenr), len(egne), len(elever))
        rader.append((r.galt, *hvem, r.betyr, r.rett, r.id))
    return Tabell(
        "Opplysninger",
        (
            *(Kolonne(HVA, 34), Kolonne("Skole", 10), Kolonne("Navn", 34)),
            *(Kolonne("Rader", 9, tall=True), Kolonne("Elever", 9, tall=True)),
            *(Kolonne("Hva det betyr", 44), Kolonne("Hva du kan gjøre", 44)),
            Kolonne("Regel", 10, regel=True),
        ),
        rader,
        "Dette er lovlig. Det er med for å forklare tallene, eller fordi mottakeren kan spørre.",
    )


def _without_sum(rad: Tall) -> Tall:
    """Return a row without what is new, when a part is concealed: in a first round all are new."""
    return rad | {NYE: SKJULT} if {rad[a] for a in ALVOR} & {LITE, SKJULT} else rad


def _by_severity(innhold: Innhold, skolenr: str) -> Iterable[Celle]:
    telt = Counter(innhold.alvor(a.funn) for a in innhold.feil if a.funn.skolenr == skolenr)
    return [telt[a] for a in ALVOR]


def _most(innhold: Innhold, skolenr: str) -> str:
    telt = Counter(a.funn.regel for a in innhold.feil if a.funn.skolenr == skolenr)
    regel, antall = max(telt.items(), key=lambda p: (p[1], p[0]))
    return f"{innhold.regler[regel].galt} ({antall})"
