"""Say that a port is taken before anything is started on it."""

import errno
import socket

from vigo_pipeline.engine.errors import VigoError

SISTE = 65_535


class PortTaken(VigoError):
    """Something else answers on the port, and would be taken for what is started."""


class NoPort(VigoError):
    """No port has the number."""


def demand_free(port: int, annen: str, vert: str = "127.0.0.1") -> None:
    """Refuse a port that something else listens on.

    Args:
        port: the port.
        annen: the command that takes another, up to the number.
        vert: the address that is to be listened on.

    Raises:
        NoPort: there is none of that number.
        PortTaken: something listens there.
    """
    if not 1 <= port <= SISTE:
        raise NoPort(f"{port} er ingen port: skriv et tall fra 1 til {SISTE}.")
    with socket.socket() as proeve:
        # As who listens does: a connection that was closed a moment ago is no hindrance.
        proeve.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            proeve.bind((vert, port))
        except OSError as feil:
            if feil.errno != errno.EADDRINUSE:
                raise
            raise PortTaken(f"Port {port} er opptatt. Velg en annen: {annen}{port + 1}") from None
