"""A database that is gone in the middle of something, said in one line wherever it happens."""

import adbc_driver_manager
import psycopg
import sqlalchemy as sa

from vigo_pipeline.engine.errors import VigoError

# Classes of SQLSTATE: what was going on has ended, and no row had anything to do with it.
TAPT = "Forbindelsen til databasen ble brutt"
FULL = "Databasen har ikke mer plass eller minne"
KLASSER = {
    "08": TAPT,
    "57": TAPT,
    "53": FULL,
    "25": "Databasen er satt til å nekte skriving, eller til å bryte av det som varer",
    "58": "Databasen kan ikke lese eller skrive på disken",
}


class DatabaseLost(VigoError):
    """The database went away, or has no room left, while it was used."""


def lost(feil: BaseException) -> DatabaseLost | None:
    """Return what to tell of an exception when it means that the database is gone, else None.

    >>> lost(psycopg.OperationalError("server closed the connection unexpectedly")) is None
    False
    >>> lost(psycopg.errors.UniqueViolation("(fnr)=(…)")) is None
    True
    """
    aarsak = getattr(feil, "orig", None) if isinstance(feil, sa.exc.DBAPIError) else feil
    if not isinstance(aarsak, psycopg.Error | adbc_driver_manager.Error):
        return None
    kode = aarsak.sqlstate
    borte = isinstance(aarsak, psycopg.OperationalError | adbc_driver_manager.OperationalError)
    sagt = KLASSER.get(kode[:2]) if kode else TAPT if borte else None
    if sagt is None:
        return None
    return DatabaseLost(
        f"{sagt}{f' ({kode})' if kode else ''}. Det som ikke var ferdig, er ikke lagret. "
        "Se at tjeneren kjører og har plass, og kjør det samme på nytt."
    )
