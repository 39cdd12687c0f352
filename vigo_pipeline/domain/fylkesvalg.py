"""A choice for all, and for a fylke where it is another: ``smal,03=vid,11=av``."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from vigo_pipeline.contract import kodeverk


def fylker() -> frozenset[str]:
    """Return the numbers of all fylker that there are or have been.

    >>> "03" in fylker(), "30" in fylker(), "99" in fylker()
    (True, True, False)
    """
    return frozenset(r["kode"] for r in kodeverk.rows("fylker")[1] if r["type"] == "fylke")


class UgyldigValg(ValueError):
    """A text does not say what each fylke has chosen."""

    def __init__(self, lovlige: Collection[str]) -> None:
        *foerste, siste = lovlige
        super().__init__(
            f"skriv {', '.join(foerste)} eller {siste}, med komma mellom, og med fylke foran når "
            f"det ikke gjelder alle: {next(iter(lovlige))},03={siste}. Hvert fylke står én "
            "gang, med nummeret i kodelista over fylker"
        )


@dataclass(frozen=True)
class Fylkesvalg:
    """The choice of each fylke. ``egne``: by fylke, where it is another than ``alle``."""

    alle: str
    egne: Mapping[str, str]

    @classmethod
    def parse(cls, satt: str | None, lovlige: Collection[str], antatt: str) -> Self:
        """Return what is set; the assumed choice where nothing is.

        Args:
            satt: choices with comma between, those of a fylke with its number before.
            lovlige: what may be chosen.
            antatt: what holds where nothing is said.

        >>> valg = Fylkesvalg.parse("uten,03=med", ("uten", "med"), "uten")
        >>> valg.of("03"), valg.of("11")
        ('med', 'uten')

        Raises:
            UgyldigValg: an entry is not a choice, or not of a fylke, or says what another has said.
        """
        if satt is None:
            return cls(antatt, {})
        skrevet = re.compile(rf"(?:(\d\d)=)?({'|'.join(map(re.escape, lovlige))})")
        treff = [skrevet.fullmatch(tekst.strip()) for tekst in satt.split(",")]
        if not all(treff):
            raise UgyldigValg(lovlige)
        egne = {t[1] or "": t[2] for t in treff if t}
        if len(egne) != len(treff) or not egne.keys() - {""} <= fylker():
            raise UgyldigValg(lovlige)
        return cls(egne.pop("", antatt), egne)

    def __str__(self) -> str:
        """Return the choices as they are written.

        >>> str(Fylkesvalg.parse("uten,03=med", ("uten", "med"), "uten"))
        'uten,03=med'
        """
        return ",".join([self.alle, *(f"{f}={v}" for f, v in sorted(self.egne.items()))])

    def of(self, fylke: str) -> str:
        """Return the choice of a fylke."""
        return self.egne.get(fylke, self.alle)
