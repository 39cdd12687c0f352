"""What counts could be when some are not shown, and the sums that they are a part of are known."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

# Where a count that is part of no known sum may be taken from, or put.
UTENFOR: Hashable = ("utenfor",)
Ende = tuple[Hashable, Hashable]


@dataclass(frozen=True)
class Sumrom:
    """Counts that are parts of two sums at most.

    A sum below ``grense``, but not 0, is not known. Some other counts would give the same sums when
    one can be added to a count and taken from others, round in a ring from sum to sum: a count
    that is in no such ring can be computed.
    """

    antall: Mapping[int, int]
    summer: Mapping[int, Ende]
    grense: int

    @cached_property
    def ender(self) -> dict[int, Ende]:
        """Return the two known sums of each count; UTENFOR in the place of one that is not."""
        sum_: Counter[Ende] = Counter()
        for nr, navn in self.summer.items():
            for side, hva in enumerate(navn):
                sum_[side, hva] += self.antall[nr]
        kjent = {s for s, n in sum_.items() if s[1] is not None and not 0 < n < self.grense}
        return {
            nr: (
                (0, navn[0]) if (0, navn[0]) in kjent else UTENFOR,
                (1, navn[1]) if (1, navn[1]) in kjent else UTENFOR,
            )
            for nr, navn in self.summer.items()
        }

    def computable(self, skjult: Set[int], uvisse: Set[int]) -> set[int]:
        """Return the concealed counts that the others and the sums give.

        ``uvisse``: those of which nothing is known. Of the rest it is known on which side of
        ``grense`` they are, and that they are some.
        """
        trekk = {nr: self._moves(nr, nr in uvisse) for nr in skjult}
        veier: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
        for fra, til in (t for alle in trekk.values() for t in alle):
            veier[fra][til] += 1
        return {nr for nr, alle in trekk.items() if not any(_ring(veier, t, alle) for t in alle)}

    def _moves(self, nr: int, uviss: bool) -> set[Ende]:
        """Return which way a count may change: from its first sum when one is added, or back."""
        a, b = self.ender[nr]
        n = self.antall[nr]
        lavest = 0 if uviss else 1 if n < self.grense else self.grense
        hoeyest = self.grense - 1 if n < self.grense and not uviss else None
        opp = {(a, b)} if hoeyest is None or n < hoeyest else set()
        return opp | ({(b, a)} if n > lavest else set())

    def beside(self, disse: Set[int]) -> set[int]:
        """Return the counts that are parts of the same known sums as these, and they."""
        med = {e for nr in disse for e in self.ender[nr]} - {UTENFOR}
        return {nr for nr, ender in self.ender.items() if med & {*ender}}

    def around(self, disse: Set[int]) -> set[int]:
        """Return all that these are tied to by known sums, from sum to sum."""
        med: set[int] = set()
        while (nye := self.beside(med or disse)) != med:
            med = nye
        return med

    def cover(self, disse: Set[int], skjult: Set[int], minst: int) -> int | None:
        """Return the smallest of these counts that is shown, of those of ``minst`` or more.

        One that is all there is of a known sum comes last: the sum gives it.
        """
        noen = {nr for nr, n in self.antall.items() if n} | skjult
        deler = Counter(e for nr in noen for e in self.ender[nr] if e != UTENFOR)

        def worth(nr: int) -> tuple[bool, int, int]:
            n = self.antall[nr]
            return n > 0 and any(deler[e] == 1 for e in self.ender[nr]), n, nr

        alle = [nr for nr in disse - skjult if self.antall[nr] >= minst]
        return min(alle, key=worth, default=None)


def _ring(veier: Mapping[Hashable, Counter[Hashable]], trekk: Ende, egne: Set[Ende]) -> bool:
    """Say whether others' moves lead back from where a count's move leads.

    ``egne``: the count's own moves, which are no way back for it.
    """
    til, fra = trekk
    sett, igjen = {fra}, [fra]
    while igjen:
        her = igjen.pop()
        if her == til:
            return True
        nye = {n for n, antall in veier[her].items() if antall > ((her, n) in egne)} - sett
        if til in nye:
            return True
        sett |= nye
        igjen += nye
    return False
