"""The page on a port of this machine, for as long as a test asks it."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from vigo_pipeline.nett.tjener import VERT, configured
from vigo_pipeline.nett.vern import Innlogging
from vigo_pipeline.sjekk.nett import arbeid
from vigo_pipeline.sjekk.nett.app import app

SKILLE = "grense"
SKJEMA = f"multipart/form-data; boundary={SKILLE}"


@contextmanager
def served(bak: Innlogging | None = None) -> Iterator[int]:
    """Serve the page, and give its port. ``bak``: the login that it is behind."""
    arbeid.prepare()
    with serving(lambda port: app(port, bak)) as port:
        yield port


@contextmanager
def serving(laget: Callable[[int], ASGIApp]) -> Iterator[int]:
    """Serve a page that is made for a port, and give the port."""
    with socket.socket() as ledig:
        ledig.bind((VERT, 0))
        port = int(ledig.getsockname()[1])
    server = uvicorn.Server(configured(laget(port), VERT, port))
    traad = threading.Thread(target=server.run, daemon=True)
    traad.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield port
    finally:
        server.should_exit = True
        traad.join(10)


def form(navn: str, data: bytes, felt: str = "filer") -> bytes:
    """Return a form with one file."""
    hode = f'--{SKILLE}\r\nContent-Disposition: form-data; name="{felt}"; filename="{navn}"'
    return f"{hode}\r\n\r\n".encode() + data + f"\r\n--{SKILLE}--\r\n".encode()


def field(navn: str, verdi: str) -> bytes:
    """Return what a form has before its file: a field, and what was chosen."""
    hode = f'--{SKILLE}\r\nContent-Disposition: form-data; name="{navn}"'
    return f"{hode}\r\n\r\n{verdi}\r\n".encode()


def ask(
    port: int, innhold: bytes | None = None, sti: str = "/", fra: str = VERT, **hoder: str
) -> tuple[int, str, http.client.HTTPMessage]:
    """Ask for the page, or send a form; return what it answers. ``fra``: our own address."""
    kanal = http.client.HTTPConnection(VERT, port, timeout=90, source_address=(fra, 0))
    fast = {"Host": f"127.0.0.1:{port}", "Content-Type": SKJEMA}
    om = fast | {n.replace("_", "-"): v for n, v in hoder.items()}
    kanal.request("GET" if innhold is None else "POST", sti, innhold, om)
    svar = kanal.getresponse()
    tekst = svar.read().decode("utf-8", "replace")
    kanal.close()
    return svar.status, tekst, svar.headers
