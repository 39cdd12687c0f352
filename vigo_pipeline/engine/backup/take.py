"""Take a backup of an installation: the database and the folders, encrypted to a public key."""

import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

from vigo_pipeline.engine.backup import postgres
from vigo_pipeline.engine.backup.copy import (
    ENDELSE,
    LISTE,
    STYKKE,
    BackupFailed,
    Del,
    Kopi,
    Stykke,
    Summed,
)
from vigo_pipeline.engine.database.newest import newest
from vigo_pipeline.engine.database.server import owner_url
from vigo_pipeline.engine.partial import ENDELSE as UFERDIG
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.receive.folder import INN
from vigo_pipeline.engine.send.openpgp import Krypto
from vigo_pipeline.engine.store import make_closed, write_private

# What the server keeps is in the dump.
SERVERENS = ("postgres", "tjener")


def take(pipeline: Pipeline, til: Path, krypto: Krypto) -> Kopi:
    """Write a backup to a folder that is empty or not there, the list of it last.

    The database first: a file that is newer than the database is found again, a row without its
    file is not.

    Raises:
        BackupFailed: the folder is not empty, lies in what is copied, or the dump stopped.
        LedgerChanged: the ledger is not as it was written, and such a backup would not be proved.
    """
    hjem = pipeline.oppsett.hjem.resolve()
    if til.resolve().is_relative_to(hjem):
        raise BackupFailed(f"{til} ligger i {hjem}, som kopieres. Velg en mappe et annet sted.")
    if til.exists() and any(til.iterdir()):
        raise BackupFailed(f"{til} er ikke tom. Hver kopi får en mappe for seg selv.")
    make_closed(til)
    hode = demand_whole(pipeline).hode
    stykker: list[Stykke] = []
    summer: dict[Del, str] = {}
    deler: dict[Del, Iterator[bytes]] = {
        "database": postgres.dump(owner_url(pipeline.oppsett)),
        "mapper": _folders(hjem, pipeline.oppsett.inn.resolve()),
    }
    for del_, biter in deler.items():
        sett = Summed()
        for nr, bit in enumerate(sett.past(biter), start=1):
            fil = f"{del_}-{nr:05}{ENDELSE}"
            sum_ = write_private(til / fil, krypto.encrypt(bit))
            stykker.append(Stykke(av=del_, fil=fil, sha256=sum_))
        summer[del_] = sett.hexdigest()
    kopi = Kopi(
        skjema=newest(),
        hode=hode,
        noekkel=krypto.fingeravtrykk,
        stykker=stykker,
        klartekst=summer,
    )
    kopi.write(til)
    return kopi


def _folders(hjem: Path, inn: Path) -> Iterator[bytes]:
    """Yield an archive of the home, without the server's own, and of ``inn`` wherever it lies."""
    stier = {p.name: p for p in sorted(hjem.iterdir()) if p.name.partition(".")[0] not in SERVERENS}
    stier.pop(LISTE, None)
    if (inn / INN).is_dir():
        stier[INN] = inn / INN

    def pack(skriver: "_Pieces") -> None:
        with tarfile.open(fileobj=skriver, mode="w|gz") as arkiv:  # type: ignore[call-overload]
            for navn, sti in sorted(stier.items()):
                arkiv.add(sti, navn, filter=_wanted)

    return _pieces_of(pack)


def _wanted(medlem: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out links, sockets and what is being written."""
    vanlig = medlem.isfile() or medlem.isdir()
    return medlem if vanlig and not medlem.name.endswith(UFERDIG) else None


class _Pieces:
    """A file that is written to, whose bytes come out at the other end in pieces."""

    def __init__(self, ut: "Queue[bytes | BaseException | None]") -> None:
        self._ut, self._bit = ut, bytearray()

    def write(self, innhold: bytes) -> int:
        self._bit += innhold
        while len(self._bit) >= STYKKE:
            self._ut.put(bytes(self._bit[:STYKKE]))
            del self._bit[:STYKKE]
        return len(innhold)

    def end(self) -> None:
        if self._bit:
            self._ut.put(bytes(self._bit))


def _pieces_of(pack: Callable[[_Pieces], None]) -> Iterator[bytes]:
    """Yield what is packed, while it is packed, and never more than two pieces ahead."""
    ut: Queue[bytes | BaseException | None] = Queue(maxsize=2)

    def work() -> None:
        try:
            skriver = _Pieces(ut)
            pack(skriver)
            skriver.end()
        except BaseException as feil:  # noqa: BLE001 -- it is raised by who reads
            ut.put(feil)
        else:
            ut.put(None)

    Thread(target=work, daemon=True).start()
    while (bit := ut.get()) is not None:
        if isinstance(bit, OSError):
            raise BackupFailed(f"En fil kunne ikke leses ({bit.strerror}).") from None
        if isinstance(bit, BaseException):
            raise bit
        yield bit
