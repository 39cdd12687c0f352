"""Ports of this machine that nobody listens at."""

import socket
from contextlib import ExitStack


def free_port() -> int:
    return free_ports(1)[0]


def free_ports(antall: int) -> list[int]:
    """Return so many, each another."""
    with ExitStack() as stakk:
        sokler = [stakk.enter_context(socket.socket()) for _ in range(antall)]
        for sokkel in sokler:
            sokkel.bind(("127.0.0.1", 0))
        return [int(s.getsockname()[1]) for s in sokler]
