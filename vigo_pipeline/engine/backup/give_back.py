"""Restore a backup into an installation that has nothing, and prove it."""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import psycopg
from pysequoia import Tsk, decrypt

from vigo_pipeline.engine.backup import postgres
from vigo_pipeline.engine.backup.copy import Del, Kopi, UnusableBackup
from vigo_pipeline.engine.database.newest import newest
from vigo_pipeline.engine.database.server import make_role, owner_url
from vigo_pipeline.engine.receive.folder import INN
from vigo_pipeline.engine.send.key_files import UnusableKey, read_password, read_secret
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import make_closed, read_bytes


class NotEmpty(UnusableBackup):
    """What a backup is to be restored into has something already."""


def give_back(fra: Path, oppsett: Innstillinger, noekkel: Path, passord: Path | None) -> Kopi:
    """Restore a backup: the database, then the folders.

    Args:
        fra: the folder of the backup.
        oppsett: the installation, whose home and database have nothing.
        noekkel: the private key of OpenPGP that it was encrypted to.
        passord: a file with the key's password, where it has one.

    Raises:
        NotEmpty: the home or the database has something.
        UnusableBackup: it is not whole, is of a newer version, or cannot be restored.
        UnusableKey: the key cannot be used, or is not the one.
    """
    kopi = Kopi.read(fra)
    if kopi.skjema > newest():
        raise UnusableBackup(
            f"Kopien er tatt med en nyere versjon (skjema {kopi.skjema}) enn denne ({newest()}). "
            "Gjenopprett med versjonen som tok den."
        )
    aapne = _opener(fra, kopi, noekkel, passord)
    hjem = oppsett.hjem
    if hjem.exists() and any(hjem.iterdir()):
        raise NotEmpty(f"{hjem} er ikke tom. Gjenopprett i en mappe som er tom, med VIGO_HOME.")
    make_closed(hjem)
    url = owner_url(oppsett)
    _demand_empty(url)
    if not oppsett.database_url:
        make_role(url)
    postgres.restore(url, aapne("database"))
    _unpack(aapne("mapper"), hjem, oppsett.inn)
    return kopi


def _demand_empty(url: str) -> None:
    with psycopg.connect(url) as con:
        har = con.execute("select to_regnamespace('ledger') is not null").fetchone()
    if har is not None and har[0]:
        raise NotEmpty("Databasen er ikke tom. Gjenopprett i en som er laget for det.")


class _Opener:
    """Decrypts the parts of a backup, and holds each against its sum when all of it is read."""

    def __init__(self, fra: Path, kopi: Kopi, tsk: Tsk, passord: str | None) -> None:
        self._fra, self._kopi, self._tsk, self._passord = fra, kopi, tsk, passord

    def __call__(self, del_: Del) -> Iterator[bytes]:
        sum_ = hashlib.sha256()
        for bit in map(self._open, self._kopi.pieces(del_)):
            sum_.update(bit)
            yield bit
        if sum_.hexdigest() != self._kopi.klartekst[del_]:
            raise UnusableBackup(f"Delen «{del_}» er ikke hel. Bruk en annen kopi.")

    def _open(self, fil: str) -> bytes:
        try:
            tekst = decrypt(read_bytes(self._fra / fil), self._tsk.decryptor(self._passord))
        except (RuntimeError, ValueError, TypeError):
            raise UnusableKey(
                f"{fil} kan ikke dekrypteres med nøkkelen. Den er kryptert til "
                f"{self._kopi.noekkel}; er nøkkelen den private halvdelen, og passordet rett?"
            ) from None
        return tekst.bytes or b""


def _opener(fra: Path, kopi: Kopi, noekkel: Path, passord: Path | None) -> _Opener:
    """Return what decrypts, when the first piece can be."""
    raa = read_secret(noekkel, "--privat-noekkel")
    try:
        tsk = Tsk.from_bytes(raa)
    except (RuntimeError, ValueError, TypeError):
        raise UnusableKey("Fila i --privat-noekkel er ikke en privat nøkkel i OpenPGP.") from None
    aapne = _Opener(fra, kopi, tsk, read_password(passord, "--passord"))
    # Before anything is written.
    next(aapne("database"), b"")
    return aapne


class Reader:
    """Pieces, read as a file is: little at a time, of pieces that are large."""

    def __init__(self, biter: Iterator[bytes]) -> None:
        self._biter, self._stykke = biter, BytesIO()

    def read(self, antall: int) -> bytes:
        """Return so many of the next bytes; fewer when there are no more."""
        ut = self._stykke.read(antall)
        while len(ut) < antall and (bit := next(self._biter, b"")):
            self._stykke = BytesIO(bit)
            ut += self._stykke.read(antall - len(ut))
        return ut


def _unpack(biter: Iterator[bytes], hjem: Path, inn: Path) -> None:
    """Unpack the folders; nothing is written outside them, whatever the archive says."""
    with tarfile.open(fileobj=Reader(biter), mode="r|gz") as arkiv:  # type: ignore[call-overload]
        for medlem in arkiv:
            rot = inn if Path(medlem.name).parts[:1] == (INN,) else hjem
            make_closed(rot)
            # Whoever has the public key could have made it, and old releases have no filter of it.
            vanlig = medlem.isfile() or medlem.isdir()
            if not vanlig or medlem.name.startswith("/") or ".." in Path(medlem.name).parts:
                raise UnusableBackup("Arkivet har annet enn filer og mapper. Bruk en annen kopi.")
            medlem.mode &= 0o755
            medlem.uid, medlem.gid, medlem.uname, medlem.gname = os.getuid(), os.getgid(), "", ""
            arkiv.extract(medlem, rot)
    # The sum is of all of it.
    for _ in biter:
        pass
