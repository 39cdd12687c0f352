"""What each step wrote, in the ledger: the next one takes nothing else for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import artefakt
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.store import (
    ENDRET,
    Partisjon,
    demand_made,
    fingerprint,
    is_of,
    read_bytes,
    sha256,
    table_of,
)


@dataclass(frozen=True)
class Avtrykk:
    """The files that a step wrote last for a partition, by name their sha256.

    ``vannmerke``: what the Sentralbase stood at; 0 of what was read, which it does not have yet,
    and of what the gate found, which is of rows.
    ``forrige``: the sha256 of the rows of the delivery before, when the step took values from one.
    """

    filer: Mapping[str, str]
    vannmerke: int
    forrige: str | None = None


def enter(
    engine: sa.Engine, trinn: str, stamme: str, partisjon: Partisjon, avtrykk: Avtrykk
) -> None:
    """Enter what a step has written, when it is not what it wrote the time before."""
    with engine.begin() as con:
        enter_in(con, trinn, stamme, partisjon, avtrykk)


def enter_in(
    con: sa.Connection, trinn: str, stamme: str, partisjon: Partisjon, avtrykk: Avtrykk
) -> None:
    """Do the same in a transaction that wrote more, as the last of it."""
    if latest_in(con, trinn, stamme, partisjon) == avtrykk:
        return
    con.execute(
        sa.insert(artefakt).values(
            trinn=trinn,
            stamme=stamme,
            skoleaar=partisjon.skoleaar,
            runde=partisjon.runde,
            filer=dict(avtrykk.filer),
            vannmerke=avtrykk.vannmerke,
            forrige=avtrykk.forrige,
        )
    )


def latest(engine: sa.Engine, trinn: str, stamme: str, partisjon: Partisjon) -> Avtrykk | None:
    """Return what a step wrote last, None when it has not run since this was kept."""
    with engine.connect() as con:
        return latest_in(con, trinn, stamme, partisjon)


def latest_in(con: sa.Connection, trinn: str, stamme: str, partisjon: Partisjon) -> Avtrykk | None:
    """Return the same as a transaction sees it."""
    t = artefakt.c
    query = (
        sa.select(t.filer, t.vannmerke, t.forrige)
        .where(
            t.trinn == trinn,
            t.stamme == stamme,
            t.skoleaar == partisjon.skoleaar,
            t.runde == partisjon.runde,
        )
        .order_by(t.nr.desc())
    )
    rad = con.execute(query.limit(1)).mappings().first()
    return Avtrykk(**rad) if rad else None


def latest_round(
    engine: sa.Engine, trinn: str, stamme: str, skoleaar: str = "", runde: str = ""
) -> Partisjon | None:
    """Return the round in which a step last wrote something new, None when it has in none.

    What a correction of it has applied once more in later rounds is not written there.

    ``skoleaar`` and ``runde``: only among these, when they are given.
    """
    t = artefakt.c
    valgt = [t.skoleaar == skoleaar] if skoleaar else []
    valgt += [t.runde == runde] if runde else []
    query = sa.select(t.skoleaar, t.runde).where(t.trinn == trinn, t.stamme == stamme, *valgt)
    with engine.connect() as con:
        siste = con.execute(query.order_by(t.nr.desc()).limit(1)).first()
    return Partisjon(siste.skoleaar, siste.runde) if siste else None


def everything(engine: sa.Engine) -> list[tuple[str, str, Partisjon]]:
    """Return each step, stem and partition that the ledger knows, sorted."""
    t = artefakt.c
    query = sa.select(t.trinn, t.stamme, t.skoleaar, t.runde).distinct()
    with engine.connect() as con:
        rader = sorted(tuple(r) for r in con.execute(query))
    return [(trinn, stamme, Partisjon(aar, runde)) for trinn, stamme, aar, runde in rader]


@dataclass(frozen=True)
class Artefakter:
    """A step's files for a partition, as they lie and as the ledger has them.

    ``hva``: the step and whose. ``skrevet``: None when the ledger does not know. ``flyt``: the flow
    whose run makes them.
    """

    mappe: Path
    hva: str
    partisjon: Partisjon
    skrevet: Avtrykk | None
    flyt: str = ""

    @property
    def _command(self) -> str:
        p = self.partisjon
        return self.flyt and f"vigo kjoer {self.flyt} --skoleaar {p.skoleaar} --runde {p.runde}"

    def __str__(self) -> str:
        return f"{self.hva} {self.partisjon}"

    def part(self, navn: str) -> "Artefakter":
        """Return those of a folder in this one; unknown when the ledger has none of them."""
        alle = self.skrevet.filer.items() if self.skrevet else ()
        egne = {fil.removeprefix(f"{navn}/"): s for fil, s in alle if fil.startswith(f"{navn}/")}
        skrevet = replace(self.skrevet, filer=egne) if self.skrevet and egne else None
        return Artefakter(
            self.mappe / navn, f"{self.hva} fra {navn}", self.partisjon, skrevet, self.flyt
        )

    def demand(self, fil: str) -> str:
        """Return the sha256 of a file that is what the step wrote.

        Raises:
            ChangedOnDisk: it is not, or a version that did not keep it wrote it.
            MissingInput: the step has not run for this partition.
        """
        self._demand_made(fil)
        return self._known(fil, sha256(self.mappe / fil))

    def read(self, fil: str) -> bytes:
        """Return a file's bytes, read once, when they are what the step wrote.

        Raises:
            ChangedOnDisk: they are not, or a version that did not keep it wrote them.
            MissingInput: the step has not run for this partition.
        """
        self._demand_made(fil)
        innhold = read_bytes(self.mappe / fil)
        self._known(fil, fingerprint(innhold))
        return innhold

    def table(self, fil: str, *, coded: bool = False) -> pa.Table:
        """Return a file's rows, as ``table_of`` does; raises as ``read`` does."""
        return table_of(self.read(fil), coded=coded)

    def changed(self) -> Iterator[str]:
        """Yield in words each file that lies there and is not what the step wrote."""
        for fil, skrevet in self.skrevet.filer.items() if self.skrevet else ():
            sti = self.mappe / fil
            if (sti.exists() or sti.is_symlink()) and not is_of(sti, skrevet):
                yield f"{self}: {self._told(fil)}"

    def _demand_made(self, fil: str) -> None:
        # A machine that has not been upgraded may have made it over what lies there.
        if self.skrevet is not None and fil not in self.skrevet.filer:
            raise MissingInput(
                f"{self} er laget av en tidligere utgave, som ikke skrev {fil}. "
                f"Kjør runden på nytt{f': {self._command}' if self._command else '.'}"
            )
        demand_made(self.mappe / fil, self.hva, self._command)

    def _known(self, fil: str, sum_: str) -> str:
        if self.skrevet is None:
            raise ChangedOnDisk(
                f"{self}: {fil} ble skrevet før hovedboka tok vare på hva som ble skrevet. "
                "Kjør runden på nytt, så blir det laget på nytt."
            )
        if self.skrevet.filer.get(fil) != sum_:
            raise ChangedOnDisk(f"{self}: {self._told(fil)}")
        return sum_

    def _told(self, fil: str) -> str:
        return f"{fil} i {self.mappe} er ikke det som ble skrevet der. {ENDRET}"
