"""Plant defects in the files of a round, and write the answer key; a seed says where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from vigo_pipeline.syntetisk.feil.dokument import EK, Dokument, Rad
from vigo_pipeline.syntetisk.feil.mappefeil import MAPPEFEIL
from vigo_pipeline.syntetisk.feil.oenske import Oensket
from vigo_pipeline.syntetisk.feil.register import Feilslag, Nivaa
from vigo_pipeline.syntetisk.feil.sak import change, draw, find_case, owner, tell_too
from vigo_pipeline.syntetisk.feil.samlingsfeil import Samlingsfeil
from vigo_pipeline.syntetisk.feil.spredning import places, quotas
from vigo_pipeline.syntetisk.skolerader import Verksted

KOLONNER = ("regel", "avgiver", "fil", "linje", "kolonne", "foelger_av")
Linje = tuple[str, str, str, int, str, str]


def plant(
    filer: Mapping[Path, Sequence[str]], oensket: Oensket, verksted: Verksted
) -> tuple[list[Linje], tuple[str, ...]]:
    """Spoil a round's files; return the answer key and the rules that got none.

    A file that is to be rejected is not one that others are planted in: they would not be loaded.

    Args:
        filer: the files that were made, each with the numbers of its schools.
        oensket: how many of each defect.
        verksted: what the files were made with.
    """
    plan = Planting([Dokument(sti, verksted, filer[sti]) for sti in sorted(filer)])
    igjen = plan.spread([slag for slag, antall in oensket.elever for _ in range(antall)])
    # Accepted ones first: what is left is rejected.
    for slag, antall in sorted(oensket.linjer, key=lambda f: f[0].nivaa is not Nivaa.GODTAS):
        for nr in range(antall):
            if not plan.make(slag, f"{verksted.seed} {slag.regler[0]} {nr}"):
                igjen += slag.regler
    for fil in plan.filer:
        if fil.endret:
            fil.write()
    noekkel = plan.key()
    for regel, antall in oensket.filer.items():
        for nr in range(antall):
            sti = plan.take_file(f"{verksted.seed} {regel} {nr}")
            igjen += [] if sti else [regel]
            truffet = MAPPEFEIL[regel](sti) if sti else []
            noekkel += [
                (regel, t.parent.name, t.name, 0, "", regel if i else "")
                for i, t in enumerate(truffet)
            ]
    return sorted(noekkel), tuple(sorted(igjen))


def write_key(mal: Path, rader: Iterable[Linje]) -> Path:
    """Write an answer key and return its path. It holds no person number."""
    linjer = [";".join(KOLONNER), *(";".join(map(str, r)) for r in rader)]
    mal.write_text("\n".join(linjer) + "\n", encoding="utf-8", newline="\n")
    return mal


@dataclass
class Planting:
    """Defects on their way into files. ``avvist``: the files that will be rejected.

    ``funn``: what the answer key says, with the line instead of its number until all is planted.
    """

    filer: list[Dokument]
    avvist: set[Dokument] = field(default_factory=set)
    funn: list[tuple[str, Dokument, Rad, str, str]] = field(default_factory=list)

    def spread(self, alle: Sequence[Feilslag]) -> list[str]:
        """Spread defects of pupils over the files; return the rules that found no place."""
        koe = {n: [s for s in alle if s.nivaa is n] for n in Nivaa}
        steder = places(koe, self.filer) if alle else {}
        for fil in self.filer if alle else []:
            for nivaa, kvote in quotas(koe, steder, fil).items():
                # What this file has no place for waits for the next one.
                for slag in list(koe[nivaa]):
                    if kvote and self._plant(fil, slag):
                        koe[nivaa].remove(slag)
                        kvote -= 1
            steder = {n: [f for f in s if f is not fil] for n, s in steder.items()}
        return [s.regel for rest in koe.values() for s in rest]

    def make(self, slag: Samlingsfeil, lodd: str) -> bool:
        """Make one mistake somewhere; say whether there was a place for it."""
        for fil in sorted(self.filer, key=lambda f: draw(lodd, f.avgiver, f.sti.name)):
            if not (fnmatchcase(fil.avgiver, slag.avgiver) and self._is_free(fil, slag)):
                continue
            til = self._other(fil, slag, lodd)
            if slag.ogsaa_i and til is None:
                continue
            sak = find_case(fil, slag, lodd)
            if sak is not None:
                self._spoil(fil, sak, slag, til)
                return True
        return False

    def take_file(self, lodd: str) -> Path | None:
        """Return a file that nothing else is wrong with; nobody takes it again."""
        hele = [f for f in self.filer if not f.endret and f not in self.avvist]
        fil = min(hele, key=lambda f: draw(lodd, f.avgiver, f.sti.name), default=None)
        if fil is not None:
            self.avvist.add(fil)
        return fil.sti if fil else None

    def key(self) -> list[Linje]:
        """Return the answer key's lines."""
        return [
            (regel, fil.avgiver, fil.sti.name, fil.line(rad), kolonne, av)
            for regel, fil, rad, kolonne, av in self.funn
        ]

    def _plant(self, fil: Dokument, slag: Feilslag) -> bool:
        funn = slag.plant(fil)
        if not funn:
            return False
        self._mark(fil, slag.nivaa)
        for f in funn:
            av = "" if f.regel is None else slag.regel
            self.funn.append((f.regel or slag.regel, fil, f.rad, f.kolonne, av))
        return True

    def _mark(self, fil: Dokument, nivaa: Nivaa) -> None:
        fil.endret = True
        if nivaa is not Nivaa.GODTAS:
            self.avvist.add(fil)

    def _is_free(self, fil: Dokument, slag: Samlingsfeil) -> bool:
        if slag.nivaa is Nivaa.GODTAS:
            return fil not in self.avvist
        return not fil.endret or fil in self.avvist

    def _other(self, fil: Dokument, slag: Samlingsfeil, lodd: str) -> Dokument | None:
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
        return min(andre, key=lambda f: draw(lodd, "til", f.avgiver, f.sti.name), default=None)

    def _spoil(
        self, fil: Dokument, sak: list[Rad], slag: Samlingsfeil, til: Dokument | None
    ) -> None:
        rader = list(change(fil, sak, slag))
        for f in filter(None, (fil, til)):
            f.brukt.add(owner(sak))
            self._mark(f, slag.nivaa)
        if til is not None:
            tell_too(til, fil, sak)
        kolonne = next(iter(slag.linjer[0].sett), "")
        self.funn += [(r, fil, rader[0], kolonne, "") for r in slag.regler]
        self.funn += [(r, fil, rader[0], "", slag.regler[0]) for r in slag.foelger]
