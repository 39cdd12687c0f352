"""The school year."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

FRIDAY = 5


class UgyldigSkoleaar(ValueError):
    """A text is not a school year."""

    def __init__(self, tekst: str, ment: str) -> None:
        raad = f"Mente du {ment}?" if ment else "Skriv to år på rad, slik: 2025-2026."
        super().__init__(f"«{tekst}» er ikke et skoleår. {raad}")


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
        match = re.fullmatch(r"([1-9]\d{3})-(\d{4})", tekst, re.ASCII)
        if match is None or int(match[2]) != int(match[1]) + 1:
            raise UgyldigSkoleaar(tekst, cls._meant(tekst))
        return cls(int(match[1]))

    @classmethod
    def _meant(cls, tekst: str) -> str:
        """Return the skoleår that somebody may have meant, written as it is; blank when none.

        >>> Skoleaar._meant("2023/2024"), Skoleaar._meant("2023-24"), Skoleaar._meant("25")
        ('2023-2024', '2023-2024', '')
        """
        aar = re.search(r"(?<!\d)(20\d\d)(?!\d)", tekst, re.ASCII)
        return str(cls(int(aar[1]))) if aar else ""

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

    @property
    def foerste_skoledag(self) -> date:
        """Return the first weekday after 15 August.

        ASSUMED (kontroller.md): until the fylke's or the school's own is set (skolestart.py).
        """
        dag = date(self.start, 8, 16)
        while dag.isoweekday() > FRIDAY:
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
