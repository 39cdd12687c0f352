"""A file as lines that can be spoiled: fields by name, rows by person."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vigo_pipeline.contract.grensesnitt import grensesnitt, places
from vigo_pipeline.syntetisk.skolerader import Verksted
from vigo_pipeline.syntetisk.skriv import SLUTT

TOF, EL, EK, KL, VM = "TOF", "$EL", "$EK", "$KL", "$VM"
NOEKKEL = ("fnr", "skoleaar", "skolenr", "programomraadekode")


@dataclass(eq=False)
class Rad:
    """One line. Two lines with equal fields are still two lines."""

    felt: list[str]

    @property
    def post(self) -> str:
        """Return the line identifier."""
        return self.felt[0]

    def __getitem__(self, variabel: str) -> str:
        """Return a field by the variable's name."""
        return self.felt[places()[self.post][variabel] - 1]

    def __setitem__(self, variabel: str, verdi: str) -> None:
        """Change a field by the variable's name."""
        self.felt[places()[self.post][variabel] - 1] = verdi

    def copy(self) -> "Rad":
        """Return a line of its own with the same fields."""
        return Rad(list(self.felt))


@dataclass(frozen=True)
class Funn:
    """A line a rule must find. ``regel``: a side effect; blank when the rule is the same."""

    rad: Rad
    kolonne: str = ""
    regel: str | None = None


@dataclass
class Elev:
    """One person's lines."""

    el: Rad
    ek: list[Rad] = field(default_factory=list)
    kl: list[Rad] = field(default_factory=list)

    @property
    def rader(self) -> list[Rad]:
        """Return every line of the person."""
        return [self.el, *self.ek, *self.kl]

    @property
    def er_ordinaer(self) -> bool:
        """Say whether nothing is special: one elevkurs that goes on, only fagstatus E."""
        return (
            len(self.ek) == 1
            and len(self.kl) > 3
            and not self.ek[0]["avbruddsdato"]
            and self.ek[0]["voksen"] == "N"
            and self.ek[0]["deltidselev"] == "N"
            and all(k["fagstatus"] == "E" and not k["skolenr2"] for k in self.kl)
        )


class Dokument:
    """A file's lines. A person is spoiled once only, so that defects do not meet.

    ``etterpaa``: what a defect does to the bytes at last.
    """

    def __init__(self, avgiver: str, innhold: bytes, verksted: Verksted) -> None:
        """Split a file that this package made."""
        fil = grensesnitt().fil
        self.avgiver = avgiver
        self.verksted = verksted
        self._slutt = SLUTT[fil.linjeskift]
        linjer = innhold.decode(fil.tegnsett).removesuffix(self._slutt).split(self._slutt)
        self.rader = [Rad(linje.split(fil.skilletegn)) for linje in linjer]
        self.elever: dict[str, Elev] = {r["fnr"]: Elev(r) for r in self.rader if r.post == EL}
        for rad in self.rader:
            if rad.post == EK:
                self.elever[rad["fnr"]].ek.append(rad)
            elif rad.post == KL:
                self.elever[rad["fnr"]].kl.append(rad)
        self.etterpaa: Callable[[bytes], bytes] = bytes
        self._ledige = [e for e in self.elever.values() if e.er_ordinaer]

    @property
    def tof(self) -> Rad:
        """Return the start row."""
        return self.rader[0]

    def take(self, passer: Callable[[Elev], bool] = lambda _: True) -> Elev | None:
        """Return an ordinary pupil nobody has spoiled yet; None when there is none left."""
        for nr, elev in enumerate(self._ledige):
            if passer(elev):
                return self._ledige.pop(nr)
        return None

    def insert_after(self, rad: Rad, nye: list[Rad]) -> None:
        """Put lines right after a line."""
        plass = self.rader.index(rad) + 1
        self.rader[plass:plass] = nye

    def remove(self, rader: list[Rad]) -> None:
        """Take lines out."""
        ut = {id(r) for r in rader}
        self.rader = [r for r in self.rader if id(r) not in ut]

    def line(self, rad: Rad) -> int:
        """Return a line's number, from 1."""
        return self.rader.index(rad) + 1

    def encode(self) -> bytes:
        """Return the file's bytes."""
        fil = grensesnitt().fil
        tekst = "".join(fil.skilletegn.join(r.felt) + self._slutt for r in self.rader)
        return self.etterpaa(tekst.encode(fil.tegnsett))
