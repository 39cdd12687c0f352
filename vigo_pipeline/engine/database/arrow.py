"""Rows of the Sentralbase straight into Arrow, over ADBC."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

import adbc_driver_manager
import adbc_driver_postgresql

if TYPE_CHECKING:
    from adbc_driver_manager import dbapi


class _Lasting:
    """What a connection closes when it is done: nothing, for the next one uses the same."""

    def close(self) -> None:
        """Let the database be."""


@lru_cache(maxsize=8)
def _database(url: str) -> adbc_driver_manager.AdbcDatabase:
    # ADBC reads every type of the server for each of these, which takes longer than most of our
    # queries. It holds the address and the types, and no connection.
    database: adbc_driver_manager.AdbcDatabase = adbc_driver_postgresql.connect(url)
    return database


@contextmanager
def arrow_cursor(url: str) -> Iterator["dbapi.Cursor"]:
    """Yield a cursor whose answers may be fetched as Arrow tables; its connection is closed after.

    Args:
        url: libpq address of the Sentralbase.

    Raises:
        adbc_driver_manager.Error: nobody answers at the address.
    """
    # It loads pandas, and most who open the Sentralbase fetch no rows.
    from adbc_driver_manager import dbapi  # noqa: PLC0415

    tilkobling = adbc_driver_manager.AdbcConnection(_database(url))
    with dbapi.Connection(_Lasting(), tilkobling) as con, con.cursor() as cursor:  # type: ignore[arg-type]
        yield cursor
