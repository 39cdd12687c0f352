"""The errors that are known: each once, from the day it was found to the day it is right."""

from dataclasses import dataclass
from datetime import date
from operator import attrgetter

import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import funn as tabell
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.finding import Funn

# What makes a finding the same in the next round: the step first and the file last. The line may
# have moved.
SAMME = (
    *("trinn", "avgiver", "regel", "skolenr", "fnr", "programomraadekode", "fagkode"),
    *("kolonne", "fil"),
)
REGEL = SAMME.index("regel")
_felt = attrgetter(*SAMME)
Nokkel = tuple[str, ...]


@dataclass(frozen=True)
class Aapent:
    """An open error: what was found, and in which round and on what day first."""

    funn: Funn
    runde: str
    dag: date


@dataclass(frozen=True)
class Kjent:
    """A row of the table: its number, what makes it the same, and where it was closed, if it is."""

    nr: int
    noekkel: Nokkel
    aapent: Aapent
    lukket_runde: str | None

    @property
    def runder(self) -> list[str]:
        """Return the rounds that it has to do with."""
        return [r for r in (self.aapent.runde, self.lukket_runde) if r]


def key(f: Funn) -> Nokkel:
    """Return what makes a finding the same in the next round."""
    *felt, fil = _felt(f)
    # A person's finding is the same whatever the file is called.
    return (*felt, "" if f.fnr else fil)


def known(con: sa.Connection, flyt: str, skoleaar: str) -> list[Kjent]:
    """Return what is and was open in a flow's skoleår, in the order it was found."""
    t = tabell.c
    rader = con.execute(
        sa.select(tabell).where(t.flyt == flyt, t.skoleaar == skoleaar).order_by(t.nr)
    ).mappings()
    ut = []
    for r in rader:
        f = Funn(alvor=r["alvor"], **{n: r[n] for n in SAMME})
        ut.append(
            Kjent(r["nr"], key(f), Aapent(f, r["foerst_runde"], r["foerst_dag"]), r["lukket_runde"])
        )
    return ut


def close(con: sa.Connection, numre: list[int], runde: str, dag: date) -> None:
    """Note that errors are put right."""
    if numre:
        con.execute(
            sa.update(tabell)
            .where(tabell.c.nr == sa.any_(sa.bindparam("numre", numre, sa.ARRAY(sa.BigInteger))))
            .values(lukket_runde=runde, lukket_dag=dag)
        )


def open_(con: sa.Connection, flyt: str, partisjon: Partisjon, nye: list[Funn], dag: date) -> None:
    """Note errors that were not known."""
    felles = {"flyt": flyt, "skoleaar": partisjon.skoleaar}
    felles |= {"foerst_runde": partisjon.runde}
    if nye:
        con.execute(
            sa.insert(tabell),
            [
                felles
                | dict(zip(SAMME, key(f), strict=True))
                | {"alvor": f.alvor, "foerst_dag": dag}
                for f in nye
            ],
        )
