"""Who is answered: this machine's own browser, on a page of ours. Other sites' pages are not."""

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


class Vern:
    """Refuses what comes under another name or from another site; adds what browsers go by.

    A page elsewhere may make a browser send a form here, and a name elsewhere may lead here: the
    first tells where it is from, the second is not a name of this machine.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.verter = {f"{navn}:{port}" for navn in EGNE}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self._is_ours(Headers(scope=scope)):
            await PlainTextResponse(NEI, 403, headers=FAST)(scope, receive, send)
            return

        async def med_hoder(melding: Message) -> None:
            if melding["type"] == "http.response.start":
                MutableHeaders(scope=melding).update(FAST)
            await send(melding)

        await self.app(scope, receive, med_hoder)

    def _is_ours(self, hoder: Mapping[str, str]) -> bool:
        vert = hoder.get("host", "")
        fra, slag = hoder.get("origin"), hoder.get("sec-fetch-site", "none")
        return (
            vert in self.verter
            and fra in {None, f"http://{vert}"}
            and slag in {"same-origin", "none"}
        )
