"""The embedded server of a home: started by the first who needs it, shared, stopped after the last.

Three locks in the home's folder ``tjener`` say how things stand, and no process number is trusted:
``start`` is held until a server that is being made or started is ready, ``brukere`` is shared by
all who use it, and ``tjener`` is held by the server's own processes as long as one of them lives.
"""

import fcntl
import json
import logging
import os
import select
import stat
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import quote, urlencode

from vigo_pipeline.engine import refused
from vigo_pipeline.engine.database.embedded import data_folder, locks, socket_folder
from vigo_pipeline.engine.database.embedded.configuration import (
    FORBINDELSE,
    IKKE_I_ADRESSEN,
    arguments,
)
from vigo_pipeline.engine.database.embedded.errors import no_server
from vigo_pipeline.engine.database.embedded.programs import MILJOE, programs
from vigo_pipeline.engine.database.embedded.user import (
    Bruker,
    demand_own_home,
    name_of,
    server_user,
)
from vigo_pipeline.engine.store import make_closed

LOGG = logging.getLogger(__name__)
VOKTER = Path(__file__).with_name("guardian.py")
EIER = "postgres"
# The server outlives its last user a little, so that the next command need not start it again.
NAADE = 2.0
# A server that died in the middle of much work reads it again when it starts.
STARTTID = 600.0
STARTER = "en annen prosess som starter databasen"

_brukes: dict[Path, int] = {}
_traadlaas = threading.Lock()


def open_server(hjem: Path, naade: float = NAADE) -> str:
    """Return the owner's libpq address of a home's server, which runs as long as this process does.

    Args:
        hjem: the home; made, closed to others, when it is not there. It is the user's own.
        naade: seconds that a server started here outlives its last user.

    Raises:
        EmbeddedServerStopped: the server cannot be made, started or reached.
    """
    for navn in IKKE_I_ADRESSEN:
        os.environ.pop(navn, None)
    with _traadlaas:
        mappe = _folder(hjem)
        fd = _brukes.get(mappe)
        if fd is None:
            fd = locks.open_lock(mappe / "brukere")
            try:
                hva = "at databasen som er i ferd med å stoppe, blir ferdig"
                locks.take(fd, fcntl.LOCK_SH, hva, mappe / "brukere")
            except BaseException:
                os.close(fd)
                raise
            _brukes[mappe] = fd
        if not _is_ready(mappe):
            _start_alone(hjem, mappe, naade)
        return _address(hjem, mappe)


def close_server(hjem: Path) -> None:
    """Let go of a home's server, and wait until it has stopped.

    Raises:
        EmbeddedServerStopped: somebody else uses it still.
    """
    mappe = hjem / "tjener"
    with _traadlaas:
        fd = _brukes.pop(mappe, None)
        if fd is not None:
            os.close(fd)
    if not mappe.exists():
        return
    tjener = locks.open_lock(mappe / "tjener")
    try:
        locks.take(tjener, fcntl.LOCK_SH, "at databasen skal stoppe", mappe / "tjener")
    finally:
        os.close(tjener)


def is_running(mappe: Path) -> bool:
    """Return whether a process of the server lives, however it was started or left."""
    tjener = locks.open_lock(mappe / "tjener")
    try:
        return not locks.take_at_once(tjener, fcntl.LOCK_SH)
    finally:
        os.close(tjener)


def _folder(hjem: Path) -> Path:
    mappe = hjem / "tjener"
    try:
        make_closed(hjem)
        demand_own_home(hjem)
        make_closed(mappe)
        funnet = mappe.lstat()
    except OSError as feil:
        raise no_server(
            f"{mappe} kan ikke lages ({refused.reason(feil)})",
            "Velg en mappe du kan skrive i med VIGO_HOME",
        ) from None
    if not stat.S_ISDIR(funnet.st_mode) or funnet.st_uid != os.geteuid():
        raise no_server(
            f"{mappe} er ikke en mappe du eier",
            "Se hva den er, og flytt den bort; den lages på nytt",
        )
    return mappe


def _is_ready(mappe: Path) -> bool:
    """Return whether the server runs; one that is being started is waited for."""
    start = locks.open_lock(mappe / "start")
    try:
        locks.take(start, fcntl.LOCK_SH, STARTER, mappe / "start")
        return is_running(mappe)
    finally:
        os.close(start)


def _start_alone(hjem: Path, mappe: Path, naade: float) -> None:
    """Start the server unless another process did so while this one waited."""
    start = locks.open_lock(mappe / "start")
    try:
        locks.take(start, fcntl.LOCK_EX, STARTER, mappe / "start")
        if is_running(mappe):
            return
        tjener = locks.open_lock(mappe / "tjener")
        try:
            # Those who only ask whether it runs hold it for a moment.
            locks.take(tjener, fcntl.LOCK_EX, "andre som spør etter databasen", mappe / "tjener")
            _start(hjem, mappe, {"tjener": tjener, "start": start}, naade)
        finally:
            os.close(tjener)
    finally:
        os.close(start)


def _start(hjem: Path, mappe: Path, laaser: dict[str, int], naade: float) -> None:
    data = hjem / "postgres"
    bruker = server_user(hjem, data)
    programmer = programs(bruker)
    data_folder.ensure_made(data, programmer, bruker, laaser["start"])
    try:
        socket = socket_folder.make_folder(mappe / "sokkel", bruker, os.environ)
        with data_folder.opened(data) as fd:
            data_folder.prepare(fd, bruker)
            logg = data_folder.open_log(fd, bruker)
            try:
                oppdrag = _errand(bruker, programmer, data, fd, socket)
                _launch({**oppdrag, "naade": naade}, mappe, laaser, logg)
            finally:
                os.close(logg)
    except OSError as feil:
        raise no_server(
            f"{data} kan ikke startes ({refused.reason(feil)})",
            "Sjekk at disken har plass, og at mappen er din",
        ) from None


def _errand(
    bruker: Bruker, programmer: Path, data: Path, fd: int, socket: Path
) -> dict[str, object]:
    sti = data_folder.path_for(bruker, data, fd)
    return {
        "kommando": [str(programmer / "postgres"), "-D", sti, *arguments(str(socket))],
        "bruker": bruker.options(),
        "miljoe": MILJOE,
        "sokkel": str(socket),
        "data": fd,
    }


def _launch(oppdrag: dict[str, object], mappe: Path, laaser: dict[str, int], logg: int) -> None:
    """Start the guardian and wait for its word: the server is ready, or has stopped."""
    foer = os.fstat(logg).st_size
    brukere = locks.open_lock(mappe / "brukere")
    les, svar = os.pipe()
    fds = {**laaser, "logg": logg, "brukere": brukere, "svar": svar}
    try:
        tekst = json.dumps({**oppdrag, **fds})
        subprocess.run(  # noqa: S603 -- this interpreter and a program of ours
            [sys.executable, "-I", "-S", str(VOKTER), tekst],
            stdin=subprocess.DEVNULL,
            stdout=logg,
            stderr=logg,
            cwd="/",
            pass_fds=(int(str(oppdrag["data"])), *fds.values()),
            start_new_session=True,
            check=True,
        )
    finally:
        os.close(svar)
        os.close(brukere)
    try:
        ord_ = _word(les)
    finally:
        os.close(les)
    if ord_ != b"klar":
        data = mappe.parent / "postgres"
        raise no_server(
            f"PostgreSQL stoppet da den startet på {data} ({_last_words(data, foer)})",
            f"Se {data / data_folder.SERVERENS_LOGG}, og sjekk at disken har plass",
        )


def _word(les: int) -> bytes:
    if not select.select([les], [], [], locks.SI_FRA * 3)[0]:
        LOGG.warning("Venter på at databasen skal starte.")
    if not select.select([les], [], [], STARTTID)[0]:
        return b""
    return os.read(les, 100)


def _last_words(data: Path, fra: int) -> str:
    with (data / data_folder.SERVERENS_LOGG).open("rb") as fil:
        fil.seek(fra)
        return data_folder.reason(fil.read().decode("utf-8", "replace"))


def _address(hjem: Path, mappe: Path) -> str:
    socket = socket_folder.remembered(mappe / "sokkel")
    eier = (hjem / "postgres").stat().st_uid
    if socket is None or not socket_folder.is_closed(socket, eier):
        raise no_server(
            f"mappen til sokkelen ({socket}) er borte eller kan åpnes av andre",
            "Stopp det som bruker databasen, vent noen sekunder, og prøv igjen",
        )
    valg = {"host": str(socket), "port": "5432", "requirepeer": name_of(eier), **FORBINDELSE}
    return f"postgresql://{EIER}@/{EIER}?{urlencode(valg, quote_via=quote)}"
