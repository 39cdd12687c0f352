"""Who is answered: a browser on this machine, or one that a login let in, on a page of ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vigo_pipeline.engine.errors import VigoError

EGNE = ("127.0.0.1", "localhost", "[::1]")
FAST = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
NEI = "Sida svarer bare på denne maskinen, og bare på det som er sendt fra sida selv."
IKKE_INNLOGGET = (
    "Sida svarer bare den som er logget inn, og bare på det som er sendt fra sida selv."
)


class NoLogin(VigoError):
    """Others are to reach the page, and no login is in front of it."""


@dataclass(frozen=True)
class Innlogging:
    """A login in front of the page: the address that others reach it by, and its header.

    Whoever gets past the login is told of in the header, so a request without it is nobody's.
    ``fra``: where the login itself comes from; from elsewhere the header says nothing. None named:
    only the login can reach the port.
    """

    adresse: str
    hode: str
    fra: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def demand(
        cls, adresse: str, hode: str | None, fra: tuple[IPv4Network | IPv6Network, ...] = ()
    ) -> "Innlogging":
        """Return it.

        Raises:
            NoLogin: the header is not set, or the address is not of a page over TLS.
        """
        deler = urlsplit(adresse)
        if deler.scheme != "https" or not deler.netloc or deler.path not in {"", "/"}:
            raise NoLogin(
                "--adresse: skriv adressen som andre når sida på, https://sida.eksempel.no."
            )
        if not hode:
            raise NoLogin(
                "Sida svarer bare på denne maskinen. Skal andre nå den, må den stå bak en "
                "innlogging, slik deploy/ har, og VIGO_INNLOGGET må si hvilket hode innloggingen "
                "forteller hvem det er i (X-Forwarded-Email)."
            )
        return cls(f"https://{deler.netloc}", hode, fra)

    def who(self, hoder: Mapping[str, str]) -> str:
        """Return who a request says that the login let in, blank when it says nobody."""
        return hoder.get(self.hode.lower(), "").strip()

    def comes_from(self, adresse: str) -> bool:
        """Say whether the login comes from an address."""
        if not self.fra:
            return True
        try:
            vert = ip_address(adresse)
        except ValueError:
            return False
        # A socket that takes both kinds has the old kind written as the new.
        egen = vert.ipv4_mapped if isinstance(vert, IPv6Address) and vert.ipv4_mapped else vert
        return any(egen in nett for nett in self.fra)


class Vern:
    """Refuses what comes under another name or from another site; adds what browsers go by.

    A page elsewhere may make a browser send a form here, and a name elsewhere may lead here: the
    first tells where it is from, the second is not a name of this machine.
    """

    def __init__(
        self,
        app: ASGIApp,
        port: int,
        bak: Innlogging | None = None,
        nektet: Callable[[Scope], None] = lambda _: None,
    ) -> None:
        """Protect a page. ``nektet``: told of each request that is refused, before it is."""
        self.app, self.bak, self.nektet = app, bak, nektet
        self.verter = {f"{navn}:{port}" for navn in EGNE}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        hoder = Headers(scope=scope)
        er_vaar = self._is_let_in(scope) if self.bak else self._is_ours(hoder)
        if not er_vaar:
            await run_in_threadpool(self.nektet, scope)
            await PlainTextResponse(IKKE_INNLOGGET if self.bak else NEI, 403, headers=FAST)(
                scope, receive, send
            )
            return

        async def med_hoder(melding: Message) -> None:
            if melding["type"] == "http.response.start":
                MutableHeaders(scope=melding).update(FAST)
            await send(melding)

        await self.app(scope, receive, med_hoder)

    def _is_let_in(self, scope: Scope) -> bool:
        """Say whether the login let it in, to our own address.

        The first page comes by way of the login, which is another site; a form never does.
        """
        hoder = Headers(scope=scope)
        if self.bak is None or not self.bak.who(hoder) or not self.bak.comes_from(address(scope)):
            return False
        vert, fra = hoder.get("host", ""), hoder.get("origin")
        if f"https://{vert}" != self.bak.adresse or fra not in {None, self.bak.adresse}:
            return False
        if scope["method"] in {"GET", "HEAD"}:
            return True
        return hoder.get("sec-fetch-site", "none") in {"same-origin", "none"}

    def _is_ours(self, hoder: Mapping[str, str]) -> bool:
        vert = hoder.get("host", "")
        fra, slag = hoder.get("origin"), hoder.get("sec-fetch-site", "none")
        return (
            vert in self.verter
            and fra in {None, f"http://{vert}"}
            and slag in {"same-origin", "none"}
        )


def address(scope: Scope) -> str:
    """Return the address that a request comes from."""
    return scope["client"][0] if scope.get("client") else ""
