"""Which of the young people on a list get lines: all of them, or those that somebody asks for."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.errors import VigoError


class WrongSelection(VigoError):
    """What somebody narrows by cannot be understood."""


@dataclass(frozen=True)
class Utvalg:
    """What lines are narrowed by; what is left out does not narrow.

    ``foedt``, ``avbrutt``: first and last, both with.
    """

    foedt: tuple[int, int] | None = None
    rettstyper: frozenset[str] = frozenset()
    avbrutt: tuple[date, date] | None = None
    kommuner: frozenset[str] = frozenset()

    @classmethod
    def parse(
        cls, *, foedt: str = "", rettstype: str = "", avbrutt: str = "", kommune: str = ""
    ) -> Self:
        """Return what is written: ``2006-2008``, ``U,F``, ``2025-10-01:2025-10-31``, ``0301``.

        Raises:
            UnclearDay: a day is none.
            WrongSelection: something else cannot be understood.
        """
        return cls(
            _years(foedt) if foedt else None,
            _codes(rettstype, "rettstyper"),
            _days(avbrutt) if avbrutt else None,
            _codes(kommune, "kommuner"),
        )

    def has(self, rad: dict[str, Any]) -> bool:
        """Say whether a row of the list is among them."""
        return (
            _between(rad["foedselsaar"], self.foedt)
            and _between(rad["avbruddsdato"], self.avbrutt)
            and (not self.rettstyper or rad["rettstype"] in self.rettstyper)
            and (not self.kommuner or rad["kommunenr"] in self.kommuner)
        )

    def __str__(self) -> str:
        """Return what it is narrowed by in words, blank when it is not."""
        deler = []
        if self.foedt:
            deler.append(f"født {self.foedt[0]}–{self.foedt[1]}")
        if self.rettstyper:
            deler.append(f"rettstype {', '.join(sorted(self.rettstyper))}")
        if self.avbrutt:
            deler.append(f"avbrutt {self.avbrutt[0]:%d.%m.%Y}–{self.avbrutt[1]:%d.%m.%Y}")
        if self.kommuner:
            deler.append(f"kommune {', '.join(sorted(self.kommuner))}")
        return "; ".join(deler)


ALLE = Utvalg()


def _between(verdi: Any, grenser: tuple[Any, Any] | None) -> bool:
    return grenser is None or (verdi is not None and grenser[0] <= verdi <= grenser[1])


def _years(tekst: str) -> tuple[int, int]:
    treff = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", tekst.strip())
    if not treff or int(treff[1]) > int(treff[2] or treff[1]):
        raise WrongSelection("Fødselsåret skrives 2007, eller fra og til: 2006-2008.")
    return int(treff[1]), int(treff[2] or treff[1])


def _days(tekst: str) -> tuple[date, date]:
    fra, skille, til = tekst.partition(":")
    dager = read_day(fra.strip()), read_day((til if skille else fra).strip())
    if dager[0] > dager[1]:
        raise WrongSelection("Avbruddsdatoen skrives fra og til: 2025-10-01:2025-10-31.")
    return dager


def _codes(tekst: str, liste: str) -> frozenset[str]:
    koder = frozenset(k.strip() for k in tekst.split(",") if k.strip())
    ukjente = koder - {*kodeverk.load(liste)["kode"].to_pylist()}
    if ukjente:
        raise WrongSelection(f"Ukjent i kodelista {liste}: {', '.join(sorted(ukjente))}.")
    return koder
