"""Take a backup of an installation: the database and the folders, encrypted to a public key."""

import hashlib
import tarfile
from pathlib import Path

from vigo_pipeline.engine import refused
from vigo_pipeline.engine.backup import postgres
from vigo_pipeline.engine.backup.copy import (
    ENDELSE,
    STYKKE,
    BackupFailed,
    Del,
    Kopi,
    Stykke,
)
from vigo_pipeline.engine.bucket.listing import MAPPE
from vigo_pipeline.engine.database.newest import newest
from vigo_pipeline.engine.database.server import owner_url
from vigo_pipeline.engine.partial import ENDELSE as UFERDIG
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.receive.folder import INN, demand_answer
from vigo_pipeline.engine.send.openpgp import Krypto
from vigo_pipeline.engine.settings import HENTET
from vigo_pipeline.engine.store import make_closed, write_private

# What the server keeps is in the dump, what was dropped in an object store is packed as ``inn/``,
# and what a machine knows of the store is its own.
UTELATT = ("postgres", "tjener", HENTET, MAPPE)


def take(pipeline: Pipeline, til: Path, krypto: Krypto) -> Kopi:
    """Write a backup to a folder that is empty or not there, the list of it last.

    The database first: a file that is newer than the database is found again, a row without its
    file is not.

    Raises:
        BackupFailed: the folder is not empty, lies in what is copied, or the dump stopped.
        LedgerChanged: the ledger is not as it was written, and such a backup would not be proved.
        StorageSilent: what was dropped lies where nobody answers.
    """
    hjem = pipeline.oppsett.hjem.resolve()
    if til.resolve().is_relative_to(hjem):
        raise BackupFailed(f"{til} ligger i {hjem}, som kopieres. Velg en mappe et annet sted.")
    if til.exists() and any(til.iterdir()):
        raise BackupFailed(f"{til} er ikke tom. Hver kopi får en mappe for seg selv.")
    demand_answer(pipeline.oppsett.inn / INN)
    make_closed(til)
    hode = demand_whole(pipeline).hode
    deler = [_Part(til, "database", krypto), _Part(til, "mapper", krypto)]
    for bit in postgres.dump(owner_url(pipeline.oppsett)):
        deler[0].write(bit)
    # What other machines have made since, and the dump has.
    pipeline.bring_first("mottatt")
    _pack(hjem, pipeline.oppsett.inn.resolve(), deler[1])
    for del_ in deler:
        del_.end()
    kopi = Kopi(
        skjema=newest(),
        hode=hode,
        noekkel=krypto.fingeravtrykk,
        stykker=[s for del_ in deler for s in del_.stykker],
        klartekst={del_.av: del_.sum.hexdigest() for del_ in deler},
    )
    kopi.write(til)
    return kopi


def _pack(hjem: Path, inn: Path, ut: "_Part") -> None:
    """Write an archive of the home, without the server's own, and of ``inn`` wherever it lies."""
    stier = {p.name: p for p in sorted(hjem.iterdir()) if p.name.partition(".")[0] not in UTELATT}
    if (inn / INN).is_dir():
        stier[INN] = inn / INN
    try:
        with tarfile.open(fileobj=ut, mode="w|gz") as arkiv:  # type: ignore[call-overload]
            for navn, sti in sorted(stier.items()):
                arkiv.add(sti, navn, filter=_wanted)
    except OSError as feil:
        # What could not be stored says so itself.
        raise ut.feil or BackupFailed(
            f"En fil kunne ikke leses: {refused.told(feil) or type(feil).__name__}"
        ) from None


def _wanted(medlem: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out links, sockets and what is being written."""
    vanlig = medlem.isfile() or medlem.isdir()
    return medlem if vanlig and not medlem.name.endswith(UFERDIG) else None


class _Part:
    """A part of a backup: what is written to it is encrypted and stored, a piece at a time."""

    def __init__(self, til: Path, av: Del, krypto: Krypto) -> None:
        self.av, self.stykker, self.sum = av, list[Stykke](), hashlib.sha256()
        self.feil: OSError | None = None
        self._til, self._krypto, self._bit = til, krypto, bytearray()

    def write(self, innhold: bytes) -> int:
        """Take what comes next."""
        self._bit += innhold
        while len(self._bit) >= STYKKE:
            self._store(bytes(self._bit[:STYKKE]))
            del self._bit[:STYKKE]
        return len(innhold)

    def end(self) -> None:
        """Store what is left."""
        if self._bit:
            self._store(bytes(self._bit))

    def _store(self, bit: bytes) -> None:
        self.sum.update(bit)
        fil = f"{self.av}-{len(self.stykker) + 1:05}{ENDELSE}"
        try:
            sum_ = write_private(self._til / fil, self._krypto.encrypt(bit))
        except OSError as feil:
            self.feil = feil
            raise
        self.stykker.append(Stykke(av=self.av, fil=fil, sha256=sum_))
