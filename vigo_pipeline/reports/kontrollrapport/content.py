"""What a control report says: the open errors of somebody, gathered into things to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER, Regel
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.reports.kontrollrapport.cause import gravity, roots
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.reports.kontrollrapport.innlevert import Mottatt
from vigo_pipeline.reports.kontrollrapport.known_errors import Aapent
from vigo_pipeline.reports.kontrollrapport.open_errors import Utvikling
from vigo_pipeline.reports.kontrollrapport.tidligere import Tidligere

# So many places are shown with what to do; all stand in the workbook.
EKSEMPLER = 3
HVEM = {"skole": "skolen", "fylke": "fylkeskommunen", "Novari": "Novari"}


@dataclass(frozen=True)
class Tiltak:
    """One thing to put right: a rule, the rows that break it, and how many others go with them.

    ``alvor``: the gravest of the rows and of what follows from them.
    """

    regel: Regel
    alvor: str
    rader: list[Aapent]
    foelgefeil: int

    @property
    def elever(self) -> int:
        """Return how many persons it concerns."""
        return len({a.funn.fnr for a in self.rader if a.funn.fnr})

    @property
    def stenger(self) -> str:
        """Return in words that it shuts the gate, by itself or by what follows from it."""
        if self.alvor not in STENGER:
            return ""
        selv = self.rader[0].funn.alvor in STENGER
        return f"Stenger for leveransen{'' if selv else ': det gjør feilene som følger av den'}."

    @property
    def merke(self) -> str:
        """Return what it is marked with: that it shuts the gate, else how grave it is."""
        return "STENGER" if self.stenger else self.alvor

    @property
    def siden(self) -> str:
        """Return since when the oldest of them is open."""
        eldst = min(self.rader, key=lambda a: a.dag)
        return f"{eldst.dag:%d.%m.%Y} ({round_name(eldst.runde)})"

    @property
    def funnet(self) -> list[str]:
        """Return where the first of them are and what stood there, for who may see the rows."""
        steder = (" ".join(filter(None, _place(a.funn))) for a in self.rader)
        sagt = [
            mask(f"{s}: {a.funn.merknad}")
            for s, a in zip(steder, self.rader, strict=True)
            if a.funn.merknad
        ]
        return sagt[:EKSEMPLER]

    @property
    def retter(self) -> str:
        """Return who can put it right."""
        return HVEM[self.regel.eier]


@dataclass(frozen=True)
class Innhold:
    """What a report is made of: the open errors of somebody, and what the rules say of them.

    ``av_leveransen``: what is open in what is read and in each delivery, by delivery.
    """

    utvikling: Utvikling
    regler: Mapping[str, Regel]
    navn: Mapping[str, str]
    mottatt: Sequence[Mottatt]
    skoler: Mapping[str, str] = field(default_factory=dict)
    tidligere: Tidligere = field(default_factory=Tidligere)
    av_leveransen: Mapping[str, Sequence[Aapent]] = field(default_factory=dict)

    def school_name(self, skolenr: str) -> str:
        """Return the name of a school; blank when no list has it."""
        fra_fil = next((m.navn for m in self.mottatt if m.skolenr == skolenr and m.navn), "")
        return fra_fil or self.skoler.get(skolenr, "")

    def school(self, skolenr: str) -> str:
        """Return a school as people know it: its name, and its number."""
        navn = self.school_name(skolenr)
        return f"{navn} ({skolenr})" if navn else f"{skolenr}, som ikke står i skolelista"

    @cached_property
    def feil(self) -> list[Aapent]:
        """Return what is wrong, without what only explains a number; the gravest first."""
        return sorted(self._wrong, key=lambda a: _gravest(a, self.alvor(a.funn)))

    @cached_property
    def _wrong(self) -> list[Aapent]:
        return [a for a in self.utvikling.aapne if not self.regler[a.funn.regel].opplyser]

    @cached_property
    def _tyngde(self) -> Mapping[Funn, str]:
        return gravity((a.funn for a in self._wrong), self.aarsaker, self.regler)

    def alvor(self, funn: Funn) -> str:
        """Return how grave a finding is, or the gravest that follows from it."""
        return self._tyngde.get(funn, funn.alvor)

    @cached_property
    def opplysninger(self) -> list[Aapent]:
        """Return what is lawful and only explains a number, in the same order."""
        egne = [a for a in self.utvikling.aapne if self.regler[a.funn.regel].opplyser]
        return sorted(egne, key=lambda a: _gravest(a, a.funn.alvor))

    @cached_property
    def fortelles(self) -> list[Aapent]:
        """Return what a school gets a report for: errors, and what a receiver may ask about."""
        return self.feil + [a for a in self.opplysninger if a.funn.alvor != "INFO"]

    @cached_property
    def funnene(self) -> list[Aapent]:
        """Return all that the gate counts: errors, and then what only explains a number."""
        return self.feil + self.opplysninger

    def counted_as(self, funn: Funn) -> str:
        """Return what a finding is by its own rule: how grave, or that it only informs."""
        return "INFO" if self.regler[funn.regel].opplyser else funn.alvor

    @cached_property
    def rettet(self) -> list[Funn]:
        """Return what was put right in the round; what only explained a number never was wrong."""
        forklarer = {r.id for r in self.regler.values() if r.opplyser}
        return [f for f in self.utvikling.rettet if f.regel not in forklarer]

    @cached_property
    def aarsaker(self) -> Mapping[Funn, str]:
        """Return the rule that each consequence follows from."""
        return roots((a.funn for a in self._wrong), self.regler)

    def name(self, funn: Funn) -> str:
        """Return the name of the person that a finding is of."""
        return funn.navn or self.navn.get(funn.fnr, "")

    @cached_property
    def tiltak(self) -> list[Tiltak]:
        """Return what to put right, gravest and most frequent first; consequences are counted."""
        grupper: dict[tuple[str, str], list[Aapent]] = {}
        foelger: Counter[tuple[str, str]] = Counter()
        for a in self.feil:
            if a.funn in self.aarsaker:
                foelger[self.aarsaker[a.funn], _of_whom(a.funn)] += 1
            else:
                grupper.setdefault((a.funn.regel, self.alvor(a.funn)), []).append(a)
        tiltak = [
            Tiltak(
                self.regler[regel],
                alvor,
                rader,
                sum(foelger[regel, hvem] for hvem in {_of_whom(a.funn) for a in rader}),
            )
            for (regel, alvor), rader in grupper.items()
        ]
        return sorted(tiltak, key=lambda t: (ALVOR.index(t.alvor), -len(t.rader), t.regel.id))


def _place(f: Funn) -> list[str]:
    """Return where a finding is, in words: the file and the line, or the row by its codes."""
    linje = f"linje {f.linje}" if f.fil and f.linje else ""
    return [f.fil, linje, f.programomraadekode, f.fagkode]


def _of_whom(f: Funn) -> str:
    return f.fnr or f.fil


def _gravest(a: Aapent, alvor: str) -> tuple[int | str, ...]:
    f = a.funn
    return (
        *(ALVOR.index(alvor), f.regel, f.skolenr, f.fnr, f.programomraadekode, f.fagkode),
        *(f.trinn, f.fil, f.linje, f.kolonne),
    )
