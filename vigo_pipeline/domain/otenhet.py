"""Which OT unit a young person belongs to: by municipality where a fylke says so, or the fylke."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.fylkesvalg import fylker

_LEDD = re.compile(r"(\d{2}|\d{4})=(\d{5})")
_EKSEMPEL = "03=03299,46=46299,4601=46298"


class UgyldigeEnheter(ValueError):
    """The text does not say which unit. Never quotes what was written."""

    def __init__(self, hva: str = "") -> None:
        super().__init__(
            hva
            or f"skriv fylkets OT-enhet og de kommunene som har en annen, hver én gang: {_EKSEMPEL}"
        )


@dataclass(frozen=True)
class Enheter:
    """OT units by fylke (two digits) and municipality (four)."""

    valgt: Mapping[str, str]

    @classmethod
    def parse(cls, satt: str | None) -> Self:
        """Return what is set; none where nothing is.

        Raises:
            UgyldigeEnheter: an entry is no unit of a fylke or a municipality that there is, stands
                twice, or has the unit of another fylke.
        """
        if satt is None:
            return cls({})
        treff = [_LEDD.fullmatch(tekst.strip()) for tekst in satt.split(",")]
        valgt = {t[1]: t[2] for t in treff if t}
        if len(valgt) != len(treff):
            raise UgyldigeEnheter
        finnes = fylker() | {r["kode"] for r in kodeverk.rows("kommuner")[1]}
        for sted, enhet in valgt.items():
            if sted not in finnes or sted[:2] not in fylker():
                raise UgyldigeEnheter(f"{sted} er ikke et fylke eller en kommune: {_EKSEMPEL}")
            if of_another(enhet, sted[:2]):
                raise UgyldigeEnheter(f"enheten til {sted} er et annet fylkes: {_EKSEMPEL}")
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


def of_another(enhet: str, fylke: str) -> bool:
    """Say whether a unit is another fylke's: by the list of units, or the series of its number.

    What a unit is never follows from its number, but whose it is does where the list has no such
    unit: all that a fylke has begin with its number.

    >>> of_another("46299", "11"), of_another("11299", "11"), of_another("99999", "11")
    (True, False, True)
    """
    kjente = _known(enhet)
    return fylke not in {r["fylkesnr"] for r in kjente} if kjente else enhet[:2] != fylke


def doubt(enheter: set[str]) -> str:
    """Return what should be looked at of some units, blank when the list has all of them as OT.

    The list of the package has no units of OT, so that it lacks one proves nothing.
    """
    ukjente = [e for e in sorted(enheter) if not any(r["type"] == "ot" for r in _known(e))]
    if not ukjente:
        return ""
    return (
        f"Kodelista over skoler har ikke {', '.join(ukjente)} som OT-enhet. Se at det er rett; "
        "enhetene kommer med «vigo kodeverk hent skoler»."
    )


def _known(enhet: str) -> list[dict[str, str]]:
    return [r for r in kodeverk.rows("skoler")[1] if r["kode"] == enhet]
