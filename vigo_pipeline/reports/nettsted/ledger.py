"""What the ledger says of every round, read in one go: a page a round would ask it hundreds."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.database.tables import dom, innlesing, utlevering
from vigo_pipeline.engine.ledger.closings import Hendelse as Lukkehendelse
from vigo_pipeline.engine.ledger.closings import of_every_round
from vigo_pipeline.engine.send.handovers import Hendelse
from vigo_pipeline.engine.store import Partisjon

# A collection, a delivery or a flow, in a round.
Sted = tuple[str, Partisjon]


@dataclass(frozen=True)
class Utfoert:
    """One thing done to a numbered delivery, and the day in Norway; who did it is left out.

    ``mottaker``: None when it is of all its receivers.
    """

    hendelse: Hendelse
    nr: int
    fil_sha256: str
    dag: date
    mottaker: str | None = None


@dataclass(frozen=True)
class Hovedbok:
    """The ledger by round.

    ``lest``: innlesinger per avgiver and status. ``dommer``: whether the latest verdict on a
    delivery passed.
    """

    lest: Mapping[Sted, Mapping[str, Counter[str]]]
    dommer: Mapping[Sted, bool]
    utfoert: Mapping[Sted, Sequence[Utfoert]]
    lukket: Mapping[Sted, Lukkehendelse]

    def is_closed(self, flyt: str, partisjon: Partisjon) -> bool:
        """Say whether a round is closed, and not opened again."""
        return self.lukket.get((flyt, partisjon)) == "lukket"

    @property
    def skoleaar(self) -> set[str]:
        """Return the skoleår in which anything has happened."""
        return {p.skoleaar for _, p in {*self.lest, *self.dommer, *self.utfoert, *self.lukket}}


def read_ledger(engine: sa.Engine) -> Hovedbok:
    """Return what the ledger has, of every round."""
    with engine.connect() as con:
        return Hovedbok(_loaded(con), _judged(con), _handed_over(con), of_every_round(con))


def _loaded(con: sa.Connection) -> dict[Sted, dict[str, Counter[str]]]:
    t = innlesing.c
    query = sa.select(
        t.samling, t.skoleaar, t.runde, t.avgiver, t.status, sa.func.count()
    ).group_by(t.samling, t.skoleaar, t.runde, t.avgiver, t.status)
    ut: dict[Sted, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for samling, aar, runde, avgiver, status, antall in con.execute(query):
        ut[samling, Partisjon(aar, runde)][avgiver][status] = antall
    return ut


def _judged(con: sa.Connection) -> dict[Sted, bool]:
    t = dom.c
    siste = sa.select(sa.func.max(t.nr)).group_by(t.leveranse, t.skoleaar, t.runde)
    query = sa.select(t.leveranse, t.skoleaar, t.runde, t.bestaatt).where(t.nr.in_(siste))
    return {
        (leveranse, Partisjon(aar, runde)): bestaatt
        for leveranse, aar, runde, bestaatt in con.execute(query)
    }


def _handed_over(con: sa.Connection) -> dict[Sted, list[Utfoert]]:
    t = utlevering.c
    query = sa.select(
        *(t.leveranse, t.skoleaar, t.runde, t.hendelse, t.leveranse_nr, t.fil_sha256),
        *(t.registrert, t.mottaker),
    ).order_by(t.nr)
    ut: dict[Sted, list[Utfoert]] = defaultdict(list)
    for leveranse, aar, runde, hendelse, nr, sha256, tid, mottaker in con.execute(query):
        utfoert = Utfoert(hendelse, nr, sha256, local(tid).date(), mottaker)
        ut[leveranse, Partisjon(aar, runde)].append(utfoert)
    return ut
