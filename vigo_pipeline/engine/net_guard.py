"""Where nothing is sent to or asked of: this machine itself, or what hands out its secrets.

Private networks are not among them: a receiver of alerts, or a copy of the code lists, is often in
the house.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

FORBUDTE = tuple(
    ip_network(nett)
    for nett in (
        *("0.0.0.0/8", "::/128"),  # nowhere: many systems take it for themselves
        *("127.0.0.0/8", "::1/128"),  # this machine
        *("169.254.0.0/16", "fe80::/10"),  # the nearest link, with most clouds' metadata
        *("224.0.0.0/4", "ff00::/8", "240.0.0.0/4"),  # to many, or to none
        # Metadata of AWS by IPv6, of Alibaba, of Oracle, and what serves Azure's machines.
        *("fd00:ec2::/32", "100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32"),
    )
)
# The last 32 bits are an address of IPv4.
_OVERSATT = (ip_network("64:ff9b::/96"), ip_network("::/96"))
_LOKALE_NAVN = ("localhost", "localhost.localdomain", "metadata.google.internal")


class ForbiddenAddress(OSError):
    """A name leads to an address that nothing is sent to."""


def forbidden(adresse: str) -> bool:
    """Say whether nothing is sent to an address.

    >>> [forbidden(a) for a in ("169.254.169.254", "::ffff:127.0.0.1", "10.0.0.1", "fe80::1%eth0")]
    [True, True, False, True]

    Raises:
        ValueError: it is not an address of IP.
    """
    ip = _innermost(ip_address(adresse.partition("%")[0]))
    return any(ip in nett for nett in FORBUDTE)


def names_forbidden(url: str) -> bool:
    """Say whether an address of the web says by itself that it leads where nothing is sent."""
    try:
        vert = (urlsplit(url).hostname or "").rstrip(".").lower()
        return forbidden("127.0.0.1" if vert in _LOKALE_NAVN else vert)
    except ValueError:
        return False


def is_this_machine(vert: str) -> bool:
    """Say whether a host is this machine by the very name or number that is written.

    >>> [is_this_machine(v) for v in ("127.0.0.1", "localhost", "::1", "kopi.example.org")]
    [True, True, True, False]
    """
    try:
        return vert.lower() == "localhost" or ip_address(vert).is_loopback
    except ValueError:
        return False


def _innermost(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv6Address):
        indre = ip.ipv4_mapped or ip.sixtofour
        if indre is None and any(ip in nett for nett in _OVERSATT) and int(ip) > 1:
            indre = IPv4Address(int(ip) & 0xFFFFFFFF)
        return indre or ip
    return ip
