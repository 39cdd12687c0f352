"""What to put right, gravest and root cause first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.contract.spesifikasjon import ALVOR, STENGER, Regel, in_words
from vigo_pipeline.sjekk.check import Kontrollert, Sett

IKKE_SPURT = (
    "Disse reglene trenger det VIGO har fra før, det andre har levert, eller det mottakeren krever,"
    " og kan ikke kontrolleres her."
)
AVVIST = (
    "Fila blir avvist slik den er. Reglene som gjelder radene i leveransen, er ikke spurt av den:"
    " rett feilene, og sjekk den på nytt."
)


@dataclass(frozen=True)
class Tiltak:
    """A thing to put right: a rule, and what breaks it. ``foelgefeil``: how many follow from it."""

    regel: Regel
    alvor: str
    rader: Sequence[Sett]
    foelgefeil: int

    @property
    def antall(self) -> int:
        """Return how many findings there are, those beyond the ceiling counted."""
        return sum(s.antall for s in self.rader)

    @property
    def felt(self) -> str:
        """Return what the fields are called that it is found in."""
        titler = [*dict.fromkeys(s.felt.titler for s in self.rader if s.felt.titler)]
        return in_words(titler) if titler else ""

    @property
    def hjelp(self) -> str:
        """Return what helps to put it right, as far as the rule does not say it."""
        return " ".join(dict.fromkeys(s.hjelp for s in self.rader if s.hjelp))

    @property
    def omfang(self) -> str:
        """Return in words how many there are."""
        flere = f", {self.foelgefeil} følgefeil" if self.foelgefeil else ""
        return f"{amount(self.antall, 'sted')}{flere}"


def to_put_right(alle: Sequence[Kontrollert]) -> list[Tiltak]:
    """Return what to put right; what follows from something else is counted with it."""
    funn = [s for k in alle for s in k.funn if not s.regel.opplyser]
    foelger = Counter(s.foelger_av for s in funn if s.foelger_av)
    return _grouped([s for s in funn if not s.foelger_av], foelger)


def to_know(alle: Sequence[Kontrollert]) -> list[Tiltak]:
    """Return what is lawful and only explains a number."""
    return _grouped([s for k in alle for s in k.funn if s.regel.opplyser], Counter())


def _grouped(funn: Sequence[Sett], foelger: Counter[str]) -> list[Tiltak]:
    grupper: dict[tuple[str, str], list[Sett]] = {}
    for s in funn:
        grupper.setdefault((s.regel.id, s.alvor), []).append(s)
    for rader in grupper.values():
        rader.sort(key=lambda s: (s.funn.fil, s.funn.linje))
    alle = [
        Tiltak(rader[0].regel, alvor, rader, foelger[id_])
        for (id_, alvor), rader in grupper.items()
    ]
    return sorted(alle, key=lambda t: (ALVOR.index(t.alvor), -t.antall, t.regel.id))


def by_line(alle: Sequence[Kontrollert]) -> list[Sett]:
    """Return every finding, the gravest first, then as the lines come."""
    return sorted(
        chain.from_iterable(k.funn for k in alle),
        key=lambda s: (ALVOR.index(s.alvor), bool(s.foelger_av), s.funn.fil, s.funn.linje),
    )


def counted(alle: Sequence[Kontrollert]) -> dict[str, int]:
    """Return how much there is of each kind, as it is called."""
    telt: Counter[str] = Counter()
    for s in (s for k in alle for s in k.funn if not s.regel.opplyser):
        telt[s.alvor] += s.antall
    return {
        "Stenger": sum(telt[a] for a in STENGER),
        "Advarsler": telt["ADVARSEL"],
        "Til orientering": telt["INFO"],
    }
