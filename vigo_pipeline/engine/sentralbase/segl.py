"""The application's seal on what it writes in the ledger: SQL alone cannot make one.

The key lies in the home and never comes to the database. A row that somebody adds by SQL, however
well it is linked, has no seal.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from vigo_pipeline.engine.errors import VigoError

FIL = "segl.noekkel"
BYTES = 32
# Only what this very transaction has linked: what others have added is theirs to answer for.
_EGNE = (
    "select nr, hash from ledger.kjede "
    "where nr > (select coalesce(max(kjede_nr), 0) from ledger.segl) "
    "and xmin = pg_current_xact_id_if_assigned()::xid order by nr"
)
_SETT = "insert into ledger.segl (kjede_nr, noekkel, segl) values (%s, %s, %s)"


class SealKeyUnusable(VigoError):
    """The file of the seal's key holds something else."""


class Segl:
    """The key of one installation. Its ``id`` tells keys apart and gives nothing away."""

    def __init__(self, noekkel: bytes) -> None:
        self._noekkel = noekkel
        self.id = hashlib.sha256(b"vigo/segl/" + noekkel).hexdigest()[:16]

    @classmethod
    def of(cls, hjem: Path) -> "Segl":
        """Return the home's seal; its key is made the first time, for its owner only.

        Raises:
            SealKeyUnusable: the file holds something else.
        """
        sti = hjem / FIL
        if not sti.exists():
            _make(sti)
        noekkel = sti.read_text("ascii", errors="replace").strip()
        try:
            raa = bytes.fromhex(noekkel)
        except ValueError:
            raa = b""
        if len(raa) != BYTES:
            raise SealKeyUnusable(
                f"{sti} er ikke en nøkkel til hovedbokas segl. "
                "Hent fila fra sikkerhetskopien; uten den kan ikke gamle segl prøves."
            )
        return cls(raa)

    def on(self, lenke: str) -> str:
        """Return the seal of a link's hash."""
        return hmac.new(self._noekkel, lenke.encode(), hashlib.sha256).hexdigest()

    def seal_commits(self, engine: sa.Engine) -> None:
        """Let each transaction of an engine seal what it has added to the ledger, as it ends."""

        @event.listens_for(engine, "commit")
        def seal(con: sa.Connection) -> None:
            egne = con.exec_driver_sql(_EGNE).all()
            if egne:
                con.exec_driver_sql(_SETT, [(nr, self.id, self.on(h)) for nr, h in egne])


def _make(sti: Path) -> None:
    """Make a key. Of two processes that make one, the one that is first decides for both."""
    sti.parent.mkdir(parents=True, exist_ok=True)
    egen = sti.with_name(f"{FIL}.{secrets.token_hex(8)}")
    with open(os.open(egen, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fil:  # noqa: PTH123 -- pathlib cannot say the mode
        fil.write(secrets.token_hex(BYTES))
        fil.flush()
        os.fsync(fil.fileno())
    try:
        sti.hardlink_to(egen)
    except FileExistsError:
        pass
    finally:
        egen.unlink()
