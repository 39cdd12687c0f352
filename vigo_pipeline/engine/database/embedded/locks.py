"""Locks that the kernel gives back when their holder dies, in the home beside the data."""

import fcntl
import logging
import os
import time
from pathlib import Path

from vigo_pipeline.engine import refused
from vigo_pipeline.engine.database.embedded.errors import no_server

LOGG = logging.getLogger(__name__)
SI_FRA = 1.0
GI_OPP = 120.0
STEG = 0.05


def open_lock(sti: Path) -> int:
    """Return an open descriptor on a lock file that only the owner of its folder may open.

    Raises:
        EmbeddedServerStopped: the file cannot be opened.
    """
    try:
        return os.open(sti, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as feil:
        raise no_server(
            f"låsen {sti} kan ikke åpnes ({refused.reason(feil)})",
            "Kjør som den som eier mappen, eller velg en annen med VIGO_HOME",
        ) from None


def take_at_once(fd: int, slag: int) -> bool:
    """Take a lock (``fcntl.LOCK_SH`` or ``LOCK_EX``) if nobody is in the way.

    Raises:
        EmbeddedServerStopped: the file system has no locks.
    """
    try:
        fcntl.flock(fd, slag | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as feil:
        raise no_server(
            f"filsystemet kan ikke låse filer ({refused.reason(feil)})",
            "Velg en mappe på en lokal disk med VIGO_HOME",
        ) from None
    return True


def take(fd: int, slag: int, hva: str, sti: Path) -> None:
    """Wait for a lock, say on what after a second, and give up after two minutes.

    Raises:
        EmbeddedServerStopped: the other did not let go, or the file system has no locks.
    """
    start, sagt = time.monotonic(), False
    while not take_at_once(fd, slag):
        ventet = time.monotonic() - start
        if ventet > SI_FRA and not sagt:
            sagt = True
            LOGG.warning("Venter på %s (låsen %s).", hva, sti)
        if ventet > GI_OPP:
            raise no_server(
                f"ventet {GI_OPP:.0f} sekunder på {hva}, som holder låsen {sti}",
                "Se hvem som holder den, og stopp det som henger",
            )
        time.sleep(STEG)
