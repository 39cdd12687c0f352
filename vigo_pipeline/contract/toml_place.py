"""Where in the text of a TOML file a key stands, and what a person calls the place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Sti = tuple[str | int, ...]
OVERSKRIFT = re.compile(r"\s*(?P<lister>\[\[?)\s*(?P<navn>[^\]]+?)\s*\]")
NOEKKEL = re.compile(r"\s*(?P<navn>[\w\"'.$-]+(?:\s*\.\s*[\w\"'$-]+)*)\s*=")
# What tells one table of a list from the others, and is shown in place of its number.
KJENNETEGN = ("id", "nr", "kode")


def name_of(data: Mapping[str, Any], sti: Sti) -> str:
    """Return what a person calls a place: the keys, and of a list which one.

    >>> name_of({"regel": [{"id": "AAA-001"}]}, ("regel", 0, "alvor"))
    'regel AAA-001, alvor'
    >>> name_of({}, ("fil", "tegnsett"))
    'fil.tegnsett'
    """
    naa: Any = data
    ut = ""
    for ledd in sti:
        naa = _inside(naa, ledd)
        if isinstance(ledd, int):
            ut += f" {_known_by(naa, ledd)}"
        elif re.search(r" \S+$", ut):
            ut += f", {ledd}"
        else:
            ut += f".{ledd}" if ut else ledd
    return ut


def _inside(naa: Any, ledd: str | int) -> Any:
    try:
        return naa[ledd]
    except (KeyError, IndexError, TypeError):
        return None


def _known_by(naa: Any, nr: int) -> str:
    if isinstance(naa, Mapping):
        for navn in KJENNETEGN:
            if navn in naa:
                return f"nr {naa[navn]}" if navn == "nr" else str(naa[navn])
    return f"nr {nr + 1}"


def line_of(tekst: str, sti: Sti) -> int:
    r"""Return the line, from 1, that a key stands on, or the nearest place above it; 0 for none.

    >>> line_of('a = 1\n[[b]]\nc = 1\n[[b]]\nc = 2', ("b", 1, "c"))
    5
    """
    beste, treff = 0, -1
    for linje, naa in _places(tekst):
        felles = _common(naa, sti)
        # The whole of what stands there is on the way to it, and as far as anything.
        if felles == len(naa) > treff:
            beste, treff = linje, felles
    return beste


def _common(naa: Sequence[str | int], sti: Sti) -> int:
    felles = 0
    for a, b in zip(naa, sti, strict=False):
        if a != b:
            break
        felles += 1
    return felles


def _places(tekst: str) -> Iterator[tuple[int, Sti]]:
    """Yield every heading and key with its line, and every table of a list that is a line each."""
    leser = _Leser()
    for nr, linje in enumerate(tekst.splitlines(), start=1):
        yield from ((nr, sti) for sti in leser.read(linje))


class _Leser:
    """Reads TOML line by line, and knows where it is. ``slutt``: what ends the text it is in."""

    def __init__(self) -> None:
        self.her: Sti = ()
        self.slutt = ""
        self.liste: Sti | None = None
        self.antall: dict[Sti, int] = {}

    def read(self, linje: str) -> Iterator[Sti]:
        if self.slutt:
            self.slutt = "" if self.slutt in linje else self.slutt
        elif self.liste is not None:
            yield from self._item(self.liste, linje)
        elif treff := OVERSKRIFT.match(linje):
            self.her = _keys(treff["navn"])
            if treff["lister"] == "[[":
                self.her = self._next(self.her)
            yield self.her
        elif treff := NOEKKEL.match(linje):
            yield from self._key((*self.her, *_keys(treff["navn"])), linje[treff.end() :].strip())

    def _next(self, sti: Sti) -> Sti:
        self.antall[sti] = self.antall.get(sti, -1) + 1
        return (*sti, self.antall[sti])

    def _item(self, liste: Sti, linje: str) -> Iterator[Sti]:
        if linje.lstrip().startswith("{"):
            yield from _inline(self._next(liste), linje)
        elif linje.lstrip().startswith("]"):
            self.liste = None

    def _key(self, sti: Sti, verdi: str) -> Iterator[Sti]:
        self.slutt = next((m for m in ('"""', "'''") if verdi.count(m) == 1), "")
        if verdi.startswith("[") and not verdi.split("#")[0].rstrip().endswith("]"):
            self.liste = sti
        yield from _inline(sti, verdi)


def _inline(sti: Sti, verdi: str) -> Iterator[Sti]:
    """Yield a place and the keys of the table that stands on its line."""
    yield sti
    if verdi.lstrip().startswith("{"):
        yield from ((*sti, *_keys(navn)) for navn in re.findall(r"[{,]\s*([\w\"'.$-]+)\s*=", verdi))


def _keys(navn: str) -> Sti:
    return tuple(n.strip().strip("\"'") for n in re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", navn))
