"""The school year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


class UgyldigSkoleaar(ValueError):
    """A text is not a school year."""


@dataclass(frozen=True, order=True)
class Skoleaar:
    """A school year, 1 August to 31 July.

    >>> str(Skoleaar.of(date(2026, 7, 31)))
    '2025-2026'
    >>> Skoleaar.parse("2025-2026").compact
    '20252026'
    """

    start: int

    @classmethod
    def parse(cls, tekst: str) -> Self:
        """Return the school year of ``2025-2026``.

        Raises:
            UgyldigSkoleaar: not two years in a row, with a dash between.
        """
        match = re.fullmatch(r"(\d{4})-(\d{4})", tekst)
        if match is None or int(match[2]) != int(match[1]) + 1:
            raise UgyldigSkoleaar(f"«{tekst}» er ikke et skoleår. Skriv det som 2025-2026.")
        return cls(int(match[1]))

    @classmethod
    def parse_compact(cls, tekst: str) -> Self:
        """Return the school year of ``20252026``, as files write it.

        Raises:
            UgyldigSkoleaar: not eight digits, or not two years in a row.
        """
        if len(tekst) != 8:
            raise UgyldigSkoleaar(f"«{tekst}» er ikke et skoleår. Skriv det som 20252026.")
        return cls.parse(f"{tekst[:4]}-{tekst[4:]}")

    @classmethod
    def of(cls, dag: date) -> Self:
        """Return the school year that a day lies in."""
        return cls(dag.year if dag.month >= 8 else dag.year - 1)

    def __str__(self) -> str:
        return f"{self.start}-{self.start + 1}"

    @property
    def compact(self) -> str:
        """Return ``20252026``."""
        return f"{self.start}{self.start + 1}"

    @property
    def telledato(self) -> date:
        """Return 1 October, the day SSB counts elever."""
        return date(self.start, 10, 1)

    @property
    def start_dato(self) -> date:
        """Return 1 August."""
        return date(self.start, 8, 1)

    @property
    def slutt_dato(self) -> date:
        """Return 31 July."""
        return date(self.start + 1, 7, 31)

    def foerste_skoledag(self, satt: str | None = None) -> date:
        """Return the first school day: the one that is set, ``YYYY-MM-DD``, else the assumed one.

        ASSUMED: the first weekday after 15 August (kontroller.md), until the fylke's own is known.
        """
        if satt is not None:
            return date.fromisoformat(satt)
        dag = date(self.start, 8, 16)
        while dag.isoweekday() > 5:
            dag += timedelta(days=1)
        return dag

    @property
    def previous(self) -> "Skoleaar":
        """Return the school year before."""
        return Skoleaar(self.start - 1)

    @property
    def next(self) -> "Skoleaar":
        """Return the school year after."""
        return Skoleaar(self.start + 1)
