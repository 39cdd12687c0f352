"""What if: the list that other choices would give, against that of today's, on what is loaded."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from vigo_pipeline.engine.overfoering.compute import Resultat
from vigo_pipeline.engine.overfoering.extract import demand_watermark
from vigo_pipeline.engine.overfoering.liste import list_at
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.overfoering.valg import Valg
from vigo_pipeline.engine.pipeline import Pipeline

# All who are on the list, whatever their reasons.
PAA_LISTA = "på lista"
Hvem = frozenset[str]


@dataclass(frozen=True)
class Sammenlikning:
    """How many come, go and stay in a fylke, for a reason or at all."""

    fylke: str
    kode: str
    kommer: int
    gaar: int
    blir: int

    @property
    def foer(self) -> int:
        """Return how many there are by today's choices."""
        return self.gaar + self.blir

    @property
    def etter(self) -> int:
        """Return how many there would be."""
        return self.kommer + self.blir


@dataclass(frozen=True)
class Proeve:
    """A trial: the choices, and what they come to. ``rader``: per fylke, then by reason."""

    naa: Valg
    proevd: Valg
    vannmerke: int
    rader: tuple[Sammenlikning, ...]

    def all_of(self, kode: str) -> Sammenlikning:
        """Return a reason's counts in all fylker."""
        egne = [r for r in self.rader if r.kode == kode]
        summer = (sum(getattr(r, n) for r in egne) for n in ("kommer", "gaar", "blir"))
        return Sammenlikning("", kode, *summer)


def try_out(
    pipeline: Pipeline, spek: Overfoering, naa: Valg, proevd: Valg, vannmerke: int | None = None
) -> Proeve:
    """Return what other choices would come to; nothing is written.

    ``vannmerke``: of the Sentralbase as it was then; else as it is.

    Raises:
        NoSuchWatermark: the Sentralbase has not been at it.
        NotLoaded: what the list of one of the days follows from is not loaded.
    """
    nr = demand_watermark(pipeline, vannmerke)
    foer, etter = (list_at(pipeline, spek, valg, nr) for valg in (naa, proevd))
    return Proeve(naa, proevd, nr, tuple(compare(spek, foer, etter)))


def compare(spek: Overfoering, foer: Resultat, etter: Resultat) -> Iterator[Sammenlikning]:
    """Yield who comes, goes and stays, a row per fylke and reason that either list has."""
    a, b = _members(foer), _members(etter)
    rekke = [PAA_LISTA, *(g.kode for g in spek.grunn)]
    for fylke, kode in sorted(a.keys() | b.keys(), key=lambda n: (n[0], rekke.index(n[1]))):
        var, blir = a.get((fylke, kode), frozenset()), b.get((fylke, kode), frozenset())
        tall = Counter(kommer=len(blir - var), gaar=len(var - blir), blir=len(var & blir))
        yield Sammenlikning(fylke, kode, **tall)


def _members(resultat: Resultat) -> dict[tuple[str, str], Hvem]:
    ut: dict[tuple[str, str], set[str]] = {}
    for r in resultat.liste.select(["fylke", "fnr", "aarsaker"]).to_pylist():
        for kode in (PAA_LISTA, *r["aarsaker"].split()):
            ut.setdefault((r["fylke"], kode), set()).add(r["fnr"])
    return {n: frozenset(hvem) for n, hvem in ut.items()}
