"""Connections that lead nowhere but where ``net_guard`` lets them, whatever the name is called."""

import http.client
import socket
import urllib.request
from collections.abc import Sequence

from vigo_pipeline.engine.net_guard import ForbiddenAddress, forbidden, is_this_machine


def connect(
    sted: tuple[str, int],
    timeout: float | None = None,
    source_address: tuple[str, int] | None = None,
    *,
    egen_maskin: bool = False,
) -> socket.socket:
    """Return a connection to the first address of a name that answers.

    What is connected to is what was looked at: the name is not looked up again. ``egen_maskin``:
    this machine itself may be asked, since whoever asks has named it.

    Raises:
        ForbiddenAddress: the name leads, among others, where nothing is sent.
        OSError: none of them answers.
    """
    svar = socket.getaddrinfo(*sted, type=socket.SOCK_STREAM)
    adresser: Sequence[str] = [str(s[4][0]) for s in svar]
    if any(forbidden(a) and not (egen_maskin and is_this_machine(a)) for a in adresser):
        raise ForbiddenAddress
    feil: OSError = OSError("navnet har ingen adresse")
    for adresse in adresser:
        try:
            return socket.create_connection((adresse, sted[1]), timeout, source_address)
        except OSError as aarsak:
            feil = aarsak
    raise feil


class _Http(http.client.HTTPConnection):
    def connect(self) -> None:
        self._create_connection = connect
        super().connect()


class _Https(_Http, http.client.HTTPSConnection):
    """The same, with a certificate."""


class HttpHandler(urllib.request.HTTPHandler):
    """Opens http:// by ``connect``."""

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a request."""
        return self.do_open(_Http, req)


class HttpsHandler(urllib.request.HTTPSHandler):
    """Opens https:// by ``connect``; the certificate is held against the name."""

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Open a request."""
        return self.do_open(_Https, req)


# A proxy would look the name up for itself, so none is used.
DIRECT = (urllib.request.ProxyHandler({}), HttpHandler, HttpsHandler)
