"""Plant mistakes in the files of any collection but oktober; a seed says where."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from hashlib import sha256
from pathlib import Path

from vigo_pipeline.contract.grensesnitt import grensesnitt, linjetyper
from vigo_pipeline.engine.receive.files import INGEN_ENDRINGER
from vigo_pipeline.syntetisk.feil.dokument import EK, EL, KL, Rad
from vigo_pipeline.syntetisk.feil.mappefeil import MAPPEFEIL
from vigo_pipeline.syntetisk.feil.register import Nivaa
from vigo_pipeline.syntetisk.feil.samlingsfeil import Oensket, Samlingsfeil
from vigo_pipeline.syntetisk.skriv import SLUTT

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
Linje = tuple[str, str, str, int, str, str]


@dataclass(eq=False)
class Fil:
    """A file's lines and the cases in it. ``brukt``: whose lines have been spoiled."""

    sti: Path
    rader: list[Rad]
    brukt: set[str] = field(default_factory=set)

    @property
    def avgiver(self) -> str:
        """Return whose file it is."""
        return self.sti.parent.name

    @classmethod
    def read(cls, sti: Path) -> "Fil":
        """Split a file that this package made."""
        form = grensesnitt().fil
        tekst = sti.read_bytes().decode(form.tegnsett).removesuffix(SLUTT[form.linjeskift])
        deler = tekst.split(SLUTT[form.linjeskift])
        return cls(sti, [Rad(linje.split(form.skilletegn)) for linje in deler])

    def cases(self) -> dict[Noekkel, list[Rad]]:
        """Return the lines of each application or elevkurs, in the order of the file."""
        ut: dict[Noekkel, list[Rad]] = {}
        for rad in self.rader:
            if noekkel := _case_of(rad.post):
                ut.setdefault(tuple(rad[n] for n in noekkel), []).append(rad)
        return ut

    def line(self, rad: Rad) -> int:
        """Return a line's number, from 1; 0 for one that is gone."""
        return next((nr for nr, r in enumerate(self.rader, start=1) if r is rad), 0)

    def write(self) -> None:
        """Write the lines back."""
        form = grensesnitt().fil
        slutt = SLUTT[form.linjeskift]
        tekst = "".join(form.skilletegn.join(r.felt) + slutt for r in self.rader)
        self.sti.write_bytes(tekst.encode(form.tegnsett))


@cache
def _case_of(post: str) -> Noekkel:
    """Return what tells whose a line of a type is; nothing when it is nobody's."""
    har = {k.variabel for p in linjetyper() if p.kode == post for k in p.i_bruk}
    return next((n for n in SAK if har.issuperset(n)), ())


def plant(mappe: Path, oensket: Oensket, seed: int) -> tuple[list[Linje], tuple[str, ...]]:
    """Spoil the files below a round's folder; return the answer key and the rules that got none.

    A file that is to be rejected is not one that others are planted in: they would not be loaded.
    """
    filer = [Fil.read(sti) for sti in sorted(mappe.glob("*/*.txt")) if sti.name != INGEN_ENDRINGER]
    plan = Planting(filer)
    igjen = [
        regel
        # Accepted ones first: what is left is rejected.
        for slag, antall in sorted(oensket.linjer, key=lambda f: f[0].nivaa is not Nivaa.GODTAS)
        for nr in range(antall)
        if not plan.make(slag, f"{seed} {slag.regler[0]} {nr}")
        for regel in slag.regler
    ]
    for fil in filer:
        if fil.brukt:
            fil.write()
    noekkel = plan.key()
    for regel, antall in oensket.filer.items():
        for nr in range(antall):
            sti = plan.take_file(f"{seed} {regel} {nr}")
            if sti is None:
                igjen.append(regel)
            else:
                for i, truffet in enumerate(MAPPEFEIL[regel](sti)):
                    av = regel if i else ""
                    noekkel.append((regel, truffet.parent.name, truffet.name, 0, "", av))
    return sorted(noekkel), tuple(sorted(igjen))


@dataclass
class Planting:
    """Mistakes on their way into files. ``avvist``: the files that will be rejected."""

    filer: list[Fil]
    avvist: set[Path] = field(default_factory=set)
    funn: list[tuple[str, Fil, Rad, str, str]] = field(default_factory=list)

    def make(self, slag: Samlingsfeil, lodd: str) -> bool:
        """Make one mistake somewhere; say whether there was a place for it."""
        for fil in sorted(self.filer, key=lambda f: _draw(lodd, f.avgiver, f.sti.name)):
            if not (fnmatchcase(fil.avgiver, slag.avgiver) and self._is_free(fil, slag)):
                continue
            til = self._other(fil, slag, lodd)
            if slag.ogsaa_i and til is None:
                continue
            sak = _case(fil, slag, lodd)
            if sak is not None:
                self._spoil(fil, sak, slag, til)
                return True
        return False

    def take_file(self, lodd: str) -> Path | None:
        """Return a file that nothing else is wrong with; nobody takes it again."""
        hele = [f for f in self.filer if not f.brukt and f.sti not in self.avvist]
        fil = min(hele, key=lambda f: _draw(lodd, f.avgiver, f.sti.name), default=None)
        if fil is not None:
            self.avvist.add(fil.sti)
        return fil.sti if fil else None

    def key(self) -> list[Linje]:
        """Return the answer key, by rule and place."""
        return sorted(
            (regel, fil.avgiver, fil.sti.name, fil.line(rad), kolonne, av)
            for regel, fil, rad, kolonne, av in self.funn
        )

    def _is_free(self, fil: Fil, slag: Samlingsfeil) -> bool:
        if slag.nivaa is Nivaa.GODTAS:
            return fil.sti not in self.avvist
        return not fil.brukt or fil.sti in self.avvist

    def _other(self, fil: Fil, slag: Samlingsfeil, lodd: str) -> Fil | None:
        """Return another file that the case can be told of in, too."""
        if slag.ogsaa_i is None:
            return None
        andre = [
            f
            for f in self.filer
            if f is not fil
            and self._is_free(f, slag)
            and (slag.ogsaa_i == "skole" or f.avgiver != fil.avgiver)
            and any(r.post == EK for r in f.rader)
        ]
        return min(andre, key=lambda f: _draw(lodd, "til", f.avgiver, f.sti.name), default=None)

    def _spoil(self, fil: Fil, sak: list[Rad], slag: Samlingsfeil, til: Fil | None) -> None:
        rader = list(_changed(fil, sak, slag))
        for f in (fil, til):
            if f is None:
                continue
            f.brukt.add(_owner(sak))
            if slag.nivaa is Nivaa.AVVISER:
                self.avvist.add(f.sti)
        if til is not None:
            _tell_too(til, fil, sak)
        kolonne = next(iter(slag.linjer[0].sett), "")
        self.funn += [(r, fil, rader[0], kolonne, "") for r in slag.regler]
        self.funn += [(r, fil, rader[0], "", slag.regler[0]) for r in slag.foelger]


def _owner(sak: Sequence[Rad]) -> str:
    return sak[0][_case_of(sak[0].post)[0]]


def _case(fil: Fil, slag: Samlingsfeil, lodd: str) -> list[Rad] | None:
    """Return a case that a mistake can be made in: any is as likely as another."""
    saker = fil.cases()
    antall = Counter(noekkel[0] for noekkel in saker)
    for noekkel in sorted(saker, key=lambda n: _draw(lodd, *n)):
        sak = saker[noekkel]
        if _owner(sak) in fil.brukt:
            continue
        if slag.ordinaer and (antall[noekkel[0]] > 1 or not _is_ordinary(sak)):
            continue
        if all(any(e.fits(r) for r in sak) for e in slag.linjer):
            return sak
    return None


def _is_ordinary(sak: Sequence[Rad]) -> bool:
    kurs = [r for r in sak if r.post == EK]
    return all(
        not k["avbruddsdato"] and k["voksen"] == "N" and k["deltidselev"] == "N" for k in kurs
    ) and all(r["fagstatus"] == "E" and not r["skolenr2"] for r in sak if r.post == KL)


def _draw(*deler: str) -> str:
    return sha256(" ".join(deler).encode()).hexdigest()


def _changed(fil: Fil, sak: Sequence[Rad], slag: Samlingsfeil) -> Iterator[Rad]:
    """Make the changes; yield the lines that were changed."""
    for endring in slag.linjer:
        passer = [r for r in sak if endring.fits(r)]
        for rad in passer if endring.alle else passer[:1]:
            ny = rad.copy() if endring.en_til else rad
            for variabel, verdi in endring.sett.items():
                ny[variabel] = verdi
            plass = fil.line(rad)
            if endring.en_til:
                fil.rader.insert(plass, ny)
            elif endring.slett:
                del fil.rader[plass - 1]
            yield ny


def _tell_too(til: Fil, fil: Fil, sak: Sequence[Rad]) -> None:
    """Let another school tell of the same case."""
    skolenr = next(r["skolenr"] for r in til.rader if r.post == EK)
    elev = next(r for r in fil.rader if r.post == EL and r["fnr"] == sak[0]["fnr"])
    til.rader.append(elev.copy())
    for rad in sak:
        ny = rad.copy()
        ny["skolenr"] = skolenr
        til.rader.append(ny)
