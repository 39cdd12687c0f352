"""The folders that are read in a skoleår, and which of them a misspelt one is meant to be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.aarshjul import round_name, rounds_due, skoleaar
from vigo_pipeline.domain.bokstaver import spelt
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.ledger.former_names import known_as
from vigo_pipeline.engine.names import norwegian
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.receive.folder import INN

# So alike are two words of which one is misspelt, and so many folders may have been meant.
LIKHET, FORSLAG = 0.75, 2
# Most of a skoleår is the same in another.
SKOLEAAR_LIKHET = 0.85
# What stands where something must be chosen.
AAR, SAMLING, RUNDE, AVGIVER = "<skoleår>", "<innsamling>", "<runde>", "<avgiver>"
# A collection's name says more than a round's: «oktober» is both.
VEKT = {"samling": 1.1, "runde": 1.0, "avgiver": 1.0}
Sti = tuple[str, ...]


@dataclass(frozen=True)
class Plass:
    """A folder that is read: its path under inn, and what it is of."""

    sti: Sti
    samling: str
    runde: str
    avgiver: str


@dataclass(frozen=True)
class Lesemapper:
    """The folders that are read in a skoleår. Of none: those of the last, which none is read as."""

    pipeline: Pipeline
    aar: str | None

    @cached_property
    def plasser(self) -> tuple[Plass, ...]:
        """Return each folder that is read."""
        navn = self.aar or skoleaar()[-1]
        aar = Skoleaar.parse(navn)
        # Each skoleår at each tick: who reports is asked once a collection, not once a round.
        samlinger = self.pipeline.register.innsamlinger.values()
        hvem = [(s, self.pipeline.avgivere(s, aar)) for s in samlinger]
        return tuple(
            Plass(
                tuple(s.mappe.format(skoleaar=navn, runde=r, avgiver=a).split("/")[1:]),
                *(s.stamme, r, a),
            )
            for s, avgivere in hvem
            for r in rounds_due(s.stamme)
            for a in avgivere
        )

    @cached_property
    def lest(self) -> frozenset[Sti]:
        """Return their paths under inn."""
        return frozenset(p.sti for p in self.plasser) if self.aar else frozenset()

    @cached_property
    def ord_for(self) -> dict[str, dict[str, str]]:
        """Return, by kind, what people write and what is meant."""
        samlinger = self.pipeline.register.innsamlinger.values()
        dag = Skoleaar.parse(self.aar or skoleaar()[0]).telledato
        navn = {norwegian(f["navn"]): f["kode"] for f in kodeverk.valid_rows("fylker", dag, dag)}
        koder = {p.avgiver for p in self.plasser}
        par = {
            "samling": [(n, s.stamme) for s in samlinger for n in known_as(s.stamme)],
            "runde": [(n, p.runde) for p in self.plasser for n in (p.runde, round_name(p.runde))],
            "avgiver": [
                *((n, k) for n, k in navn.items() if k in koder),
                *((n, k) for k in koder for n in (k, k.lstrip("0"))),
            ],
        }
        return {slag: {plain(n): verdi for n, verdi in egne} for slag, egne in par.items()}

    def meant(self, sti: Sti) -> tuple[str, ...]:
        """Return the folders that are most like a path."""
        if self.aar is None and sti:
            naere = [m for a in alike(sti[0]) for m in Lesemapper(self.pipeline, a).meant(sti)]
            # What stands first is no skoleår at all, so that is what is left out.
            return _few(naere) or self._most_like((AAR, *sti))
        return self._most_like(sti) if sti[1:] else self._forms()

    def _forms(self) -> tuple[str, ...]:
        """Return how folders that are read are named."""
        egne = self.pipeline.register.innsamlinger.values()
        former = (s.mappe.replace(f"/{s.stamme}/", f"/{SAMLING}/") for s in egne)
        felt = {"skoleaar": self.aar or AAR, "runde": RUNDE, "avgiver": AVGIVER}
        return _few(f.format(**felt) for f in former)

    def _most_like(self, sti: Sti) -> tuple[str, ...]:
        deler = [self.understood(d) for d in sti[1:]]
        poeng = {
            p: sum(VEKT[s] for s in VEKT if any((s, getattr(p, s)) in d for d in deler))
            for p in self.plasser
        }
        best = max(poeng.values(), default=0.0)
        like = [p for p, n in poeng.items() if best and n == best]
        uten = not any(("avgiver", p.avgiver) in d for p in like for d in deler)
        kort = [p for p in like if len(p.sti) == len(sti) + (uten and all(deler))] or like
        return _few(
            "/".join((INN, self.aar or AAR, *p.sti[1:-1], AVGIVER if uten else p.avgiver))
            for p in kort
        )

    def understood(self, del_: str) -> set[tuple[str, str]]:
        """Return what a folder's name may stand for."""
        ord_ = plain(del_)
        ut = set()
        for slag, kjente in self.ord_for.items():
            treff = [ord_] if ord_ in kjente else []
            # Two codes that differ by a digit are two fylker, and no slip of the pen.
            if not treff and not ord_.isdigit():
                treff = get_close_matches(ord_, kjente, 1, LIKHET)
            ut |= {(slag, kjente[t]) for t in treff}
        return ut


def _few(stier: Iterable[str]) -> tuple[str, ...]:
    """Return paths in order, none when there are too many to choose from."""
    ulike = sorted({*stier})
    return tuple(ulike) if len(ulike) <= FORSLAG else ()


def plain(tekst: str) -> str:
    """Return a name's letters and digits, as identifiers write them."""
    return re.sub(r"[^0-9a-z]", "", spelt(tekst.lower()))


def year(navn: str) -> str | None:
    """Return the skoleår that a folder's name stands for.

    >>> year("2025-2026"), year("2025_26"), year("Skoleåret 20252026"), year("2025")
    ('2025-2026', '2025-2026', '2025-2026', None)
    """
    treff = re.search(r"(?<!\d)(20\d\d)\D?(?:20)?(\d\d)(?!\d)", navn)
    aar = f"{treff[1]}-20{treff[2]}" if treff else ""
    return aar if aar in skoleaar() else None


def alike(navn: str) -> list[str]:
    """Return the skoleår that a folder's name may be a slip of the pen for.

    >>> alike("2025-2025"), alike("2025"), alike("1-levering")
    (['2024-2025', '2025-2026'], ['2024-2025', '2025-2026'], [])
    >>> alike("2025-27"), alike("25-26")
    (['2025-2026', '2026-2027'], ['2025-2026'])
    """
    if treff := re.fullmatch(r"\s*(?:20)?(\d\d)\D{1,3}(?:20)?(\d\d)\s*", navn):
        fra, til = f"20{treff[1]}-", f"-20{treff[2]}"
        begge = [a for a in skoleaar() if a.startswith(fra) and a.endswith(til)]
        return begge or [a for a in skoleaar() if a.startswith(fra) or a.endswith(til)]
    if re.fullmatch(r"\s*20\d\d\s*", navn):
        return [a for a in skoleaar() if navn.strip() in a]
    naere = get_close_matches(navn, skoleaar(), FORSLAG + 1, SKOLEAAR_LIKHET)
    best = max((_likeness(a, navn) for a in naere), default=0.0)
    return sorted(a for a in naere if _likeness(a, navn) == best)


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b).ratio()
