"""The application's seal on what it writes in the ledger: SQL alone cannot make one.

The key lies in the home and never comes to the database. A row that somebody adds by SQL, however
well it is linked, has no seal.
"""

import hashlib
import hmac
import os
import secrets
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger.foreign import strangers
from vigo_pipeline.engine.ledger.written import Skrevet, count_inserts, written
from vigo_pipeline.engine.store import is_open

FIL = "segl.noekkel"
BYTES = 32
# Only what this very transaction has linked: what others have added is theirs to answer for. A seal
# of a link that there is not says nothing of which were sealed last.
_EGNE = (
    "select nr, hash, tabell, overtatt from ledger.kjede where nr > coalesce((select s.kjede_nr "
    "from ledger.segl as s where exists (select from ledger.kjede as k where k.nr = s.kjede_nr) "
    "order by s.kjede_nr desc limit 1), 0) "
    "and xmin = pg_current_xact_id_if_assigned()::xid order by nr"
)
_SETT = "insert into ledger.segl (kjede_nr, noekkel, segl) values (%s, %s, %s)"


class SealKeyUnusable(VigoError):
    """The file of the seal's key holds something else."""


class SealRefused(VigoError):
    """A transaction has other rows in the ledger than the application's own statements added."""


class Segl:
    """The key of one installation. Its ``id`` tells keys apart and gives nothing away."""

    def __init__(self, noekkel: bytes) -> None:
        self._noekkel = noekkel
        self.id = hashlib.sha256(b"vigo/segl/" + noekkel).hexdigest()[:16]

    @classmethod
    def of(cls, hjem: Path) -> "Segl":
        """Return the home's seal.

        Raises:
            SealKeyUnusable: there is no file, it holds something else, or others can read it.
        """
        sti = hjem / FIL
        if not sti.exists():
            raise SealKeyUnusable(
                f"{sti} finnes ikke. Hovedboka er forseglet med den: hent {FIL} fra "
                "sikkerhetskopien, eller fra en maskin med samme database. En ny nøkkel blir ikke "
                "laget, for den kan ikke prøve gamle segl."
            )
        if is_open(sti.stat()):
            raise SealKeyUnusable(
                f"{sti} kan leses eller endres av andre, og da kan de forsegle det de vil. Kjør "
                f"«chmod 600 {sti}», og finn ut om noen har hatt nøkkelen."
            )
        noekler = read_keys(sti)
        if len(noekler) != 1:
            raise SealKeyUnusable(
                f"{sti} er ikke en nøkkel til hovedbokas segl. "
                "Hent fila fra sikkerhetskopien; uten den kan ikke gamle segl prøves."
            )
        return noekler[0]

    @classmethod
    def first(cls, hjem: Path) -> "Segl":
        """Return the home's seal, whose key is made, for its owner only, when it has none.

        Raises:
            SealKeyUnusable: the file holds something else.
        """
        if not (hjem / FIL).exists():
            make_key(hjem / FIL)
        return cls.of(hjem)

    def on(self, lenke: str) -> str:
        """Return the seal of a link's hash."""
        return hmac.digest(self._noekkel, lenke.encode(), "sha256").hex()

    def seal_commits(self, engine: sa.Engine) -> None:
        """Let each transaction of an engine seal what it has added to the ledger, as it ends.

        The commit raises SealRefused, and nothing is kept, when the ledger has been given other
        rows than the application's statements added, or something that could do so.
        """
        count_inserts(engine)

        @event.listens_for(engine, "commit")
        def seal(con: sa.Connection) -> None:
            skrevet = +written(con)
            egne = con.exec_driver_sql(_EGNE).all()
            if not egne and not skrevet:
                return
            _demand_own(con, skrevet, Counter((lenke.tabell, lenke.overtatt) for lenke in egne))
            con.exec_driver_sql(_SETT, [(lenke.nr, self.id, self.on(lenke.hash)) for lenke in egne])


def _demand_own(con: sa.Connection, skrevet: Skrevet, lenket: Skrevet) -> None:
    galt = list(strangers(con))
    if skrevet != lenket:
        galt.append(f"vigo skrev {amount(skrevet.total())}, og {lenket.total()} ble lenket")
    if galt:
        raise SealRefused(
            f"Hovedboka forsegles ikke, og ingenting er lagret: {'; '.join(galt)}. Noen har vært i "
            "databasen utenom vigo. Finn ut hvem og hva, og ta det bort, eller hent databasen fra "
            "en sikkerhetskopi."
        )


def read_keys(sti: Path) -> list[Segl]:
    """Return the keys of a file, one a line; none when it holds something else."""
    try:
        raa = [bytes.fromhex(linje) for linje in sti.read_text("ascii", errors="replace").split()]
    except ValueError:
        return []
    return [Segl(noekkel) for noekkel in raa] if all(len(n) == BYTES for n in raa) else []


def new_key() -> str:
    """Return a key, as a line of a file of keys."""
    return f"{secrets.token_hex(BYTES)}\n"


def make_key(sti: Path) -> None:
    """Make a key. Of two processes that make one, the one that is first decides for both."""
    sti.parent.mkdir(parents=True, exist_ok=True)
    egen = sti.with_name(f"{sti.name}.{secrets.token_hex(8)}")
    with open(os.open(egen, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fil:  # noqa: PTH123 -- pathlib cannot say the mode
        fil.write(new_key())
        fil.flush()
        os.fsync(fil.fileno())
    try:
        sti.hardlink_to(egen)
    except FileExistsError:
        pass
    finally:
        egen.unlink()
