"""Whom the embedded server runs as, and who may connect to it.

PostgreSQL refuses to run as root. As root, the server is therefore another user's: the one who
owns the data, or else a user that is made for it and nothing else.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from vigo_pipeline.engine.database.embedded.errors import no_server

EGEN = "vigo-postgres"
# Not always in root's PATH: after `su`, in cron, in small containers.
SYSTEMETS = "/usr/sbin:/sbin:/usr/local/sbin:/usr/bin:/bin"


@dataclass(frozen=True)
class Bruker:
    """The user that the server runs as; ``bytt`` when that is another than the one who starts it.

    ``kobler_til``: the names of those who may connect: who owns the home, and root, to whom
    nothing is closed.
    """

    uid: int
    gid: int
    bytt: bool
    kobler_til: tuple[str, ...]

    def options(self) -> dict[str, object]:
        """Return how ``subprocess`` starts a process as this user."""
        if not self.bytt:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def demand_own_home(hjem: Path) -> None:
    """Refuse a home that somebody else owns, before anything is written there.

    Root would otherwise make folders and hand them over where the home's owner has put a link or
    a path. Nor does root use a home that others can put something in.

    Raises:
        EmbeddedServerStopped: the home is not the user's own.
    """
    meg, data = os.geteuid(), hjem / "postgres"
    mappe = hjem.stat()
    if meg != 0:
        # A home on a volume may be the system's, when what lies in it is the user's own.
        eier = data.stat() if data.exists() else mappe
        if eier.st_uid != meg:
            raise no_server(
                f"databasen i {hjem} eies av brukernummer {eier.st_uid}, ikke av deg",
                "Kjør som den brukeren, eller velg en mappe du eier med VIGO_HOME",
            )
    elif mappe.st_uid != 0:
        raise no_server(
            f"{hjem} eies av brukernummer {mappe.st_uid}, og du er root",
            f"Kjør som den brukeren (sudo -u '#{mappe.st_uid}' …), "
            "eller velg en mappe root eier med VIGO_HOME",
        )
    elif mappe.st_mode & 0o022:
        raise no_server(
            f"andre enn root kan skrive i {hjem}, og du er root",
            f"Lukk mappen (chmod go-w {hjem}), eller kjør som en vanlig bruker",
        )


def server_user(hjem: Path, data: Path) -> Bruker:
    """Return whom the server of a home of one's own runs as.

    Raises:
        EmbeddedServerStopped: there is no user to run it as.
    """
    meg = os.geteuid()
    navn = name_of(meg)
    if meg != 0:
        return Bruker(meg, os.getegid(), bytt=False, kobler_til=_with_root(navn))
    eier = data.stat() if data.exists() else hjem.stat()
    if eier.st_uid == 0:
        egen = _dedicated()
        return Bruker(egen.pw_uid, egen.pw_gid, bytt=True, kobler_til=(navn,))
    # A server's own user owns the data, but no home: it does not connect.
    name_of(eier.st_uid)
    return Bruker(eier.st_uid, eier.st_gid, bytt=True, kobler_til=(navn,))


def _with_root(navn: str) -> tuple[str, ...]:
    try:
        return navn, pwd.getpwuid(0).pw_name
    except KeyError:
        return (navn,)


def name_of(uid: int) -> str:
    """Return the name of a user.

    Raises:
        EmbeddedServerStopped: the machine has none.
    """
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise no_server(
            f"brukernummer {uid} har ikke noe navn på denne maskinen, og det krever PostgreSQL",
            "Gi det et navn i /etc/passwd (i en container: start den som en bruker som finnes)",
        ) from None


def _dedicated() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(EGEN)
    except KeyError:
        useradd = shutil.which("useradd", path=SYSTEMETS)
    gjoer = "Kjør som en vanlig bruker"
    if useradd is None:
        raise no_server(f"root må kjøre den som brukeren {EGEN}, som ikke kan lages", gjoer)
    valg = ("--system", "--user-group", "--no-create-home", "--shell", "/bin/false")
    svar = subprocess.run(  # noqa: S603 -- a program of the system and constants
        [useradd, *valg, EGEN], capture_output=True, text=True, check=False
    )
    try:
        # Another process may have made it in between.
        return pwd.getpwnam(EGEN)
    except KeyError:
        raise no_server(f"brukeren {EGEN} kan ikke lages: {svar.stderr.strip()}", gjoer) from None
