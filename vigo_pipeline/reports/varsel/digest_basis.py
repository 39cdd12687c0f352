"""What digests are made from: the known errors, in counts, and what receivers have rejected."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa

from vigo_pipeline.contract.aarshjul import aarshjul
from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.database.tables import artefakt, funn, utlevering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.handovers import AVVIST, SVAR
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.content import Innhold
from vigo_pipeline.reports.kontrollrapport.finding import Funn
from vigo_pipeline.reports.kontrollrapport.known_errors import known
from vigo_pipeline.reports.kontrollrapport.material import rules
from vigo_pipeline.reports.kontrollrapport.open_errors import Utvikling, told_once
from vigo_pipeline.reports.kontrollrapport.report import TRINN

# A flow and a skoleår.
Aar = tuple[str, str]


@dataclass(frozen=True)
class Rader:
    """Somebody's known errors in a flow's skoleår.

    ``nr``: of the last one; ``aapne``: how many are open. When both are as before, nothing has
    changed. ``sist``: the day that something last did.
    """

    nr: int
    aapne: int
    sist: date


@dataclass(frozen=True)
class Avvist:
    """A delivery that a receiver has said no to, and since has not said yes to."""

    leveranse: str
    partisjon: Partisjon
    nr: int
    mottaker: str

    @property
    def noekkel(self) -> str:
        """Return what it is known by."""
        return f"{self.leveranse}|{self.partisjon}|{self.nr}|{self.mottaker}"


@dataclass
class Grunnlag:
    """An installation as it stands on a day; what is read is read once."""

    pipeline: Pipeline
    dag: date

    def __post_init__(self) -> None:
        self._innhold: dict[Aar, tuple[Innhold, Mapping[Funn, int]]] = {}

    @property
    def siden(self) -> date:
        """Return the day that is looked back to by who has been told nothing before."""
        return self.dag - timedelta(days=aarshjul().etterslep_dager)

    @cached_property
    def rader(self) -> Mapping[str, Mapping[Aar, Rader]]:
        """Return the known errors of each avgiver and each school."""
        f = funn.c
        sist = sa.func.max(sa.func.greatest(f.foerst_dag, f.lukket_dag))
        aapne = sa.func.count().filter(f.lukket_runde.is_(None))
        ut: dict[str, dict[Aar, Rader]] = defaultdict(dict)
        with self.pipeline.engine.connect() as con:
            for hvem in (f.avgiver, f.skolenr):
                query = sa.select(hvem, f.flyt, f.skoleaar, sa.func.max(f.nr), aapne, sist)
                for navn, flyt, aar, *tall in con.execute(
                    query.where(hvem != "").group_by(hvem, f.flyt, f.skoleaar)
                ):
                    ut[navn][flyt, aar] = Rader(*tall)
        return ut

    def content(self, flyt: str, skoleaar: str) -> tuple[Innhold, Mapping[Funn, int]]:
        """Return what is open in a flow's skoleår, as its report has it, and each one's number."""
        if (flyt, skoleaar) not in self._innhold:
            innsamling, leveranser = self.pipeline.register.flyt(flyt)
            hvor = Partisjon(skoleaar, "")
            regler = rules(self.pipeline, innsamling, [lev.stamme for lev in leveranser], hvor)
            with self.pipeline.engine.connect() as con:
                aapne = [
                    k
                    for k in known(con, flyt, skoleaar)
                    if k.lukket_runde is None and k.aapent.funn.regel in regler
                ]
            utvikling = told_once(Utvikling([k.aapent for k in aapne], []), regler)
            innhold = Innhold(utvikling, regler, {}, [])
            self._innhold[flyt, skoleaar] = innhold, {k.aapent.funn: k.nr for k in aapne}
        return self._innhold[flyt, skoleaar]

    @cached_property
    def runder(self) -> Mapping[Aar, str]:
        """Return the round of each flow's skoleår that a report was last written of."""
        a = artefakt.c
        query = sa.select(a.stamme, a.skoleaar, a.runde).where(a.trinn == TRINN).order_by(a.nr)
        with self.pipeline.engine.connect() as con:
            return {(flyt, aar): runde for flyt, aar, runde in con.execute(query)}

    @cached_property
    def avvist(self) -> list[Avvist]:
        """Return what receivers have rejected of late, the first first."""
        u = utlevering.c
        query = (
            sa.select(u.leveranse, u.skoleaar, u.runde, u.leveranse_nr, u.mottaker, u.hendelse)
            .add_columns(u.registrert)
            .where(u.hendelse.in_(SVAR))
            .order_by(u.nr)
        )
        siste: dict[Avvist, bool] = {}
        with self.pipeline.engine.connect() as con:
            for lev, aar, runde, nr, mottaker, hendelse, naar in con.execute(query):
                hva = Avvist(lev, Partisjon(aar, runde), nr, mottaker or "")
                siste[hva] = hendelse == AVVIST and local(naar).date() >= self.siden
        return [hva for hva, staar in siste.items() if staar]
