"""Where the backup of a day goes, and to which key, by the settings."""

import itertools
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


def key(oppsett: Innstillinger, naa: datetime) -> Krypto:
    """Return the public key that backups are encrypted to.

    Raises:
        BackupFailed: no key is set, or no fingerprint of it.
        UnusableKey: it cannot be used, or is another than the fingerprint says.
    """
    try:
        kryptering = Kryptering.model_validate(
            {"noekkel": oppsett.kopi_noekkel, "fingeravtrykk": oppsett.kopi_fingeravtrykk}
        )
    except ValidationError:
        raise BackupFailed(
            "Nøkkelen som kopien krypteres til, er ikke oppgitt: sett VIGO_KOPI_NOEKKEL, og "
            "VIGO_KOPI_FINGERAVTRYKK til 40 eller 64 heksadesimale tegn."
        ) from None
    return Krypto.read(kryptering.named("til sikkerhetskopien (VIGO_KOPI_NOEKKEL)"), naa)


def take_of_day(
    pipeline: Pipeline, dag: date, naa: datetime, til: Path | None = None
) -> tuple[Path, Kopi]:
    """Take a day's backup; return its folder and what is in it.

    ``til``: another folder than the day's own.

    Raises:
        BackupFailed: a setting is missing, or what ``take`` raises.
        UnusableKey: as ``key``.
    """
    krypto = key(pipeline.oppsett, naa)
    til = til or place(pipeline.oppsett, dag)
    return til, take(pipeline, til, krypto)
