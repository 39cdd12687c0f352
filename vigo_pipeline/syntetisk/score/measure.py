"""Plant every kind of defect in clean skoleår, many times over, and count what the gate found."""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Self

from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.database.server import (
    connect,
    temporary_database,
    temporary_server,
)
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import Kjoering, run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Filinndeling, Omfang, Oppsummering
from vigo_pipeline.syntetisk.score.compare import Poeng, score
from vigo_pipeline.syntetisk.score.sandkasser import Sandkasse


@dataclass(frozen=True)
class Oppgave:
    """A sandbox to be measured with one seed.

    ``omfang``: how much of the nation, and whose; the sandbox says which files.
    """

    sandkasse: Sandkasse
    skoleaar: str
    froe: int
    omfang: Omfang


# A database with its schema up to date: to make it so takes longer than many a load.
MAL = "mal"
# What is the same for several sandboxes: the clean rounds, and what they are made of.
Grunnlag = tuple[tuple[tuple[str, str], ...], Filinndeling, Omfang]


@dataclass(frozen=True)
class Sted:
    """Where rounds are run: a folder, and a database on a server that has the folder's name."""

    server: str
    mappe: Path

    @contextmanager
    def database(self, av: Self | None = None) -> Iterator[str]:
        """Yield the address of its database while it is there: as another one's is, or empty."""
        mal = av.mappe.name if av else MAL
        with temporary_database(self.server, self.mappe.name, mal) as url:
            yield url


def side_by_side() -> Executor:
    """Return as many processes as there are cores."""
    return ProcessPoolExecutor(mp_context=get_context("spawn"))


def measure(
    oppgaver: Iterable[Oppgave], pools: Callable[[], Executor] = side_by_side
) -> Iterator[tuple[Oppgave, list[Poeng]]]:
    """Yield each sandbox's scores, the clean rounds first.

    Clean rounds that several sandboxes have before them are run once, and told of with the first.

    Args:
        oppgaver: those of a seed one after the other.
        pools: makes what does the work of a seed.
    """
    with (
        tempfile.TemporaryDirectory(prefix="vigo-score-") as arbeid,
        temporary_server(Path(arbeid)) as server,
        temporary_database(server, MAL) as mal,
    ):
        mappe = Path(arbeid) / MAL
        connect(Innstillinger(hjem=mappe, inn=mappe, database_url=mal)).dispose()
        for seed, alle in groupby(oppgaver, key=lambda o: o.froe):
            mappe = Path(arbeid) / f"sandkasse_{seed}"
            # A process remembers its pupils, so those of a seed end with it.
            with pools() as pool:
                yield from _of_seed(list(alle), mappe, server, pool)


def _of_seed(
    oppgaver: list[Oppgave], mappe: Path, server: str, pool: Executor
) -> Iterator[tuple[Oppgave, list[Poeng]]]:
    foerst = {_basis(o): o for o in reversed(oppgaver) if o.sandkasse.grunnlag}
    foer = {
        basis: Sted(server, mappe.with_name(f"{mappe.name}_foer_{nr}"))
        for nr, basis in enumerate(foerst)
    }
    steder = [Sted(server, mappe.with_name(f"{mappe.name}_{nr}")) for nr in range(len(oppgaver))]
    with ExitStack() as stakk:
        adresser = [stakk.enter_context(sted.database()) for sted in foer.values()]
        rene = dict(
            zip(foer, pool.map(_run_clean, foerst.values(), foer.values(), adresser), strict=True)
        )
        poeng = pool.map(_measure, oppgaver, steder, [foer.get(_basis(o)) for o in oppgaver])
        for oppgave, egne in zip(oppgaver, poeng, strict=True):
            yield oppgave, [*rene.pop(_basis(oppgave), ()), *egne]
    for sted in foer.values():
        shutil.rmtree(sted.mappe)


def _basis(oppgave: Oppgave) -> Grunnlag:
    return oppgave.sandkasse.grunnlag, oppgave.sandkasse.fil, oppgave.omfang


def _run_clean(oppgave: Oppgave, sted: Sted, url: str) -> list[Poeng]:
    """Run and score the clean rounds before a sandbox, and leave them for it to be copied from."""
    return _run(oppgave, sted, url, oppgave.sandkasse.grunnlag)


def _measure(oppgave: Oppgave, sted: Sted, foer: Sted | None) -> list[Poeng]:
    if foer:
        shutil.copytree(foer.mappe, sted.mappe)
    with sted.database(foer) as url, _pipeline(oppgave, sted, url) as pipeline:
        ut = _planted(oppgave, pipeline)
    # A sandbox of the whole nation is some gigabytes.
    shutil.rmtree(sted.mappe)
    return ut


def _run(oppgave: Oppgave, sted: Sted, url: str, runder: Iterable[tuple[str, str]]) -> list[Poeng]:
    with _pipeline(oppgave, sted, url) as pipeline:
        return [_score(oppgave, pipeline, oppgave.skoleaar, *r) for r in runder]


@contextmanager
def _pipeline(oppgave: Oppgave, sted: Sted, url: str) -> Iterator[Pipeline]:
    avgivere = oppgave.omfang.avgivere
    oppsett = Innstillinger(hjem=sted.mappe, inn=sted.mappe, database_url=url, avgivere=avgivere)
    pipeline = Pipeline(Register.installed(), oppsett)
    yield pipeline
    pipeline.engine.dispose()


def _planted(oppgave: Oppgave, pipeline: Pipeline) -> list[Poeng]:
    """Score the round with defects, and the later one that finds them, where it is another's."""
    s, aar = oppgave.sandkasse, oppgave.skoleaar
    if s.finner is None:
        laget, kjoering = _make(oppgave, pipeline, aar, s.samling, s.runde, s.feil)
        return [score(pipeline, kjoering, laget)]
    samling, _ = s.finner
    i_fjor = str(Skoleaar.parse(aar).previous), samling, rounds_due(samling)[-1]
    foer = _score(oppgave, pipeline, *i_fjor)
    laget, kjoering = _make(oppgave, pipeline, aar, s.samling, s.runde, s.feil)
    her = score(pipeline, kjoering, replace(laget, fasit=None))
    siden, finner = _make(oppgave, pipeline, aar, *s.finner)
    return [foer, her, score(pipeline, finner, siden, plantet=laget)]


def _score(oppgave: Oppgave, pipeline: Pipeline, aar: str, samling: str, runde: str) -> Poeng:
    """Make, run and score a clean round of a sandbox."""
    laget, kjoering = _make(oppgave, pipeline, aar, samling, runde)
    return score(pipeline, kjoering, laget)


def _make(
    oppgave: Oppgave,
    pipeline: Pipeline,
    aar: str,
    samling: str,
    runde: str,
    feil: bool | dict[str, int] | None = None,
) -> tuple[Oppsummering, Kjoering]:
    laget = generate(
        pipeline.oppsett.inn,
        skoleaar=Skoleaar.parse(aar),
        runde=runde,
        seed=oppgave.froe,
        omfang=replace(oppgave.omfang, fil=oppgave.sandkasse.fil),
        samling=samling,
        feil=feil,
    )
    return laget, run_flow(pipeline, samling, Partisjon(aar, runde))
