"""The control report as tables: what to do first, then by rule, by pupil, and how it goes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vigo_pipeline.contract.spesifikasjon import Regel
from vigo_pipeline.engine.kontrollrapport.aapne import Aapent, Utvikling
from vigo_pipeline.engine.kontrollrapport.aarsak import roots
from vigo_pipeline.engine.kontrollrapport.mottatt import Mottatt
from vigo_pipeline.engine.kontrollrapport.samle import FIL, SENTRALBASE, Funn
from vigo_pipeline.engine.rapport.prikking import Celle
from vigo_pipeline.engine.rapport.tabell import Kolonne, Tabell

ALVOR = ("FATAL", "FEIL", "ADVARSEL", "INFO")
HVOR = {FIL: "i fila", SENTRALBASE: "mot tidligere innsamling"}


@dataclass(frozen=True)
class Tiltak:
    """One thing to put right: a rule, the rows that break it, and how many others go with them."""

    regel: Regel
    alvor: str
    rader: list[Aapent]
    foelgefeil: int

    @property
    def elever(self) -> int:
        """Return how many persons it concerns."""
        return len({a.funn.fnr for a in self.rader if a.funn.fnr})

    @property
    def siden(self) -> str:
        """Return since when the oldest of them is open."""
        eldst = min(self.rader, key=lambda a: a.dag)
        return f"{eldst.dag:%d.%m.%Y} ({eldst.runde})"


@dataclass(frozen=True)
class Innhold:
    """What a report is made of: the open errors of somebody, and what the rules say of them."""

    utvikling: Utvikling
    regler: Mapping[str, Regel]
    navn: Mapping[str, str]
    mottatt: Sequence[Mottatt]

    @property
    def feil(self) -> list[Aapent]:
        """Return what is wrong, without what only explains a number."""
        return [a for a in self.utvikling.aapne if not self.regler[a.funn.regel].opplyser]

    def actions(self) -> list[Tiltak]:
        """Return what to put right, gravest and most frequent first; consequences are counted."""
        feil = self.feil
        av = roots((a.funn for a in feil), self.regler)
        grupper: dict[tuple[str, str], list[Aapent]] = {}
        foelger: Counter[tuple[str, str]] = Counter()
        for a in feil:
            if a.funn in av:
                foelger[av[a.funn], a.funn.fnr or a.funn.fil] += 1
            else:
                grupper.setdefault((a.funn.regel, a.funn.alvor), []).append(a)
        tiltak = [
            Tiltak(
                self.regler[regel],
                alvor,
                rader,
                sum(foelger[regel, s] for s in {a.funn.fnr or a.funn.fil for a in rader}),
            )
            for (regel, alvor), rader in grupper.items()
        ]
        return sorted(tiltak, key=lambda t: (ALVOR.index(t.alvor), -len(t.rader), t.regel.id))


def first_things(innhold: Innhold) -> Tabell:
    """Return what to put right, one line for each root."""
    return Tabell(
        "Rett først",
        (
            Kolonne("Alvor", 10),
            Kolonne("Hva er galt", 44),
            Kolonne("Slik retter du", 60),
            Kolonne("Hvorfor det skjer", 50),
            Kolonne("Rader", 8, tall=True),
            Kolonne("Elever", 8, tall=True),
            Kolonne("Følgefeil", 10, tall=True),
            Kolonne("Åpen siden", 24),
            Kolonne("Hvem retter", 11),
            Kolonne("Regel", 10),
        ),
        [
            (
                *(t.alvor, t.regel.tittel, t.regel.rett, t.regel.hvorfor),
                *(len(t.rader), t.elever, t.foelgefeil, t.siden, t.regel.eier, t.regel.id),
            )
            for t in innhold.actions()
        ],
        "Det som stenger for leveransen, står øverst. Følgefeil blir borte når årsaken er rettet.",
    )


def by_rule(innhold: Innhold) -> Tabell:
    """Return every row that breaks a rule, with the person; for the school only."""
    av = roots((a.funn for a in innhold.feil), innhold.regler)
    return Tabell(
        "Per regel",
        (
            *(Kolonne("Regel", 10), Kolonne("Alvor", 10), Kolonne("Hva er galt", 44)),
            *(Kolonne("Elev", 28), Kolonne("Fødselsnummer", 14), Kolonne("Programområde", 14)),
            *(Kolonne("Fag", 10), Kolonne("Felt", 18), Kolonne("Funnet", 24)),
            *(Kolonne("Fil", 24), Kolonne("Linje", 8, tall=True), Kolonne("Følger av", 11)),
            *(Kolonne("Åpen siden", 12), Kolonne("Slik retter du", 60)),
        ),
        [_row(innhold, a, av) for a in _sorted(innhold.feil)],
        "Én linje for hver rad som bryter en regel.",
    )


def _row(innhold: Innhold, a: Aapent, av: Mapping[Funn, str]) -> tuple[Celle, ...]:
    f, regel = a.funn, innhold.regler[a.funn.regel]
    return (
        *(f.regel, f.alvor, regel.tittel, _name(innhold, f), f.fnr, f.programomraadekode),
        *(f.fagkode, f.kolonne, HVOR.get(f.trinn, f"i {f.trinn}"), f.fil, f.linje or None),
        *(av.get(f, ""), f"{a.dag:%d.%m.%Y}", regel.rett),
    )


def by_pupil(innhold: Innhold) -> Tabell:
    """Return one line per person: how many errors, and what to begin with; for the school only."""
    per: dict[str, list[Aapent]] = {}
    for a in _sorted(a for a in innhold.feil if a.funn.fnr):
        per.setdefault(a.funn.fnr, []).append(a)
    av = roots((a.funn for a in innhold.feil), innhold.regler)
    rader = []
    for fnr, egne in per.items():
        roetter = [a for a in egne if a.funn not in av] or egne
        telt = Counter(a.funn.alvor for a in egne)
        feil, advarsler = telt["FATAL"] + telt["FEIL"], telt["ADVARSEL"]
        foerst, navn = innhold.regler[roetter[0].funn.regel], _name(innhold, egne[0].funn)
        regler = ", ".join(sorted({a.funn.regel for a in egne}))
        rad = (navn, fnr, feil, advarsler, foerst.tittel, foerst.rett, regler)
        rader.append(((-feil, -advarsler, navn, fnr), rad))
    return Tabell(
        "Per elev",
        (
            *(Kolonne("Elev", 28), Kolonne("Fødselsnummer", 14), Kolonne("Feil", 8, tall=True)),
            *(Kolonne("Advarsler", 10, tall=True), Kolonne("Begynn med", 44)),
            *(Kolonne("Slik retter du", 60), Kolonne("Regler", 30)),
        ),
        [rad for _, rad in sorted(rader)],
        "Én linje for hver elev med noe å rette.",
    )


def received(mottatt: Sequence[Mottatt]) -> Tabell:
    """Return what came in from each school, and what was expected."""
    return Tabell(
        "Mottatt og ventet",
        (
            *(Kolonne("Skole", 9), Kolonne("Navn", 36), Kolonne("Filer", 8, tall=True)),
            *(Kolonne("Avvist", 8, tall=True), Kolonne("Elevkurs nå", 12, tall=True)),
            *(Kolonne("Elevkurs forrige runde", 22, tall=True), Kolonne("Merknad", 44)),
        ),
        [(m.skolenr, m.navn, m.filer, m.avvist, m.elevkurs, m.ventet, m.merknad) for m in mottatt],
        "Ventet er det skolen hadde i runden før.",
    )


def trend(utvikling: Utvikling, runde: str) -> Tabell:
    """Return how many errors are open, new in the round and put right in it."""
    aapne = Counter(a.funn.alvor for a in utvikling.aapne)
    nye = Counter(a.funn.alvor for a in utvikling.aapne if a.runde == runde)
    rettet = Counter(f.alvor for f in utvikling.rettet)
    return Tabell(
        "Utvikling",
        (
            *(Kolonne("Alvor", 12), Kolonne("Åpne nå", 10, tall=True)),
            *(Kolonne("Nye i runden", 14, tall=True), Kolonne("Fra før", 10, tall=True)),
            Kolonne("Rettet i runden", 16, tall=True),
        ),
        [(a, aapne[a], nye[a], aapne[a] - nye[a], rettet[a]) for a in ALVOR],
        "En feil er åpen til data som ikke lenger bryter regelen, er lastet.",
    )


def _sorted(feil: Iterable[Aapent]) -> Iterator[Aapent]:
    yield from sorted(
        feil,
        key=lambda a: (
            *(ALVOR.index(a.funn.alvor), a.funn.regel, a.funn.fnr, a.funn.programomraadekode),
            *(a.funn.fagkode, a.funn.fil, a.funn.linje),
        ),
    )


def _name(innhold: Innhold, f: Funn) -> str:
    return f.navn or innhold.navn.get(f.fnr, "")
