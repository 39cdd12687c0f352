"""Plant every kind of defect in clean skoleår, many times over, and count what the gate found."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby, repeat
from multiprocessing import get_context
from pathlib import Path

from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.control.control import I_FJOR
from vigo_pipeline.engine.database.server import temporary_database, temporary_server
from vigo_pipeline.engine.order import Runde, calendar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.run import run_flow
from vigo_pipeline.syntetisk.feil.oenske import kinds
from vigo_pipeline.syntetisk.feil.samlingsfeil import table
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Filinndeling, Omfang
from vigo_pipeline.syntetisk.score.compare import Poeng, score


@dataclass(frozen=True)
class Sandkasse:
    """One round with defects, and the clean rounds that must be in the Sentralbase before it.

    ``fil``: a file of a whole ``fylke`` gets the mistakes that no file of one school has room for.
    """

    grunnlag: tuple[tuple[str, str], ...]
    samling: str
    runde: str
    fil: Filinndeling = "skole"

    @property
    def feil(self) -> bool | dict[str, int]:
        """Return what to plant: one of each kind that is for such files."""
        return self.fil == "skole" or {r: 1 for r, s in kinds().items() if s.fylkesfil}


@dataclass(frozen=True)
class Oppgave:
    """A sandbox to be measured with one seed.

    ``omfang``: how much of the nation, and whose; the sandbox says which files.
    """

    sandkasse: Sandkasse
    skoleaar: str
    froe: int
    omfang: Omfang


def sandboxes(register: Register, aar: str) -> list[Sandkasse]:
    """Return the rounds to plant defects in: where each kind of mistake can first be made."""
    rekke = calendar(register, aar)
    foerste = {
        next(nr for nr, (i, p) in enumerate(rekke) if feil.is_for(i.stamme, p.runde))
        for feil in table().feil
    }
    elever = {
        next(nr for nr, (i, _) in enumerate(rekke) if i.stamme == samling)
        for samling in table().elevfeil
    }
    av = {nr: _sandbox(register, rekke[:nr], rekke[nr]) for nr in sorted(foerste | elever)}
    return [*av.values(), *(replace(av[nr], fil="fylke") for nr in sorted(elever))]


def _sandbox(register: Register, foer: list[Runde], runde: Runde) -> Sandkasse:
    innsamling, partisjon = runde
    trengs = _needed(register, innsamling)
    siste = {i.stamme: nr for nr, (i, _) in enumerate(foer)}
    grunnlag = tuple(
        (i.stamme, p.runde)
        for nr, (i, p) in enumerate(foer)
        # What is told of once only is needed from every round.
        if i.stamme in trengs and (i.omfang == "tillegg" or siste[i.stamme] == nr)
    )
    return Sandkasse(grunnlag, innsamling.stamme, partisjon.runde)


def _needed(register: Register, innsamling: Innsamling) -> set[str]:
    """Return the collections that a round of this one is held against."""
    # What the skoleår before told is no part of a sandbox.
    naermeste = {n.rpartition(".")[0] for n in innsamling.kontroll if not n.startswith(I_FJOR)} - {
        ""
    }
    naermeste |= {s for s in innsamling.etter if register.innsamlinger[s].omfang == "tillegg"}
    return naermeste.union(*(_needed(register, register.innsamlinger[s]) for s in naermeste))


def measure(oppgaver: Iterable[Oppgave]) -> Iterator[tuple[Oppgave, list[Poeng]]]:
    """Yield each sandbox's scores, the clean rounds first; as many at once as there are cores.

    ``oppgaver``: those of a seed one after the other.
    """
    with (
        tempfile.TemporaryDirectory(prefix="vigo-score-") as arbeid,
        temporary_server(Path(arbeid)) as server,
    ):
        for seed, alle in groupby(oppgaver, key=lambda o: o.froe):
            egne = list(alle)
            steder = [Path(arbeid) / f"sandkasse_{seed}_{nr}" for nr in range(len(egne))]
            # A process remembers its pupils, so those of a seed end with it.
            with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
                yield from zip(egne, pool.map(_measure, egne, steder, repeat(server)), strict=True)


def _measure(oppgave: Oppgave, mappe: Path, server: str) -> list[Poeng]:
    with temporary_database(server, mappe.name) as url:
        avgivere = oppgave.omfang.avgivere
        oppsett = Innstillinger(hjem=mappe, inn=mappe, database_url=url, avgivere=avgivere)
        pipeline = Pipeline(Register.installed(), oppsett)
        ut = list(_rounds(oppgave, pipeline))
        pipeline.engine.dispose()
    # A sandbox of the whole nation is some gigabytes.
    shutil.rmtree(mappe)
    return ut


def _rounds(oppgave: Oppgave, pipeline: Pipeline) -> Iterator[Poeng]:
    """Make, run and score each round of a sandbox."""
    s = oppgave.sandkasse
    for samling, runde in (*s.grunnlag, (s.samling, s.runde)):
        laget = generate(
            pipeline.oppsett.inn,
            skoleaar=Skoleaar.parse(oppgave.skoleaar),
            runde=runde,
            seed=oppgave.froe,
            omfang=replace(oppgave.omfang, fil=s.fil),
            samling=samling,
            feil=s.feil if (samling, runde) == (s.samling, s.runde) else None,
        )
        kjoering = run_flow(pipeline, samling, Partisjon(oppgave.skoleaar, runde))
        yield score(pipeline, kjoering, laget)
