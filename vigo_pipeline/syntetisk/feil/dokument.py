"""A file as lines that can be spoiled: fields by name, rows by person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt, linjetyper, places
from vigo_pipeline.syntetisk.skolerader import Verksted
from vigo_pipeline.syntetisk.skriv import SLUTT

EL, EK, KL, VM = "$EL", "$EK", "$KL", "$VM"
# What the lines of one case have in common: one application of an adult, one elevkurs, one person
# in a lærefag, one office, one bedrift in a lærefag, or one young person with rett.
SAK = (
    ("soeknad_id",),
    ("fnr", "skolenr", "programomraadekode"),
    ("fnr", "programomraadekode"),
    ("orgnr_opplaeringskontor",),
    ("orgnr_bedrift", "programomraadekode"),
    ("fnr", "personstatus"),
)
Noekkel = tuple[str, ...]


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


@cache
def case_of(post: str) -> Noekkel:
    """Return what tells whose a line of a type is; nothing when it is nobody's."""
    har = {k.variabel for p in linjetyper() if p.kode == post for k in p.i_bruk}
    return next((n for n in SAK if har.issuperset(n)), ())


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
    """A file's lines, read when they are asked for. ``skoler``: the numbers of those in it.

    A person is spoiled once only, so that defects do not meet: ``brukt`` is whose lines have been.
    ``endret``: whether anything has. ``etterpaa``: what a defect does to the bytes at last.
    """

    def __init__(self, sti: Path, verksted: Verksted, skoler: Sequence[str] = ()) -> None:
        """Take a file that this package made."""
        self.sti = sti
        self.verksted = verksted
        self.skoler = skoler
        self.brukt: set[str] = set()
        self.endret = False
        self.etterpaa: Callable[[bytes], bytes] = bytes

    @property
    def avgiver(self) -> str:
        """Return whose file it is."""
        return self.sti.parent.name

    @cached_property
    def rader(self) -> list[Rad]:
        """Return the file's lines, to be changed."""
        form = grensesnitt().fil
        slutt = SLUTT[form.linjeskift]
        linjer = self.sti.read_bytes().decode(form.tegnsett).removesuffix(slutt).split(slutt)
        return [Rad(linje.split(form.skilletegn)) for linje in linjer]

    @cached_property
    def _ledige(self) -> list[Elev]:
        elever = {r["fnr"]: Elev(r) for r in self.rader if r.post == EL}
        for rad in self.rader:
            if rad.post == EK:
                elever[rad["fnr"]].ek.append(rad)
            elif rad.post == KL:
                elever[rad["fnr"]].kl.append(rad)
        return [e for e in elever.values() if e.er_ordinaer]

    @property
    def tof(self) -> Rad:
        """Return the start row."""
        return self.rader[0]

    def take(self, passer: Callable[[Elev], bool] = lambda _: True) -> Elev | None:
        """Return an ordinary pupil nobody has spoiled yet; None when there is none left."""
        for nr, elev in enumerate(self._ledige):
            if elev.el["fnr"] not in self.brukt and passer(elev):
                self.brukt.add(elev.el["fnr"])
                return self._ledige.pop(nr)
        return None

    def cases(self) -> dict[Noekkel, list[Rad]]:
        """Return the lines of each application or elevkurs, in the order of the file."""
        ut: dict[Noekkel, list[Rad]] = {}
        for rad in self.rader:
            if noekkel := case_of(rad.post):
                ut.setdefault(tuple(rad[n] for n in noekkel), []).append(rad)
        return ut

    def insert_after(self, rad: Rad, nye: list[Rad]) -> None:
        """Put lines right after a line."""
        plass = self.rader.index(rad) + 1
        self.rader[plass:plass] = nye

    def remove(self, rader: list[Rad]) -> None:
        """Take lines out."""
        ut = {id(r) for r in rader}
        self.rader[:] = [r for r in self.rader if id(r) not in ut]

    def line(self, rad: Rad) -> int:
        """Return a line's number, from 1; 0 for one that is gone."""
        return next((nr for nr, r in enumerate(self.rader, start=1) if r is rad), 0)

    def write(self) -> None:
        """Write the lines back."""
        form = grensesnitt().fil
        slutt = SLUTT[form.linjeskift]
        tekst = "".join(form.skilletegn.join(r.felt) + slutt for r in self.rader)
        self.sti.write_bytes(self.etterpaa(tekst.encode(form.tegnsett)))
