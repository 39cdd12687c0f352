"""Loads in processes of their own, to be killed or to meet each other."""

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import sqlalchemy as sa

from tests.sentral import Rader
from vigo_pipeline.contract.spesifikasjon import Innsamling
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.server import connect
from vigo_pipeline.engine.database.tables import TABELLER, innlesing
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.load import load
from vigo_pipeline.engine.receive.receive import artefact
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, sha256

# A clean process that has imported everything: what it forks starts at once.
PROSESSER = multiprocessing.get_context("forkserver")
PROSESSER.set_forkserver_preload([__name__, "vigo_pipeline.engine.database.schema"])


def _work(
    roer: Connection, samling: Innsamling, runde: Partisjon, avgiver: str, oppsett: Innstillinger
) -> None:
    engine = connect(oppsett)
    roer.send("klar")
    roer.recv()
    try:
        lest = as_it_lies(samling, runde, avgiver, oppsett)
        svar: object = load.load(engine, samling, runde, avgiver, lest).nye_innlesinger
    except load.LoadFailed as feil:
        svar = type(feil).__name__
    roer.send(svar)


def as_it_lies(
    samling: Innsamling, runde: Partisjon, avgiver: str, oppsett: Innstillinger
) -> Artefakter:
    """Give what a drop came to as it lies on the disk, without asking the ledger."""
    mappe = artefact(samling, runde, avgiver, oppsett)
    skrevet = {sti.name: sha256(sti) for sti in mappe.iterdir()}
    return Artefakter(mappe, samling.stamme, runde, Avtrykk(skrevet, vannmerke=0))


@dataclass(frozen=True)
class Lasting:
    """A process that is ready to load, and loads when it is told to."""

    prosess: BaseProcess
    roer: Connection

    @classmethod
    def ready(
        cls, samling: Innsamling, runde: Partisjon, avgiver: str, oppsett: Innstillinger
    ) -> "Lasting":
        her, der = PROSESSER.Pipe()
        prosess = PROSESSER.Process(target=_work, args=(der, samling, runde, avgiver, oppsett))
        prosess.start()
        der.close()
        assert her.recv() == "klar"
        return cls(prosess, her)

    def go(self) -> None:
        self.roer.send("last")

    def answer(self) -> object:
        """Return the numbers of the new innlesinger, or the name of the error."""
        svar = self.roer.recv()
        self.prosess.join()
        return svar

    def kill_after(self, sekunder: float) -> None:
        """Start the load and kill its process."""
        self.go()
        time.sleep(sekunder)
        self.prosess.kill()
        self.prosess.join()


def state(engine: sa.Engine) -> tuple[dict[str, Rader], Rader]:
    """Return every row, ended ones included, and the ledger, once no load is running."""
    with engine.begin() as con:
        take(con, Laas.LASTING_OG_MIGRERING)
        summer = {navn: _checksum(con, t) for navn, t in TABELLER.items()}
        t = innlesing.c
        ledger = con.execute(sa.select(t.nr, t.runde, t.avgiver, t.sha256).order_by(t.nr)).all()
    return summer, [tuple(r) for r in ledger]


def _checksum(con: sa.Connection, t: sa.Table) -> Rader:
    rad = sa.func.hashtextextended(sa.cast(t.table_valued(), sa.Text), 0)
    query = sa.select(sa.func.count(), sa.func.sum(rad), sa.func.count(t.c.avsluttet_av))
    return [tuple(r) for r in con.execute(query.select_from(t))]
