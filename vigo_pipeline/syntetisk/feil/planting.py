"""Choose which file gets which defect, plant them, and write the answer key."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Self

from vigo_pipeline.syntetisk.catalogue import WAADE
from vigo_pipeline.syntetisk.feil import dato, enkle, fag, fil, noekkel, person, skole, status
from vigo_pipeline.syntetisk.feil.dokument import Dokument, Funn
from vigo_pipeline.syntetisk.feil.register import REGISTER, Feilslag, Nivaa
from vigo_pipeline.syntetisk.omfang import UgyldigOmfang
from vigo_pipeline.syntetisk.skolerader import Verksted

FASIT = "fasit.csv"
KOLONNER = ("regel", "avgiver", "fil", "linje", "kolonne", "foelger_av")
# Imported for the defects they register.
MODULER = (dato, enkle, fag, fil, noekkel, person, skole, status)
# A file with fewer ordinary pupils is left alone: its defects would be all there is in it.
MINSTE_FIL = 8


@dataclass(frozen=True)
class Fil:
    """One file: whose, its name, and how many ordinary pupils are in it."""

    avgiver: str
    navn: str
    ordinaere: int


@dataclass
class Plantet:
    """What is to be planted where, and what has been.

    ``koe``: rules still to plant, by what they do to a file. ``filer``: the files that may get
    each. ``rader``: the answer key.
    """

    koe: dict[Nivaa, list[str]]
    filer: dict[Nivaa, list[str]]
    rader: list[tuple[str, str, str, int, str, str]] = field(default_factory=list)

    @classmethod
    def of(cls, feil: bool | Mapping[str, int] | None, filer: Sequence[Fil]) -> Self:
        """Return the plan for these files.

        Raises:
            UgyldigOmfang: a rule that no kind of defect breaks.
        """
        antall = _wanted(feil)
        koe = {n: [r for r in antall if kinds()[r].nivaa is n] for n in Nivaa}
        koe = {n: [r for r in regler for _ in range(antall[r])] for n, regler in koe.items()}
        brukbare = [f for f in filer if f.ordinaere >= MINSTE_FIL] or list(filer)
        # Small files first, as a rejected file takes its pupils with it; Waade's last, as fewer
        # rules hold for them.
        rekke = sorted(brukbare, key=lambda f: (f.avgiver == WAADE, f.ordinaere, f.navn))
        navn = [f.navn for f in rekke]
        opptatt = bool(koe[Nivaa.AVVISER]) + bool(koe[Nivaa.GODTAS])
        egne = navn[: min(len(koe[Nivaa.EGEN_FIL]), max(0, len(navn) - opptatt))]
        rest = navn[len(egne) :]
        delt = min(len(koe[Nivaa.AVVISER]), len(rest) // 2) if opptatt == 2 else len(rest)
        avvises = rest[:delt] or rest
        godtas = rest[delt:] if opptatt == 2 else rest
        return cls(
            koe,
            {
                Nivaa.EGEN_FIL: egne,
                Nivaa.AVVISER: sorted(avvises),
                Nivaa.GODTAS: sorted(godtas or rest),
            },
        )

    def counts(self) -> dict[str, int]:
        """Return how many defects of each rule were planted."""
        return dict(sorted(Counter(r[0] for r in self.rader if not r[5]).items()))

    def left(self) -> tuple[str, ...]:
        """Return the rules that found nothing to spoil, one entry per defect."""
        return tuple(sorted(r for koe in self.koe.values() for r in koe))

    def write(self, mal: Path) -> Path:
        """Write the answer key and return its path."""
        return write_key(mal, self.rader)


def write_key(mal: Path, rader: Iterable[tuple[str, str, str, int, str, str]]) -> Path:
    """Write an answer key and return its path. It holds no person number."""
    linjer = [";".join(KOLONNER), *(";".join(map(str, r)) for r in sorted(rader))]
    mal.write_text("\n".join(linjer) + "\n", encoding="utf-8", newline="\n")
    return mal


@cache
def kinds() -> dict[str, Feilslag]:
    """Return every kind of defect by rule, first those that Waade (its files come last) lacks."""
    alle = REGISTER | enkle.table()
    return {r: alle[r] for r in sorted(alle, key=lambda r: (not alle[r].bare_fylke, r))}


def _wanted(feil: bool | Mapping[str, int] | None) -> dict[str, int]:
    if not feil:
        return {}
    antall = dict.fromkeys(kinds(), 1) if feil is True else dict(feil)
    ukjente = sorted(antall.keys() - kinds().keys())
    if ukjente:
        raise UgyldigOmfang(f"Ingen feil kan plantes for {', '.join(ukjente)}.")
    return {r: antall[r] for r in kinds() if r in antall}


def plant(plan: Plantet, avgiver: str, navn: str, innhold: bytes, verksted: Verksted) -> bytes:
    """Return a file's bytes with its share of the defects, and note them in the plan."""
    kvoter = {n: _quota(plan, n, navn) for n in Nivaa}
    if not any(kvoter.values()):
        return innhold
    dokument = Dokument(avgiver, innhold, verksted)
    gjort: list[tuple[str, Funn]] = []
    for nivaa, kvote in kvoter.items():
        for regel in list(plan.koe[nivaa]):
            if kvote == 0:
                break
            funn = kinds()[regel].plant(dokument)
            # What this file has no place for waits for the next one.
            if funn:
                plan.koe[nivaa].remove(regel)
                gjort += [(regel, f) for f in funn]
                kvote -= 1
    for nivaa in Nivaa:
        plan.filer[nivaa] = [f for f in plan.filer[nivaa] if f != navn]
    for regel, f in gjort:
        bivirkning = f.regel is not None
        plan.rader.append(
            (
                f.regel or regel,
                avgiver,
                navn,
                dokument.line(f.rad),
                f.kolonne,
                regel if bivirkning else "",
            )
        )
    return dokument.encode()


def _quota(plan: Plantet, nivaa: Nivaa, navn: str) -> int:
    """Return how many defects a file takes so that the rest of the files take the rest evenly."""
    igjen = plan.filer[nivaa]
    if navn not in igjen:
        return 0
    # What takes a file of its own would undo another defect there.
    return 1 if nivaa is Nivaa.EGEN_FIL else -(-len(plan.koe[nivaa]) // len(igjen))
