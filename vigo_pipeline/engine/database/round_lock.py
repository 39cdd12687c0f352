"""A round is run by one at a time: a lock in the database, which says who holds it.

It is gone with the connection that took it, so nobody has to clear up after one that died. What
only reads does not take it.
"""

import hashlib
import os
import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.store import Partisjon

# PostgreSQL keeps no more of a connection's name.
LENGST = 63
SKILLE = "|"
_HOLDERE = sa.text(
    "select a.application_name, a.backend_start from pg_catalog.pg_locks as l "
    "join pg_catalog.pg_stat_activity as a on a.pid = l.pid "
    "where l.locktype = 'advisory' and l.granted and l.objsubid = 1 "
    "and l.database = (select oid from pg_catalog.pg_database where datname = current_database()) "
    "and (l.classid::bigint << 32) | l.objid::bigint = :noekkel and l.pid <> pg_backend_pid() "
    "order by a.backend_start, l.pid"
)


class RoundBusy(VigoError):
    """Somebody else is running the round."""


@dataclass(frozen=True)
class Holder:
    """Who runs a round: the run in Dagster, empty elsewhere, the process, the user, since when."""

    loep: str
    prosess: str
    hvem: str
    siden: datetime | None


@contextmanager
def hold(
    engine: sa.Engine,
    flyt: str,
    partisjon: Partisjon,
    *,
    hvem: str,
    loep: str = "",
    vent: float = 0,
) -> Iterator[None]:
    """Hold a round while it is run.

    Args:
        engine: the Sentralbase.
        flyt: the flow.
        partisjon: the round.
        hvem: who runs it.
        loep: the run in Dagster: its steps share the round, side by side.
        vent: how many seconds to wait for somebody else.

    Raises:
        RoundBusy: somebody else is running it, and was not done in time.
    """
    with hold_all(engine, [(flyt, partisjon)], hvem=hvem, loep=loep, vent=vent):
        yield


@contextmanager
def hold_all(
    engine: sa.Engine,
    runder: Iterable[tuple[str, Partisjon]],
    *,
    hvem: str,
    loep: str = "",
    vent: float = 0,
) -> Iterator[None]:
    """Hold many rounds as ``hold`` holds one; raises as it does, of the first that is busy."""
    con = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    # Of its own: the lock is the connection's, and must not go back to the pool.
    con.detach()
    try:
        con.execute(sa.select(sa.func.set_config("application_name", _name(loep, hvem), False)))
        frist = time.monotonic() + vent
        for flyt, partisjon in runder:
            while andre := _take(con, _key(flyt, partisjon), loep):
                if time.monotonic() >= frist:
                    raise _busy(flyt, partisjon, andre[0])
                # Two that wait do not ask at the same moment for ever.
                time.sleep(0.5 + os.getpid() % 50 / 100)
        yield
    finally:
        # Let go of at once: a server notices that a connection is closed when it gets to it.
        with suppress(sa.exc.DBAPIError):
            con.execute(sa.select(sa.func.pg_advisory_unlock_all()))
        con.close()


def _take(con: sa.Connection, noekkel: int, loep: str) -> list[Holder]:
    """Take the lock, and return nobody; else those who have it."""
    delt = "_shared" if loep else ""
    ta = sa.text(f"select pg_try_advisory_lock{delt}(:noekkel)")
    if not con.execute(ta, {"noekkel": noekkel}).scalar_one():
        # Nobody to name when it has just been let go.
        return _holders(con, noekkel) or [Holder("", "", "noen andre", None)]
    andre = [h for h in _holders(con, noekkel) if h.loep != loep]
    if andre:
        slipp = sa.text(f"select pg_advisory_unlock{delt}(:noekkel)")
        con.execute(slipp, {"noekkel": noekkel})
    return andre


def _holders(con: sa.Connection, noekkel: int) -> list[Holder]:
    ut = []
    for navn, siden in con.execute(_HOLDERE, {"noekkel": noekkel}):
        loep, prosess, hvem = (*navn.split(SKILLE, 2), "", "")[:3]
        ut.append(Holder(loep, prosess, hvem, local(siden)))
    return ut


def _name(loep: str, hvem: str) -> str:
    tekst = SKILLE.join((loep.replace(SKILLE, ""), f"{os.getpid()}@{platform.node()[:16]}", hvem))
    # PostgreSQL keeps ASCII only.
    return tekst.encode("ascii", "replace").decode()[:LENGST]


def _key(flyt: str, partisjon: Partisjon) -> int:
    sum_ = hashlib.sha256(f"vigo/{flyt}/{partisjon}".encode()).digest()
    # Above zero and beside the small numbers of the other locks.
    return int.from_bytes(sum_[:8]) >> 1 | 1 << 62


def _busy(flyt: str, partisjon: Partisjon, h: Holder) -> RoundBusy:
    siden = f" (prosess {h.prosess}) siden {h.siden:%d.%m.%Y kl. %H:%M}" if h.siden else ""
    return RoundBusy(
        f"{flyt} {partisjon} kjøres alt av {h.hvem or 'ukjent'}{siden}. "
        "Vent til den er ferdig, og kjør igjen."
    )
