"""A real mail server and a real web server on this machine, that keep what they are sent."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postkasse:
    """What came by mail. ``avvis``: refuse it. ``brudd``: take it, then never answer."""

    port: int
    brev: list[EmailMessage] = field(default_factory=list)
    kom: threading.Event = field(default_factory=threading.Event)
    avvis: str = ""
    brudd: bool = False

    async def handle_DATA(self, _: SMTP, __: Session, konvolutt: Envelope) -> str:  # noqa: N802
        if self.avvis:
            return self.avvis
        self.brev.append(message_from_bytes(konvolutt.content or b"", policy=policy.default))  # type: ignore[arg-type]
        self.kom.set()
        if self.brudd:
            await asyncio.sleep(60)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Postkasse]:
    # The controller knocks on the port it was given, so it must be given a real one.
    with socket.create_server(("127.0.0.1", 0)) as ledig:
        kasse = Postkasse(port=ledig.getsockname()[1])
    tjener = Controller(kasse, hostname="127.0.0.1", port=kasse.port)
    tjener.start()
    yield kasse
    tjener.stop(no_assert=True)


@dataclass
class Nettsted:
    """What came by webhook. ``svar``: the status to answer with."""

    adresse: str = ""
    kall: list[dict[str, Any]] = field(default_factory=list)
    hoder: list[dict[str, str]] = field(default_factory=list)
    svar: int = 204


@contextmanager
def web_server() -> Iterator[Nettsted]:
    sted = Nettsted()

    class Mottak(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            innhold = self.rfile.read(int(self.headers["Content-Length"]))
            sted.kall.append(json.loads(innhold))
            sted.hoder.append(dict(self.headers.items()))
            self.send_response(sted.svar)
            self.send_header("Location", "/annet")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Mottak) as tjener:
        sted.adresse = f"http://127.0.0.1:{tjener.server_port}/hemmelig-bit"
        threading.Thread(target=tjener.serve_forever, daemon=True).start()
        yield sted
        tjener.shutdown()
