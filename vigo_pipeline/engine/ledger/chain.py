"""Prove that the ledger is as it was written: each row, each link, each seal.

All of it, or what has come since it was proved the time before (``proved``).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.database.tables import HOVEDBOK, kjede, segl
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.foreign import strangers
from vigo_pipeline.engine.ledger.protection import unprotected
from vigo_pipeline.engine.ledger.proved import NYERE, Proevd, how_far, is_untouched
from vigo_pipeline.engine.ledger.seal import Segl
from vigo_pipeline.engine.store import fingerprint

# Enough to know what has happened; the rest is counted.
VIST = 20
# How many rows are fetched at a time.
NOEN = 1000
Lenke = sa.Row[Any]
# A row as it was linked: what is null is left out, times are UTC.
_INNHOLD = (
    "select (select jsonb_object_agg(f.key, f.value)::text "
    "from jsonb_each(to_jsonb(t)) as f where f.value <> 'null'::jsonb) from ledger.{navn} as t"
)


class LedgerChanged(VigoError):
    """The ledger is not as it was written."""


@dataclass(frozen=True)
class Kjede:
    """A chain that held.

    ``hoder``: the hash of every link that was looked at, first to last. ``proevd``: how far that
    is, for the next time.
    """

    hoder: tuple[str, ...]
    proevd: Proevd | None

    @property
    def hode(self) -> str:
        """Return the last link's hash; empty when nothing has been written."""
        return self.hoder[-1] if self.hoder else ""


def prove(engine: sa.Engine, egen: Segl) -> Kjede:
    """Return the chain, recomputed from the rows of the ledger.

    Raises:
        LedgerChanged: a row was changed, taken away or added by others than the application; a link
            or a seal is not right; what protects a table is gone. Says which.
    """
    with _snapshot(engine) as con:
        lenker = con.execute(sa.select(kjede).order_by(kjede.c.nr)).all()
        galt = list(_wrong(con, lenker, egen))
        proevd = None if galt else how_far(con)
    if galt:
        flere = f" (og {len(galt) - VIST} til)" if len(galt) > VIST else ""
        raise LedgerChanged(
            f"Hovedboka er ikke som den ble skrevet: {'; '.join(galt[:VIST])}{flere}. Noen har "
            "vært i databasen utenom vigo. Finn ut hvem og hva; hent hovedboka fra en "
            "sikkerhetskopi, og stol ikke på godkjenninger, unntak og dommer før det er gjort."
        )
    return Kjede(tuple(lenke.hash for lenke in lenker), proevd)


def prove_on(engine: sa.Engine, egen: Segl, fra: Proevd) -> Kjede | None:
    """Return the chain from the last link that was proved before, when what came since holds.

    None when it does not, or when something of what was proved has been touched: to prove all of
    it tells what.
    """
    with _snapshot(engine) as con:
        query = sa.select(kjede).where(kjede.c.nr > fra.nr).order_by(kjede.c.nr)
        lenker = con.execute(query).all()
        if not is_untouched(con, fra) or any(_wrong(con, lenker, egen, fra)):
            return None
        return Kjede((fra.hode, *(lenke.hash for lenke in lenker)), how_far(con))


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as con:
        con.exec_driver_sql("set local timezone = 'UTC'")
        # What somebody has put where names are looked for first is not asked.
        con.exec_driver_sql("set local search_path = pg_catalog")
        yield con


def _wrong(
    con: sa.Connection, lenker: Sequence[Lenke], egen: Segl, fra: Proevd | None = None
) -> Iterator[str]:
    """Tell in words what is wrong with links, and with the rows and seals of them."""
    query = sa.select(segl).where(segl.c.kjede_nr > fra.nr) if fra else sa.select(segl)
    satt = {s.kjede_nr: s for s in con.execute(query).all()}
    yield from _links(lenker, fra)
    yield from _seals(lenker, satt, egen)
    yield from _rows(con, lenker, fra)
    yield from (f"ledger.{navn} er uten vern mot endring" for navn in unprotected(con))
    yield from strangers(con)


def _links(lenker: Sequence[Lenke], fra: Proevd | None) -> Iterator[str]:
    forrige, foerste = (fra.hode, fra.nr + 1) if fra else ("", 1)
    for nr, lenke in enumerate(lenker, start=foerste):
        deler = (nr, lenke.tabell, lenke.noekkel, lenke.innhold_sha256, int(lenke.overtatt))
        tekst = "|".join(map(str, (*deler, forrige)))
        regnet = fingerprint(tekst.encode())
        if (lenke.nr, lenke.forrige, lenke.hash) != (nr, forrige, regnet):
            yield f"kjeden er brutt ved lenke {nr}"
            return
        forrige = lenke.hash


def _seals(lenker: Sequence[Lenke], satt: dict[int, Lenke], egen: Segl) -> Iterator[str]:
    for lenke in lenker:
        hva = f"{lenke.tabell} {lenke.noekkel}"
        segl_ = satt.get(lenke.nr)
        if segl_ is None:
            yield f"{hva} er lagt til utenom vigo (uten segl)"
        elif segl_.noekkel != egen.id:
            yield f"{hva} er forseglet med en annen nøkkel ({segl_.noekkel}) enn VIGO_HOME har"
        elif segl_.segl != egen.on(lenke.hash):
            yield f"{hva} har et falskt segl"
    if foreldreloese := len(satt.keys() - {lenke.nr for lenke in lenker}):
        yield f"{foreldreloese} segl er uten lenke: siste del av kjeden er borte"


def _rows(con: sa.Connection, lenker: Sequence[Lenke], fra: Proevd | None) -> Iterator[str]:
    """Hold the rows that are there against those that were linked."""
    valg, verdier = (f" {NYERE}", {"foer": fra.foer}) if fra else ("", {})
    skrevet: dict[str, list[tuple[str, str]]] = {t.name: [] for t in HOVEDBOK}
    for lenke in lenker:
        skrevet.setdefault(lenke.tabell, []).append((lenke.innhold_sha256, lenke.noekkel))
    for navn, ventet in skrevet.items():
        finnes: Counter[str] = Counter()
        if navn in {t.name for t in HOVEDBOK}:
            rader = con.exec_driver_sql(_INNHOLD.format(navn=navn) + valg, verdier).scalars()
            # One by one they take three times as long to fetch.
            for noen in rader.partitions(NOEN):
                finnes.update(fingerprint(rad.encode()) for rad in noen)
        for sum_, noekkel in ventet:
            if not finnes[sum_]:
                yield f"{navn} {noekkel} er endret eller slettet"
            finnes[sum_] -= 1
        if uten := (+finnes).total():
            yield f"{navn}: {amount(uten)} som ikke er i kjeden"
