"""Whom a fylke transfers to OT for having no competence yet (OSMO): nobody, the near, or all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, get_args

Valg = Literal["av", "smal", "vid"]
# ASSUMED: 7 of 15 fylker transfer OSMO, and nobody has said which, or how wide.
ANTATT: Valg = "smal"
_SATT = re.compile(rf"(?:(\d\d)=)?({'|'.join(get_args(Valg))})")


class UgyldigOsmo(ValueError):
    """A text does not say who comes as OSMO."""

    def __init__(self) -> None:
        super().__init__(
            "skriv av, smal eller vid, med komma mellom, og med fylke foran når det ikke gjelder "
            "alle: smal,03=vid,11=av"
        )


@dataclass(frozen=True)
class Osmo:
    """The choice of each fylke. ``egne``: by fylke, where it is another than ``alle``.

    ``av``: nobody comes as OSMO. ``smal``: who has been through trinn 3 or had a contract.
    ``vid``: every young person without studie- or yrkeskompetanse.
    """

    alle: Valg
    egne: Mapping[str, Valg]

    @classmethod
    def parse(cls, satt: str | None) -> Self:
        """Return what is set; the assumed choice where nothing is.

        >>> osmo = Osmo.parse("av,03=vid")
        >>> osmo.of("03"), osmo.of("11"), Osmo.parse(None).of("11")
        ('vid', 'av', 'smal')

        Raises:
            UgyldigOsmo: an entry is not a choice, or not of a fylke.
        """
        egne = dict(_entry(tekst) for tekst in satt.split(",")) if satt is not None else {}
        return cls(egne.pop("", ANTATT), egne)

    def of(self, fylke: str) -> Valg:
        """Return the choice of a fylke."""
        return self.egne.get(fylke, self.alle)


def _entry(tekst: str) -> tuple[str, Valg]:
    treff = _SATT.fullmatch(tekst.strip())
    if treff is None:
        raise UgyldigOsmo
    valg: Valg = next(v for v in get_args(Valg) if v == treff[2])
    return treff[1] or "", valg
