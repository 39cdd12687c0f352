"""A headless Chromium over its own debugging protocol: what a page does, not how it is written."""

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from vigo_pipeline.engine.errors import VigoError

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PATIENCE = 60


class BrowserFailed(VigoError):
    """There is no browser, or it could not do what it was asked."""


class Nettleser:
    """One tab. ``hendelser``: what the browser has told since it was opened."""

    def __init__(self, kanal: ClientConnection) -> None:
        self.kanal, self.nr, self.oekt = kanal, 0, ""
        self.hendelser: list[dict[str, Any]] = []
        maal = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.oekt = self.call("Target.attachToTarget", targetId=maal, flatten=True)["sessionId"]
        for domene in ("Page", "Log", "Network", "Runtime"):
            self.call(f"{domene}.enable")

    def call(self, metode: str, **om: object) -> dict[str, Any]:
        """Ask for something and wait for the answer."""
        self.nr += 1
        om_oekt = {"sessionId": self.oekt} if self.oekt else {}
        self.kanal.send(json.dumps({"id": self.nr, "method": metode, "params": om} | om_oekt))
        while (svar := self._next()).get("id") != self.nr:
            self.hendelser.append(svar)
        if "error" in svar:
            raise BrowserFailed(f"{metode}: {svar['error']}")
        return dict(svar["result"])

    def open(self, adresse: str, bredde: int, hoeyde: int = 844) -> None:
        """Open a page in a window that is so wide, and wait until it is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            **{"width": bredde, "height": hoeyde, "deviceScaleFactor": 1, "mobile": bredde < 600},
        )
        self.hendelser.clear()
        self.call("Page.navigate", url=adresse)
        while not any(h.get("method") == "Page.loadEventFired" for h in self.hendelser):
            self.hendelser.append(self._next())

    def value(self, uttrykk: str) -> Any:
        """Return what an expression comes to on the page, at last when it is a promise."""
        valg = {"returnByValue": True, "awaitPromise": True}
        svar = self.call("Runtime.evaluate", expression=uttrykk, **valg)
        if "exceptionDetails" in svar:
            raise BrowserFailed(str(svar["exceptionDetails"]))
        return svar["result"].get("value")

    def picture(self) -> bytes:
        """Return what the window shows, as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def press(self, tast: str) -> None:
        """Press a key."""
        ekstra = {"text": "\r"} if tast == "Enter" else {}
        kode = {"Tab": 9, "Enter": 13, "ArrowRight": 39}[tast]
        for hva in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                **{"type": hva, "key": tast, "code": tast, "windowsVirtualKeyCode": kode},
                **(ekstra if hva == "keyDown" else {}),
            )

    def events(self, metode: str) -> list[dict[str, Any]]:
        """Return what the browser has told of one kind."""
        return [h["params"] for h in self.hendelser if h.get("method") == metode]

    def _next(self) -> dict[str, Any]:
        return dict(json.loads(self.kanal.recv(timeout=PATIENCE)))


@contextmanager
def browser(profil: Path) -> Iterator[Nettleser]:
    """Start Chromium with a profile of its own, and end it."""
    if not CHROMIUM:
        raise BrowserFailed("There is no Chromium here. On Debian: apt-get install chromium")
    valg = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    valg += ["--remote-debugging-port=0", "--no-first-run", f"--user-data-dir={profil}"]
    with subprocess.Popen(  # noqa: S603 -- the browser that is installed, with fixed arguments
        [CHROMIUM, *valg, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as prosess:
        try:
            port, sti = _address(profil / "DevToolsActivePort")
            adresse = f"ws://127.0.0.1:{port}{sti}"
            with connect(adresse, max_size=None, compression=None) as kanal:
                yield Nettleser(kanal)
        finally:
            prosess.kill()


def _address(fil: Path) -> list[str]:
    """Return the port and path that the browser writes once it listens."""
    for _ in range(PATIENCE * 10):
        if fil.exists() and len(linjer := fil.read_text().split()) == 2:
            return linjer
        time.sleep(0.1)
    raise TimeoutError("Chromium did not say where it listens")
