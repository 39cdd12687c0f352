"""Ask VIGO Kodeverksbase, or a copy of it, for a table: within limits of size and time.

No redirect is followed and no proxy is used: what is asked is the address that somebody wrote.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from vigo_pipeline.engine import net_direct, net_guard
from vigo_pipeline.engine.kodeverk.answer import (
    Moved,
    Post,
    Side,
    UnreadableAnswer,
    put_together,
    read_page,
)
from vigo_pipeline.engine.kodeverk.export import KodeverkFeil

MIB = 1024 * 1024
BIT = 64 * 1024
# Too many at once, or something that passes on the server's side.
FORBIGAAENDE = frozenset({408, 425, 429, 500, 502, 503, 504})
HODER = {"Content-Type": "application/json", "Accept": "application/json"}


class SourceAway(KodeverkFeil):
    """The source gives no whole answer: it is away, too slow, too large or somewhere else."""


class _Passing(Exception):
    """Something that may be gone the next time. Its text is for a person."""


class _Silent(_Passing):
    """The machine itself does not answer, so it gives no other table either."""


@dataclass(frozen=True)
class Grenser:
    """How much the source is given.

    ``per_side``: records asked for at a time; the source gives 2000 at most. ``bytes_``: of one
    answer. ``rader``: of a table. ``sekunder``: for one answer, from the call to its last byte.
    ``i_alt``: for a table, waits included. ``vent``: seconds before each new try.
    """

    per_side: int = 2000
    bytes_: int = 64 * MIB
    rader: int = 200_000
    sekunder: float = 60
    i_alt: float = 600
    vent: tuple[float, ...] = (1, 5, 25)


@dataclass
class Watch:
    """What may be connected to, and the connections that are cut when their time is out."""

    egen_maskin: bool
    aapne: list[socket.socket] = field(default_factory=list)

    def connect(self, con: HTTPConnection) -> socket.socket:
        """Return a connection; raises as ``net_direct.connect`` does."""
        tid = con.timeout if isinstance(con.timeout, int | float) else None
        ut = net_direct.connect((con.host, con.port), tid, egen_maskin=self.egen_maskin)
        # Another handle of the same: TLS takes this one over, and an answer may close it.
        self.aapne.append(ut.dup())
        return ut

    @contextmanager
    def within(self, sekunder: float) -> Iterator[threading.Event]:
        """Cut what is open when the time is out, whatever is being waited for; says that it was."""
        ute = threading.Event()

        def cut() -> None:
            ute.set()
            for forbindelse in self.aapne:
                with suppress(OSError):
                    forbindelse.shutdown(socket.SHUT_RDWR)

        vekker = threading.Timer(sekunder, cut)
        vekker.daemon = True
        vekker.start()
        try:
            yield ute
        finally:
            vekker.cancel()
            vekker.join()
            for forbindelse in self.aapne:
                forbindelse.close()


class _Http(HTTPConnection):
    def __init__(self, *args: Any, vakt: Watch, **valg: Any) -> None:
        super().__init__(*args, **valg)
        self.vakt = vakt

    def _new_conn(self) -> socket.socket:
        return self.vakt.connect(self)


class _Https(_Http, HTTPSConnection):
    """The same, with a certificate."""


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


@dataclass
class Source:
    """The source at an address, ``https://kodeverk.vigo.no``. ``sov`` and ``klokke``: for waits.

    ``taus``: that its machine does not answer, in words, when a table has been asked for in vain.
    """

    adresse: str
    grenser: Grenser = Grenser()
    sov: Callable[[float], None] = time.sleep
    klokke: Callable[[], float] = time.monotonic
    taus: str = ""

    def fetch(self, tabell: str) -> list[Post]:
        """Return all records of a table.

        Raises:
            SourceAway: there is no whole answer within the limits.
            KodeverkFeil: what comes is no table, or changes while it comes, twice.
        """
        frist = self.klokke() + self.grenser.i_alt
        try:
            return put_together(tabell, self._pages(tabell, frist))
        except Moved:
            # Records come and go by day; the next time its pages fit together.
            return put_together(tabell, self._pages(tabell, frist))

    def _pages(self, tabell: str, frist: float) -> Iterator[Side]:
        sett, nr = 0, 0
        while True:
            side = self._page(tabell, nr, frist)
            yield side
            sett, nr = sett + len(side.poster), nr + 1
            if side.i_alt > self.grenser.rader or sett > self.grenser.rader:
                raise SourceAway(
                    f"{tabell}: har {side.i_alt} poster, flere enn de {self.grenser.rader} som "
                    "hentes."
                )
            if sett >= side.i_alt or not side.poster:
                return

    def _page(self, tabell: str, nr: int, frist: float) -> Side:
        """Return a page, asked for again after longer and longer waits while it may help."""
        if self.taus:
            raise SourceAway(f"{tabell}: {self.taus}, og ble ikke spurt igjen.")
        for vent in (*self.grenser.vent, None):
            try:
                return read_page(tabell, self._ask(tabell, nr, frist))
            except (_Passing, UnreadableAnswer) as feil:
                hva = str(feil).removeprefix(f"{tabell}: ").rstrip(".")
                taus = hva if isinstance(feil, _Silent) else ""
            if vent is None or self.klokke() + vent >= frist:
                break
            self.sov(vent)
        self.taus = taus
        raise SourceAway(
            f"{tabell}: side {nr + 1} kom ikke, heller ikke da vi prøvde igjen: {hva}."
        )

    def _ask(self, tabell: str, nr: int, frist: float) -> bytes:
        tid = min(self.grenser.sekunder, frist - self.klokke())
        if tid <= 0:
            raise _Passing("tida er ute")
        vert = urlsplit(self.adresse).hostname or ""
        vakt = Watch(net_guard.is_this_machine(vert))
        with vakt.within(tid) as ute, self._pool(vakt, tid) as pool:
            feil: Exception | None = None
            try:
                svar = self._answer(pool, tabell, nr)
            except (urllib3.exceptions.HTTPError, OSError) as aarsak:
                feil = aarsak
            # An answer whose end is not told looks whole when it is cut.
            if ute.is_set():
                raise _Passing(f"svaret var ikke helt etter {tid:.1f} sekunder")
            if feil is not None:
                raise _told(tabell, vert, feil)
            return svar

    def _answer(self, pool: urllib3.HTTPConnectionPool, tabell: str, nr: int) -> bytes:
        sti = f"{urlsplit(self.adresse).path.rstrip('/')}/api/{tabell}"
        svar = pool.urlopen(
            "POST",
            f"{sti}?page={nr}&size={self.grenser.per_side}",
            body=b"[]",
            headers=HODER | {"User-Agent": f"vigo-pipeline/{version('vigo-pipeline')}"},
            preload_content=False,
            decode_content=False,
        )
        _demand_ok(tabell, svar.status)
        innhold = bytearray()
        # A little at a time: what is too large is not waited for.
        while bit := svar.read1(BIT):
            innhold += bit
            if len(innhold) > self.grenser.bytes_:
                raise SourceAway(
                    f"{tabell}: svaret er større enn {self.grenser.bytes_ / MIB:.0f} MiB."
                )
        return bytes(innhold)

    @contextmanager
    def _pool(self, vakt: Watch, tid: float) -> Iterator[urllib3.HTTPConnectionPool]:
        deler = urlsplit(self.adresse)
        slag = _HttpsPool if deler.scheme == "https" else _HttpPool
        # A class of connection of its own takes what the pool does not know.
        pool = slag(
            deler.hostname or "",
            deler.port,
            timeout=urllib3.Timeout(connect=min(10, tid), read=tid),
            retries=False,
            vakt=vakt,
        )
        try:
            yield pool
        finally:
            pool.close()


def _demand_ok(tabell: str, status: int) -> None:
    if status in FORBIGAAENDE:
        raise _Passing(f"kilden svarte {status}")
    if 300 <= status < 400:
        raise SourceAway(
            f"{tabell}: kilden svarte {status} og viser videre. Videre går vi ikke: skriv adressen "
            "som den er."
        )
    if status != 200:
        raise SourceAway(f"{tabell}: kilden svarte {status}.")


def _told(tabell: str, vert: str, feil: Exception) -> Exception:
    """Return what went wrong in our words: a library's own may quote what came."""
    aarsaker = [feil, *(a for a in feil.args if isinstance(a, Exception))]
    if any(isinstance(a, net_guard.ForbiddenAddress) for a in aarsaker):
        return SourceAway(
            f"{tabell}: {vert} leder til denne maskinen selv eller til et nett som ingenting "
            "hentes fra."
        )
    if isinstance(feil, urllib3.exceptions.SSLError):
        return SourceAway(f"{tabell}: {vert} har ikke et sertifikat som kan godtas.")
    borte = (socket.gaierror, ConnectionRefusedError, urllib3.exceptions.ConnectTimeoutError)
    if any(isinstance(a, borte) for a in aarsaker):
        return _Silent(f"{vert} svarer ikke")
    return _Passing(f"forbindelsen til {vert} falt")
