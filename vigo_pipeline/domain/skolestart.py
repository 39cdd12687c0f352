"""The first school day: a school's own, its fylke's, the one set for all, else the assumed one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Self

from vigo_pipeline.domain.skoleaar import Skoleaar

# [fylke or skolenr =] a day of August or September, when every school begins.
_SATT = re.compile(r"(?:(\d\d|\d{5})=)?(\d{4}-0[89]-\d\d)")


class UgyldigSkoledag(ValueError):
    """A text does not say first school days."""

    def __init__(self, tekst: str) -> None:
        super().__init__(
            f"«{tekst}» er ikke en første skoledag. Skriv datoer i august og september, med "
            "komma mellom, og med fylke eller skolenummer foran når de ikke gjelder alle: "
            "2025-08-18,03=2025-08-20,03018=2025-08-21."
        )


@dataclass(frozen=True)
class Skolestart:
    """The first school days of a skoleår. ``egne``: by skolenr or fylke, where it is another.

    Rules and queries ask of them by ``foerste_skoledag(…)`` (engine/duck.py).
    """

    alle: date
    egne: Mapping[str, date]

    @classmethod
    def parse(cls, satt: str | None, aar: Skoleaar) -> Self:
        """Return what is set for a skoleår; days of other skoleår are theirs.

        >>> start = Skolestart.parse("2025-08-18,03=2025-08-20,2026-08-17", Skoleaar(2025))
        >>> str(start.alle), {hvem: str(dag) for hvem, dag in start.egne.items()}
        ('2025-08-18', {'03': '2025-08-20'})

        Raises:
            UgyldigSkoledag: an entry is not a day, or not of a fylke or a school.
        """
        dager = dict(_entry(tekst) for tekst in satt.split(",")) if satt is not None else {}
        egne = {hvem: dag for (hvem, start), dag in dager.items() if start == aar.start}
        return cls(egne.pop("", aar.foerste_skoledag), egne)


def _entry(tekst: str) -> tuple[tuple[str, int], date]:
    treff = _SATT.fullmatch(tekst.strip())
    if treff is None:
        raise UgyldigSkoledag(tekst)
    try:
        dag = date.fromisoformat(treff[2])
    except ValueError as feil:
        raise UgyldigSkoledag(tekst) from feil
    return (treff[1] or "", dag.year), dag
