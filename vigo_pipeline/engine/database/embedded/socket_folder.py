"""The folder of the socket: short whatever the home's path, and closed to everybody else."""

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from vigo_pipeline.engine.database.embedded.errors import no_server
from vigo_pipeline.engine.database.embedded.user import Bruker

SOKKEL = ".s.PGSQL.5432"
# What a socket's address has room for on Linux (108) and macOS (104), with its closing zero.
PLASS = 103
FORSTAVELSE = "vigo-"


def make_folder(husket: Path, bruker: Bruker, env: Mapping[str, str]) -> Path:
    """Return the socket folder of a home, made again when it is gone.

    Its path is kept in the file ``husket`` in the home, so that it is the same from start to start.
    It is asked for by who starts the server alone: what a killed server left in it is removed.

    Raises:
        EmbeddedServerStopped: no folder can be made.
    """
    foer, steder = remembered(husket), _places(bruker, env)
    if foer is not None and _is_one_of_ours(foer, steder) and _is_made(foer, bruker):
        for navn in (SOKKEL, f"{SOKKEL}.lock"):
            (foer / navn).unlink(missing_ok=True)
        return foer
    for rot in steder:
        try:
            mappe = Path(tempfile.mkdtemp(prefix=FORSTAVELSE, dir=rot))
        except OSError:
            continue
        if len(os.fsencode(mappe / SOKKEL)) <= PLASS:
            _give(mappe, bruker)
            _remember(husket, mappe)
            return mappe
        mappe.rmdir()
    raise no_server(
        "det finnes ingen mappe til sokkelen med kort nok navn som kan skrives i",
        "Sett TMPDIR til en mappe som finnes",
    )


def remembered(husket: Path) -> Path | None:
    """Return the path that the home remembers, or None; what a copy of a home says is another's."""
    try:
        sti, hvem = _read(husket).splitlines()
    except (OSError, ValueError):
        return None
    return Path(sti) if sti.startswith("/") and hvem == _identity(husket) else None


def _read(husket: Path) -> str:
    """Return what an ordinary file says; who reads a link or a pipe may be led astray or wait."""
    fd = os.open(husket, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(fd, "r", encoding="utf-8") as fil:
        return fil.read(4096) if stat.S_ISREG(os.fstat(fd).st_mode) else ""


def _is_one_of_ours(mappe: Path, steder: list[str]) -> bool:
    """Return whether we would make such a folder: a path that is remembered is no reason to."""
    return str(mappe.parent) in steder and mappe.name.startswith(FORSTAVELSE)


def is_closed(mappe: Path, eier: int) -> bool:
    """Return whether a folder is a real one, of this user, that nobody else can enter."""
    try:
        funnet = mappe.lstat()
    except OSError:
        return False
    lukket = stat.S_IMODE(funnet.st_mode) & 0o077 == 0
    return stat.S_ISDIR(funnet.st_mode) and funnet.st_uid == eier and lukket


def _is_made(mappe: Path, bruker: Bruker) -> bool:
    """Return whether the folder is there and ours; one that is gone is made if nobody was first."""
    try:
        mappe.mkdir(mode=0o700)
    except FileExistsError:
        return is_closed(mappe, bruker.uid)
    except OSError:
        return False
    _give(mappe, bruker)
    return True


def _give(mappe: Path, bruker: Bruker) -> None:
    if bruker.bytt:
        os.chown(mappe, bruker.uid, bruker.gid, follow_symlinks=False)


def _identity(husket: Path) -> str:
    """Return what tells a home from a copy of it, and stays when it is moved on its disk."""
    return str(husket.parent.stat().st_ino)


def _remember(husket: Path, mappe: Path) -> None:
    husket.unlink(missing_ok=True)
    fd = os.open(husket, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as fil:
        fil.write(f"{mappe}\n{_identity(husket)}\n")


def _places(bruker: Bruker, env: Mapping[str, str]) -> list[str]:
    """Return where the folder may be; another user than root cannot get into what is root's own."""
    if bruker.bytt:
        return ["/run", "/tmp", "/var/tmp"]  # noqa: S108 -- a folder of random name is made there
    egen = env.get("XDG_RUNTIME_DIR", "")
    egne = [egen] if egen and is_closed(Path(egen), bruker.uid) else []
    return [*egne, tempfile.gettempdir(), "/tmp", "/var/tmp"]  # noqa: S108
