"""What a backup is on disk: encrypted pieces, and a list of them that is without persons."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.store import is_of, read_bytes, write_private

LISTE = "kopi.json"
ENDELSE = ".pgp"
# Each piece is in memory while it is encrypted.
STYKKE = 64 * 1024 * 1024
Del = Literal["database", "mapper"]


class BackupFailed(VigoError):
    """A backup could not be made; what is there of it is none."""


class UnusableBackup(VigoError):
    """A backup cannot be restored: it is not whole, or not what was written."""


class Stykke(Strict):
    """An encrypted piece: of which part, its file, and the sha256 of the file."""

    av: Del
    fil: str
    sha256: str


class Kopi(Strict):
    """A backup, the last that is written of it: who does not find it has no backup.

    ``skjema``: the database's last migration. ``hode``: the last link of the ledger's chain, which
    the restored one must have. ``noekkel``: the fingerprint of the key that it is encrypted to.
    ``klartekst``: the sha256 of each part when it is decrypted.
    """

    versjon: Literal[1] = 1
    skjema: str
    hode: str
    noekkel: str
    stykker: list[Stykke]
    klartekst: dict[Del, str]

    def write(self, mappe: Path) -> None:
        """Write the list beside the pieces."""
        write_private(mappe / LISTE, json.dumps(self.model_dump(), indent=2).encode())

    @classmethod
    def read(cls, mappe: Path) -> "Kopi":
        """Return the backup in a folder, when every piece of it is as it was written.

        Raises:
            UnusableBackup: it is not; says which file.
        """
        try:
            kopi = cls.model_validate_json(read_bytes(mappe / LISTE))
        except (OSError, VigoError, ValidationError):
            raise UnusableBackup(
                f"{mappe / LISTE} er ikke lista over en sikkerhetskopi. Er mappa rett, og ble "
                "kopien ferdig?"
            ) from None
        for stykke in kopi.stykker:
            sti = mappe / stykke.fil
            if Path(stykke.fil).name != stykke.fil or not sti.is_file():
                raise UnusableBackup(f"{sti} er borte. Hent kopien på nytt derfra den ligger.")
            if not is_of(sti, stykke.sha256):
                raise UnusableBackup(f"{sti} er endret siden kopien ble tatt. Bruk en annen kopi.")
        return kopi

    def pieces(self, av: Del) -> Iterator[str]:
        """Yield the files of a part, in order."""
        return (s.fil for s in self.stykker if s.av == av)
