"""Try a backup: restore it into a fresh home with a server of its own, prove it, throw it away."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from vigo_pipeline.engine import code_lists
from vigo_pipeline.engine.backup.copy import LISTE, BackupFailed
from vigo_pipeline.engine.backup.give_back import give_back
from vigo_pipeline.engine.database.embedded.server import close_server
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.intact import demand_whole
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.verify import Utvalg, Verifisering, verify_all


@dataclass(frozen=True)
class Proevd:
    """What came of a try: of which backup, and what was proved in what was restored of it."""

    kopi: Path
    funnet: Verifisering


def try_out(pipeline: Pipeline, kopi: Path | None = None) -> Proevd:
    """Restore a backup into an empty home, from it and the private key alone, and prove it.

    What is restored has persons, and lies where temporary files do (TMPDIR) until it is proved.

    Args:
        pipeline: the installation that it was taken of.
        kopi: the backup's folder; the newest whole one in VIGO_KOPI when left out.

    Raises:
        BackupFailed: there is none, no private key is set, or it is not of this installation.
        UnusableBackup: it is not whole, or cannot be restored.
        UnusableKey: the key cannot be used, or is not the one.
    """
    oppsett = pipeline.oppsett
    if oppsett.kopi_privat_noekkel is None:
        raise BackupFailed(
            "Kopien prøves med den private nøkkelen: sett VIGO_KOPI_PRIVAT_NOEKKEL der det prøves, "
            "og VIGO_KOPI_PASSORD når den har et passord."
        )
    mappe = kopi or latest(oppsett)
    with tempfile.TemporaryDirectory(prefix="vigo-proeve-") as rot:
        hjem = Path(rot) / "hjem"
        tomt = oppsett.model_copy(
            update={
                **{"hjem": hjem, "inn": hjem, "lager": None},
                **{"database_url": None, "database_eier_url": None},
            }
        )
        try:
            liste = give_back(mappe, tomt, oppsett.kopi_privat_noekkel, oppsett.kopi_passord)
            proeve = replace(pipeline, oppsett=tomt)
            funnet = verify_all(proeve, Utvalg(), hode=liste.hode)
            proeve.engine.dispose()
        finally:
            # They were those of what was restored.
            code_lists.use(oppsett.hjem)
            if hjem.exists():
                close_server(hjem)
    if liste.hode and liste.hode not in demand_whole(pipeline).hoder:
        raise BackupFailed(f"{mappe} er ikke tatt av denne installasjonen: hovedboka er en annen.")
    return Proevd(mappe, funnet)


def latest(oppsett: Innstillinger) -> Path:
    """Return the folder of the newest backup that was finished.

    Raises:
        BackupFailed: there is none, or no folder of backups is set.
    """
    if oppsett.kopi is None:
        raise BackupFailed("Ingen mappe er satt for sikkerhetskopier: sett VIGO_KOPI.")
    lister = sorted(oppsett.kopi.glob(f"*/{LISTE}"), key=lambda fil: fil.stat().st_mtime_ns)
    if not lister:
        raise BackupFailed(f"Det er ingen ferdig sikkerhetskopi i {oppsett.kopi} (VIGO_KOPI).")
    return lister[-1].parent
