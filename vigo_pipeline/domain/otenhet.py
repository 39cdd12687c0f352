"""Which OT unit a young person belongs to: by municipality where a fylke says so, or the fylke."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

_LEDD = re.compile(r"(\d{2}|\d{4})=(\d{5})")


class UgyldigeEnheter(ValueError):
    """The text does not say which unit. Never quotes what was written."""

    def __init__(self) -> None:
        super().__init__(
            "skriv fylkets OT-enhet og de kommunene som har en annen, hver én gang: "
            "03=03299,46=46299,4601=46298"
        )


@dataclass(frozen=True)
class Enheter:
    """OT units by fylke (two digits) and municipality (four)."""

    valgt: Mapping[str, str]

    @classmethod
    def parse(cls, satt: str | None) -> Self:
        """Return what is set; none where nothing is.

        Raises:
            UgyldigeEnheter: an entry is no unit of a fylke or a municipality, or stands twice.
        """
        if satt is None:
            return cls({})
        treff = [_LEDD.fullmatch(tekst.strip()) for tekst in satt.split(",")]
        valgt = {t[1]: t[2] for t in treff if t}
        if len(valgt) != len(treff):
            raise UgyldigeEnheter
        return cls(valgt)

    def of(self, fylke: str, kommunenr: str | None) -> str:
        """Return the unit for a person on a fylke's list; blank when the fylke has chosen none.

        A municipality in another fylke is not the fylke's to divide by.

        >>> enheter = Enheter.parse("46=46299,4601=46298")
        >>> [enheter.of("46", k) for k in ("4601", "4602", None, "0301")]
        ['46298', '46299', '46299', '46299']
        >>> enheter.of("11", "1103")
        ''
        """
        if kommunenr and kommunenr.startswith(fylke) and kommunenr in self.valgt:
            return self.valgt[kommunenr]
        return self.valgt.get(fylke, "")
