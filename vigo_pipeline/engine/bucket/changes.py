"""Which folders of the store have changed: a mark of each in the database that machines share.

A folder is a skoleår, ``felles`` or ``mottatt``. Its mark is another after each change.
"""

import secrets
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert

from vigo_pipeline.engine.database.tables import lagring

T = lagring.c


class Changes:
    """The marks, as the database has them. ``engine``: connects when it is first asked."""

    def __init__(self, engine: Callable[[], sa.Engine]) -> None:
        self._engine = engine

    def marks(self) -> Mapping[str, str]:
        """Return the mark of each folder that has been written to."""
        with self._engine().connect() as con:
            return {rad.mappe: rad.merke for rad in con.execute(sa.select(lagring))}

    def enter(self, mappe: str, foer: str = "") -> tuple[str, bool]:
        """Enter that a folder has changed, when it has.

        Args:
            mappe: the folder.
            foer: the mark that it had when it was listed.

        Returns:
            Its new mark, and whether nobody else has changed it since.
        """
        ny = secrets.token_hex(8)
        den = insert(lagring).values(mappe=mappe, merke=ny)
        alene: sa.Update | Insert = den.on_conflict_do_nothing()
        if foer:
            alene = sa.update(lagring).where(T.mappe == mappe, T.merke == foer).values(merke=ny)
        with self._engine().begin() as con:
            if con.execute(alene).rowcount:
                return ny, True
            con.execute(
                den.on_conflict_do_update(index_elements=[T.mappe], set_={T.merke.name: ny})
            )
        return ny, False
