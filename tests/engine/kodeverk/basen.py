"""A code base of our own on this machine: a real server that behaves well, or badly on demand."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Poster = list[dict[str, Any]]
Svar = Callable[["Kall"], None]


@dataclass
class Basen:
    """The tables that are served, and how each is answered when not well. ``kall``: calls."""

    adresse: str = ""
    tabeller: dict[str, Poster] = field(default_factory=dict)
    svar: dict[str, Svar] = field(default_factory=dict)
    kall: Counter[str] = field(default_factory=Counter)


@dataclass
class Kall:
    """One call: its table, page and number, and what a good answer to it is."""

    tjener: BaseHTTPRequestHandler
    tabell: str
    side: int
    nr: int
    godt: bytes

    def send(self, innhold: bytes, status: int = 200, lengde: int | None = None, **hoder: str):  # type: ignore[no-untyped-def]
        self.tjener.send_response(status)
        self.tjener.send_header("Content-Length", str(len(innhold) if lengde is None else lengde))
        for navn, verdi in hoder.items():
            self.tjener.send_header(navn, verdi)
        self.tjener.end_headers()
        self.tjener.wfile.write(innhold)


def well(kall: Kall) -> None:
    kall.send(kall.godt)


def away_then_well(ganger: int, status: int = 500) -> Svar:
    def svar(kall: Kall) -> None:
        if kall.nr <= ganger:
            kall.send(b"feil", status)
        else:
            well(kall)

    return svar


def cut(kall: Kall) -> None:
    """Break off in the middle of a page."""
    kall.send(kall.godt[: len(kall.godt) // 2], lengde=len(kall.godt))


def cut_once(kall: Kall) -> None:
    if kall.nr == 1:
        cut(kall)
    else:
        well(kall)


def slow(kall: Kall) -> None:
    """Send a byte now and then: no single wait is long."""
    kall.tjener.send_response(200)
    kall.tjener.send_header("Content-Length", str(len(kall.godt)))
    kall.tjener.end_headers()
    for nr in range(len(kall.godt)):
        kall.tjener.wfile.write(kall.godt[nr : nr + 1])
        time.sleep(0.05)


def slow_headers(kall: Kall) -> None:
    """Never come to the end of what stands before the answer."""
    kall.tjener.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for nr in range(50):
        kall.tjener.wfile.write(f"X-{nr}: venter\r\n".encode())
        time.sleep(0.05)


def elsewhere(sted: str) -> Svar:
    return lambda kall: kall.send(b"", 302, Location=sted)


def always(innhold: object) -> Svar:
    raa = innhold if isinstance(innhold, bytes) else json.dumps(innhold).encode()
    return lambda kall: kall.send(raa)


def first_page_only(kall: Kall) -> None:
    """Answer every page with the first."""
    poster = kall.tjener.server.basen.tabeller[kall.tabell]  # type: ignore[attr-defined]
    antall = int(parse_qs(urlsplit(kall.tjener.path).query)["size"][0])
    kall.send(json.dumps({"content": poster[:antall], "totalElements": len(poster)}).encode())


@contextmanager
def code_base(**tabeller: Poster) -> Iterator[Basen]:
    """Run a code base. ``tabeller``: by name with _ for -."""
    basen = Basen(tabeller={navn.replace("_", "-"): p for navn, p in tabeller.items()})

    class Mottak(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            deler = urlsplit(self.path)
            tabell = deler.path.removeprefix("/api/")
            if tabell not in basen.tabeller:
                self.send_error(404)
                return
            basen.kall[tabell] += 1
            valg = {k: int(v[0]) for k, v in parse_qs(deler.query).items()}
            fra, poster = valg["page"] * valg["size"], basen.tabeller[tabell]
            godt = {"content": poster[fra : fra + valg["size"]], "totalElements": len(poster)}
            kall = Kall(self, tabell, valg["page"], basen.kall[tabell], json.dumps(godt).encode())
            try:
                basen.svar.get(tabell, well)(kall)
            except OSError:
                # Whoever asked has gone.
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Mottak) as tjener:
        tjener.basen = basen  # type: ignore[attr-defined]
        basen.adresse = f"http://127.0.0.1:{tjener.server_port}"
        threading.Thread(target=tjener.serve_forever, args=(0.01,), daemon=True).start()
        yield basen
        tjener.shutdown()
