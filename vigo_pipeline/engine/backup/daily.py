"""Where the backup of a day goes, and to which key, by the settings."""

import itertools
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from vigo_pipeline.engine.backup.copy import BackupFailed, Kopi
from vigo_pipeline.engine.backup.take import take
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.send.channel_file import Kryptering
from vigo_pipeline.engine.send.openpgp import Krypto
from vigo_pipeline.engine.settings import Innstillinger


def place(oppsett: Innstillinger, dag: date) -> Path:
    """Return the folder of a day's backup that nothing has been written to.

    Raises:
        BackupFailed: no folder of backups is set.
    """
    if oppsett.kopi is None:
        raise BackupFailed("Ingen mappe er satt for sikkerhetskopier: sett VIGO_KOPI.")
    navn = (f"{dag}" if nr == 1 else f"{dag}-{nr}" for nr in itertools.count(1))
    return next(mappe for n in navn if not (mappe := oppsett.kopi / n).exists())


@dataclass(frozen=True)
class Valg:
    """What somebody wrote for one backup, each in place of its setting when it is there."""

    til: Path | None = None
    noekkel: Path | None = None
    fingeravtrykk: str | None = None


def key(oppsett: Innstillinger, naa: datetime, valg: Valg = Valg()) -> Krypto:
    """Return the public key that backups are encrypted to.

    Raises:
        BackupFailed: no key is given, or no fingerprint of it, or one that is not whole.
        UnusableKey: it cannot be used, or is another than the fingerprint says.
    """
    noekkel = valg.noekkel or oppsett.kopi_noekkel
    avtrykk = valg.fingeravtrykk or oppsett.kopi_fingeravtrykk
    mangler = [
        navn
        for verdi, navn in (
            (noekkel, "--noekkel eller VIGO_KOPI_NOEKKEL"),
            (avtrykk, "--fingeravtrykk eller VIGO_KOPI_FINGERAVTRYKK"),
        )
        if not verdi
    ]
    if mangler:
        raise BackupFailed(
            f"Nøkkelen som kopien krypteres til, mangler: oppgi {', og '.join(mangler)}."
        )
    hvor = "--fingeravtrykk" if valg.fingeravtrykk else "VIGO_KOPI_FINGERAVTRYKK"
    try:
        kryptering = Kryptering.model_validate({"noekkel": noekkel, "fingeravtrykk": avtrykk})
    except ValidationError:
        raise BackupFailed(
            f"{hvor} er ikke et helt fingeravtrykk: det er 40 eller 64 heksadesimale tegn. "
            "«gpg --show-keys FILA» viser det."
        ) from None
    sted = "--noekkel" if valg.noekkel else "VIGO_KOPI_NOEKKEL"
    return Krypto.read(kryptering.named(f"til sikkerhetskopien ({sted})"), naa)


def take_of_day(
    pipeline: Pipeline, dag: date, naa: datetime, valg: Valg = Valg()
) -> tuple[Path, Kopi]:
    """Take a day's backup; return its folder and what is in it.

    ``valg``: another folder than the day's own, or another key than the settings'.

    Raises:
        BackupFailed: a setting is missing, or what ``take`` raises.
        UnusableKey: as ``key``.
    """
    krypto = key(pipeline.oppsett, naa, valg)
    til = valg.til or place(pipeline.oppsett, dag)
    return til, take(pipeline, til, krypto)
