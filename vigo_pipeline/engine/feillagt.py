"""Files in folders that nobody reads, and the folder that was probably meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.arshjul import round_name, runder, skoleaar
from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.rapport.navn import norwegian
from vigo_pipeline.engine.read.mappe import look

INN = "inn"
# So alike are two words of which one is misspelt, and so many folders may have been meant.
LIKHET, FORSLAG = 0.75, 2
# A collection's name says more than a round's: «oktober» is both.
VEKT = {"samling": 1.1, "runde": 1.0, "avgiver": 1.0}
Sti = tuple[str, ...]


@dataclass(frozen=True)
class Feillagt:
    """A folder with files that no round reads.

    ``mappe``: where it is, masked, for who looks at the disk. ``kjent``: the same with … for every
    name that is not the pipeline's own, since that may be a person's: for logs and alerts.
    ``mente``: the folders that were probably meant; none when nothing is like it.
    """

    mappe: str
    kjent: str
    skoleaar: str | None
    filer: int
    mente: tuple[str, ...]

    @property
    def forslag(self) -> str:
        """Return what may have been meant, as a question, blank when nothing is like it."""
        return f" Mente du {' eller '.join(self.mente)}?" if self.mente else ""

    @property
    def antall(self) -> str:
        """Return how many files lie there."""
        return "1 fil" if self.filer == 1 else f"{self.filer} filer"


@dataclass(frozen=True)
class _Plass:
    """A folder that is read: its path under inn, and what it is of."""

    sti: Sti
    samling: str
    runde: str
    avgiver: str


def misplaced(pipeline: Pipeline, aar: str | None = None) -> list[Feillagt]:
    """Return the folders with files that nobody reads, in order.

    ``aar``: only those that are of a skoleår, or of none; all when left out.
    """
    rot = pipeline.oppsett.inn / INN
    alle = [f for f in _children(rot) if f.is_dir()]
    ut = list(_astray(rot, (), _Aar(pipeline, None), dypt=False))
    for mappe in alle:
        gjelder = _year(mappe.name)
        if aar is None or gjelder in {aar, None}:
            kjent = _Aar(pipeline, gjelder, skrevet=mappe.name)
            ut += _astray(mappe, (mappe.name,), kjent)
    return sorted(ut, key=lambda f: f.mappe)


@dataclass(frozen=True)
class _Aar:
    """The folders that are read in a skoleår; ``skrevet`` is how its own folder is named."""

    pipeline: Pipeline
    aar: str | None
    skrevet: str = ""

    @cached_property
    def plasser(self) -> tuple[_Plass, ...]:
        if self.aar is None:
            return ()
        return tuple(
            _Plass(
                tuple(s.mappe.format(skoleaar=self.aar, runde=r, avgiver=a).split("/")[1:]),
                *(s.stamme, r, a),
            )
            for s in self.pipeline.register.innsamlinger.values()
            for r in runder(s.flyt)
            for a in self.pipeline.avgivere(s, Skoleaar.parse(self.aar))
        )

    @cached_property
    def lest(self) -> frozenset[Sti]:
        return frozenset(p.sti for p in self.plasser)

    @cached_property
    def paa_vei(self) -> frozenset[Sti]:
        return frozenset(p.sti[:n] for p in self.plasser for n in range(len(p.sti)))

    @cached_property
    def ord_for(self) -> dict[str, dict[str, str]]:
        """Return, by kind, what people write and what is meant."""
        samlinger = self.pipeline.register.innsamlinger.values()
        dag = Skoleaar.parse(self.aar or skoleaar()[0]).telledato
        navn = {
            norwegian(f["navn"]): f["kode"] for f in kodeverk.valid("fylker", dag, dag).to_pylist()
        }
        koder = {p.avgiver for p in self.plasser}
        par = {
            "samling": [(n, s.stamme) for s in samlinger for n in (s.stamme, s.flyt)],
            "runde": [(n, p.runde) for p in self.plasser for n in (p.runde, round_name(p.runde))],
            "avgiver": [
                *((n, k) for n, k in navn.items() if k in koder),
                *((n, k) for k in koder for n in (k, k.lstrip("0"))),
            ],
        }
        return {slag: {_plain(n): verdi for n, verdi in egne} for slag, egne in par.items()}

    def meant(self, sti: Sti) -> tuple[str, ...]:
        """Return the folders that are most like a path."""
        deler = [self.understood(d) for d in sti[1:]]
        poeng = {
            p: sum(VEKT[s] for s in VEKT if any((s, getattr(p, s)) in d for d in deler))
            for p in self.plasser
        }
        best = max(poeng.values(), default=0.0)
        like = [p for p, n in poeng.items() if best and n == best]
        uten = not any(("avgiver", p.avgiver) in d for p in like for d in deler)
        kort = [p for p in like if len(p.sti) == len(sti) + (uten and all(deler))] or like
        stier = {"/".join((INN, *p.sti[:-1], "<avgiver>" if uten else p.avgiver)) for p in kort}
        return tuple(sorted(stier)) if len(stier) <= FORSLAG else ()

    def understood(self, del_: str) -> set[tuple[str, str]]:
        """Return what a folder's name may stand for."""
        ord_ = _plain(del_)
        ut = set()
        for slag, kjente in self.ord_for.items():
            treff = [ord_] if ord_ in kjente else []
            # Two codes that differ by a digit are two fylker, and no slip of the pen.
            if not treff and not ord_.isdigit():
                treff = get_close_matches(ord_, kjente, 1, LIKHET)
            ut |= {(slag, kjente[t]) for t in treff}
        return ut


def _plain(tekst: str) -> str:
    """Return a name's letters and digits, as identifiers write them."""
    smaa = tekst.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return re.sub(r"[^0-9a-z]", "", smaa)


def _year(navn: str) -> str | None:
    """Return the skoleår that a folder's name stands for.

    >>> _year("2025-2026"), _year("2025_26"), _year("Skoleåret 20252026"), _year("2025")
    ('2025-2026', '2025-2026', '2025-2026', None)
    """
    treff = re.search(r"(?<!\d)(20\d\d)\D?(?:20)?(\d\d)(?!\d)", navn)
    aar = f"{treff[1]}-20{treff[2]}" if treff else ""
    return aar if aar in skoleaar() else None


def _children(mappe: Path) -> list[Path]:
    try:
        return sorted(mappe.iterdir())
    except OSError:
        # What cannot be looked into is told where it is read.
        return []


def _astray(mappe: Path, sti: Sti, aar: _Aar, *, dypt: bool = True) -> Iterator[Feillagt]:
    """Yield a folder when files lie straight in it, and those in it; what is read is left alone."""
    if sti in aar.lest:
        return
    innhold = look(mappe)
    under = [p for p in innhold.filer if p.is_dir()]
    filer = len(innhold.filer) - len(under) + len(innhold.erklaeringer)
    if filer:
        kjent = [d if aar.understood(d) or _year(d) else "…" for d in sti]
        yield Feillagt(
            mask("/".join((INN, *sti))), "/".join((INN, *kjent)), aar.aar, filer, aar.meant(sti)
        )
    for p in under if dypt else ():
        if (*sti, p.name) in aar.paa_vei or not p.is_symlink():
            yield from _astray(p, (*sti, p.name), aar)


def told(feillagt: list[Feillagt]) -> list[str]:
    """Return a line for each folder, as who looks at the disk is told of it."""
    return [f"{f.mappe}: {f.antall} som ingen leser.{f.forslag}" for f in feillagt]


def told_to_all(feillagt: list[Feillagt]) -> list[str]:
    """Return a line for each folder, with no name that may be a person's."""
    return [f"{f.kjent}: {f.antall} som ingen leser.{f.forslag}" for f in feillagt]
