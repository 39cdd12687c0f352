"""A real mail server and a real web server on this machine, that keep what they are sent."""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from vigo_pipeline.engine import net_guard


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
def mail_server(**valg: Any) -> Iterator[Postkasse]:
    """Run a mail server. ``valg``: what aiosmtpd's Controller takes."""
    # The controller knocks on the port it was given, so it must be given a real one.
    with socket.create_server(("127.0.0.1", 0)) as ledig:
        kasse = Postkasse(port=ledig.getsockname()[1])
    tjener = Controller(kasse, hostname="127.0.0.1", port=kasse.port, **valg)
    tjener.start()
    yield kasse
    tjener.stop(no_assert=True)


def login_of(bruker: str, passord: str) -> dict[str, Any]:
    """Return the settings of a server that takes mail from one user only."""

    def ask(*alt: Any) -> AuthResult:
        gitt: LoginPassword = alt[-1]
        rett = (gitt.login, gitt.password) == (bruker.encode(), passord.encode())
        return AuthResult(success=rett, handled=False)

    return {"auth_required": True, "authenticator": ask}


def certificate(mappe: Path) -> tuple[ssl.SSLContext, Path]:
    """Return what a server at 127.0.0.1 shows, and the file of who vouches for it: itself."""
    noekkel = ec.generate_private_key(ec.SECP256R1())
    navn = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "eksempel.invalid")])
    sertifikat = (
        x509.CertificateBuilder(navn, navn, noekkel.public_key(), x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(noekkel, hashes.SHA256())
    )
    pem, hemmelig = mappe / "sertifikat.pem", mappe / "noekkel.pem"
    pem.write_bytes(sertifikat.public_bytes(serialization.Encoding.PEM))
    hemmelig.write_bytes(
        noekkel.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    kontekst = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    kontekst.load_cert_chain(pem, hemmelig)
    return kontekst, pem


@dataclass
class Nettsted:
    """What came by webhook. ``svar``: the status to answer with."""

    adresse: str = ""
    kall: list[dict[str, Any]] = field(default_factory=list)
    hoder: list[dict[str, str]] = field(default_factory=list)
    svar: int = 204


@contextmanager
def web_server() -> Iterator[Nettsted]:
    """Run a web server. It must be on this machine, where nothing is sent otherwise."""
    sted = Nettsted()
    lokalt = ip_network("127.0.0.0/8")

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
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(net_guard, "FORBUDTE", [n for n in net_guard.FORBUDTE if n != lokalt])
            yield sted
        tjener.shutdown()
