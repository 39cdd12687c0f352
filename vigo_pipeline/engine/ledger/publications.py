"""What has been published, as the ledger has it: whoever may write to the disk may change that."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyarrow as pa
import sqlalchemy as sa

from vigo_pipeline.engine.database.tables import publisering
from vigo_pipeline.engine.errors import ChangedOnDisk
from vigo_pipeline.engine.manifest import NAVN, RADER, Manifest
from vigo_pipeline.engine.partial import is_here
from vigo_pipeline.engine.store import Partisjon, fingerprint, read_bytes, sha256, table_of


@dataclass(frozen=True)
class Utgitt:
    """One published delivery: where it lies, and what the ledger says lies there.

    ``radfil_sha256``: of its rows; None when a version that did not keep it published.
    """

    leveranse: str
    partisjon: Partisjon
    nr: int
    mappe: Path = field(repr=False)
    manifest_sha256: str
    radfil_sha256: str | None

    def __str__(self) -> str:
        return f"{self.leveranse} {self.partisjon} nr. {self.nr}"

    def read(self, fil: str) -> bytes:
        """Return the bytes of one of its files, whatever they are.

        Raises:
            ChangedOnDisk: it is not there, or no file.
        """
        is_here(self.mappe / fil)
        try:
            return read_bytes(self.mappe / fil)
        except FileNotFoundError:
            raise self._gone(fil) from None

    def has(self, fil: str, innhold: bytes) -> bool:
        """Say whether one of its files lies there with these bytes."""
        try:
            return self.read(fil) == innhold
        except ChangedOnDisk:
            return False

    def sha256(self, fil: str) -> str:
        """Return the sha256 of one of its files, whatever it is; raises as ``read`` does."""
        is_here(self.mappe / fil)
        try:
            return sha256(self.mappe / fil)
        except FileNotFoundError:
            raise self._gone(fil) from None

    def manifest(self) -> Manifest:
        """Return its manifest.

        Raises:
            ChangedOnDisk: it is not there, or not the one that was published.
        """
        innhold = self.read(NAVN)
        if fingerprint(innhold) != self.manifest_sha256:
            raise ChangedOnDisk(
                f"{self}: manifestet er ikke det som ble publisert. "
                f"Noen har endret det på disk, i {self.mappe}."
            )
        return Manifest.parse(innhold, self.mappe)

    def rows_bytes(self) -> bytes:
        """Return the file of its rows, read once.

        Raises:
            ChangedOnDisk: it is not there, or not what was published.
        """
        innhold = self.read(RADER)
        if self.radfil_sha256 is not None and fingerprint(innhold) != self.radfil_sha256:
            raise self._other_rows()
        return innhold

    def rows(self) -> pa.Table:
        """Return its rows; raises as ``rows_bytes`` does."""
        return table_of(self.rows_bytes())

    def digest(self) -> str:
        """Return the sha256 of its rows, as the ledger has it, else of what lies there.

        Raises:
            ChangedOnDisk: the ledger does not have it, and neither has the disk.
        """
        if self.radfil_sha256 is not None:
            return self.radfil_sha256
        sti = self.mappe / RADER
        if not is_here(sti):
            raise self._gone(RADER)
        return _digest(sti, sti.stat().st_mtime_ns)

    def demand_rows(self) -> str:
        """Return the sha256 of the file of its rows; raises as ``rows_bytes`` does."""
        sum_ = self.sha256(RADER)
        if self.radfil_sha256 not in (None, sum_):
            raise self._other_rows()
        return sum_

    def demand_said(self, manifest: Manifest) -> None:
        """Refuse what the gate found when it is not what was published; an old delivery has none.

        Raises:
            ChangedOnDisk: it is not there, or not what was published.
        """
        for fil, ventet in manifest.port.items():
            if self.sha256(fil) != ventet:
                raise ChangedOnDisk(
                    f"{self}: {fil} er ikke den som ble publisert. Noen har endret "
                    f"{self.mappe / fil}. Hent fila fra sikkerhetskopien."
                )

    def checked(self) -> Path:
        """Return its folder, in which all but the receiver's file is as it was published.

        Raises:
            ChangedOnDisk: the manifest, the rows or what the gate found is not.
        """
        self.demand_said(self.manifest())
        self.demand_rows()
        return self.mappe

    def _gone(self, fil: str) -> ChangedOnDisk:
        return ChangedOnDisk(
            f"{self} står i hovedboka, men {self.mappe / fil} finnes ikke. Er mappa flyttet "
            "eller slettet? Hent den fra sikkerhetskopien."
        )

    def _other_rows(self) -> ChangedOnDisk:
        return ChangedOnDisk(
            f"{self}: radene er ikke de som ble publisert. Noen har endret "
            f"{self.mappe / RADER}. Hent fila fra sikkerhetskopien."
        )


@cache
def _digest(sti: Path, _endret: int) -> str:
    # A sensor asks every few minutes, and what is published seldom changes.
    return sha256(sti)


def published(
    engine: sa.Engine, leveranser: Path, stamme: str, partisjon: Partisjon
) -> list[Utgitt]:
    """Return a partition's published deliveries, in number order.

    A folder that the ledger does not know is not one, whatever lies in it.
    """
    p = publisering.c
    return _entered(
        engine,
        leveranser,
        p.leveranse == stamme,
        p.skoleaar == partisjon.skoleaar,
        p.runde == partisjon.runde,
    )


def everything(engine: sa.Engine, leveranser: Path) -> list[Utgitt]:
    """Return every published delivery, whether or not the register knows it still."""
    return _entered(engine, leveranser)


def _entered(engine: sa.Engine, leveranser: Path, *hvor: sa.ColumnElement[bool]) -> list[Utgitt]:
    p = publisering.c
    noekkel = (p.leveranse, p.skoleaar, p.runde, p.leveranse_nr)
    query = sa.select(*noekkel, p.manifest_sha256, p.radfil_sha256).where(*hvor).order_by(p.nr)
    siste = {}
    with engine.connect() as con:
        for stamme, aar, runde, nr, *summer in con.execute(query):
            # The latest row of a number is what counts.
            siste[stamme, aar, runde, nr] = summer
    ut = []
    for (stamme, aar, runde, nr), summer in siste.items():
        partisjon = Partisjon(aar, runde)
        mappe = partisjon.under(leveranser / stamme) / str(nr)
        ut.append(Utgitt(stamme, partisjon, nr, mappe, *summer))
    return sorted(ut, key=lambda u: (u.leveranse, u.partisjon.skoleaar, u.partisjon.runde, u.nr))


def strangers(
    engine: sa.Engine, leveranser: Path, stamme: str = "*", skoleaar: str = "*"
) -> Iterator[str]:
    """Yield in words each folder that looks like a published delivery and is not in the ledger."""
    kjente = {utgitt.mappe for utgitt in everything(engine, leveranser)}
    for manifest in sorted(leveranser.glob(f"{stamme}/{skoleaar}/**/{NAVN}")):
        if manifest.parent not in kjente:
            yield (
                f"Mappa {manifest.parent} står ikke i hovedboka, og ingen leser den. Enten ble en "
                "publisering avbrutt (kjør runden på nytt), eller databasen er eldre enn mappene "
                "(hentet fra en sikkerhetskopi), eller så har noen lagt den dit (ta den bort)."
            )


def enter(con: sa.Connection, manifest: Manifest) -> None:
    """Enter a manifest, when everything it says is written."""
    partisjon = Partisjon(manifest.skoleaar, manifest.runde)
    summer = fingerprint(manifest.to_bytes()), manifest.radfil_sha256
    _add(con, manifest.leveranse, partisjon, manifest.nr, *summer)


def take_over(con: sa.Connection, leveranser: Path) -> None:
    """Enter what lies in the folder of deliveries, once: in a ledger that had kept none of it.

    As it stands: nobody knows better, and without it the next run would be the first number again.
    """
    for fil in sorted(leveranser.glob(f"*/*/*/*/{NAVN}")):
        innhold = fil.read_bytes()
        m = Manifest.parse(innhold, fil.parent)
        _add(con, m.leveranse, Partisjon(m.skoleaar, m.runde), m.nr, fingerprint(innhold), None)


def bind(engine: sa.Engine, utgitt: Utgitt, radfil_sha256: str) -> None:
    """Enter the sha256 of the rows of an old delivery, when it has been proved."""
    with engine.begin() as con:
        bind_in(con, utgitt, radfil_sha256)


def bind_in(con: sa.Connection, utgitt: Utgitt, radfil_sha256: str) -> None:
    """Enter the sha256 of the rows of a delivery in a transaction that did more."""
    summer = utgitt.manifest_sha256, radfil_sha256
    _add(con, utgitt.leveranse, utgitt.partisjon, utgitt.nr, *summer)


def _add(
    con: sa.Connection,
    leveranse: str,
    partisjon: Partisjon,
    nr: int,
    manifest_sha256: str,
    radfil_sha256: str | None,
) -> None:
    con.execute(
        sa.insert(publisering).values(
            leveranse=leveranse,
            skoleaar=partisjon.skoleaar,
            runde=partisjon.runde,
            leveranse_nr=nr,
            manifest_sha256=manifest_sha256,
            radfil_sha256=radfil_sha256,
        )
    )
