"""What is done in a small home by the code of a release: the two rounds of an October."""

import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from vigo_pipeline.engine.clock import today

# Who reports there, the flow, and its rounds.
AVGIVERE = ("03", "18")
SKOLEAAR, FOERSTE, ENDELIG = "2025-2026", "1-levering", "endelig"
LEVERANSER = ("ssbelev", "ssbelevfag")
GODKJENNER = ("--hvem", "Gunn Godkjenner")
# The rule that a rejected file breaks, and for how long it is waived.
REGEL, VARER = "MOT-002", timedelta(days=90)
# What stands there when a release calls its flows by their collections.
SAMLINGENS_NAVN = "0015_flytnavn.py"
FNR = re.compile(rb"\b\d{11}\b")


class Failed(Exception):
    """A command of a release did not end as it should."""


class Utgave:
    """A release's own code, run by the packages of today on a home and a database of its own."""

    def __init__(self, kode: Path, hjem: Path, url: str, pakker: Path | None) -> None:
        self._kode, self.hjem = kode, hjem
        egne = [kode, *([pakker.resolve()] if pakker else [])]
        self._env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(map(str, egne)),
            "PYTHONPYCACHEPREFIX": str(kode.with_name("pyc")),
            "HOME": str(kode),
            "COLUMNS": "200",
            "VIGO_HOME": str(hjem),
            "VIGO_DATABASE_URL": url,
            "VIGO_AVGIVERE": ",".join(AVGIVERE),
            "VIGO_BRUKER": "Nattkjøringen",
        }
        self.har = set(re.findall(r"^│ ([a-z-]+) ", self("--help"), re.MULTILINE))
        self.kjoer = "kjoer" if "kjoer" in self.har else "kjor"
        self.flyt = "oktober" if any(kode.rglob(SAMLINGENS_NAVN)) else LEVERANSER[0]

    def __call__(self, *ord_: str, ellers: int = 0, inn: str = "") -> str:
        """Run a command; return what it says.

        ``ellers``: what else than well (0) or with warnings (1) it may end with.

        Raises:
            Failed: it ended otherwise.
        """
        start = "from vigo_pipeline.cli import main; main()"
        svar = subprocess.run(  # noqa: S603 -- this interpreter and the code of a release
            [sys.executable, "-c", start, *ord_],
            cwd=self._kode,
            env=self._env,
            input=inn,
            text=True,
            capture_output=True,
        )
        if svar.returncode not in {0, 1, ellers}:
            raise Failed(f"{' '.join(ord_)}: {svar.returncode}\n{svar.stdout}{svar.stderr}")
        return svar.stdout


def live(vigo: Utgave) -> list[str]:
    """Drop files, deliver a round, send it, let a file be rejected; return what could be done."""
    sted = ("--skoleaar", SKOLEAAR, "--runde", FOERSTE)
    vigo("syntetisk", str(vigo.hjem), *sted, "--andel", "0.001")
    inn = vigo.hjem / "inn" / SKOLEAAR
    for mappe in (inn / FOERSTE).iterdir():
        if mappe.name not in AVGIVERE:
            shutil.rmtree(mappe)
    # In the last round they deliver the same once more.
    shutil.copytree(inn / FOERSTE, inn / ENDELIG)
    gjort = [_first_round(vigo), *_last_round(vigo)]
    if "person" in vigo.har:
        fil = min((inn / FOERSTE / AVGIVERE[0]).glob("*.txt"))
        fnr = FNR.search(fil.read_bytes())
        hvem = ("--hvem", GODKJENNER[1], "--grunn", "Innsynskrav 12/345")
        vigo("person", *hvem, inn=fnr.group().decode() if fnr else "")
        gjort.append("a card of a person")
    return gjort


def _first_round(vigo: Utgave) -> str:
    """Deliver it; approve, send and acknowledge it, or close it, or leave it there."""
    sted = ("--skoleaar", SKOLEAAR, "--runde", FOERSTE)
    vigo(vigo.kjoer, vigo.flyt, *sted)
    if "godkjenn" not in vigo.har:
        for leveranse in LEVERANSER if "lukk" in vigo.har else ():
            vigo("lukk", leveranse, *sted)
        return "closed" if "lukk" in vigo.har else "delivered"
    for ord_ in (("godkjenn", *GODKJENNER), ("send",), ("kvitter", *GODKJENNER)):
        for leveranse in LEVERANSER:
            siste = ("--kvittering", "K-1") if ord_[0] == "kvitter" else ()
            for mottaker in _receivers(vigo) if siste else ((),):
                vigo(ord_[0], leveranse, *sted, *ord_[1:], *siste, *mottaker)
    return "acknowledged"


def _receivers(vigo: Utgave) -> tuple[tuple[str, ...], ...]:
    ord_ = "--mottaker" in vigo("kvitter", "--help")
    return tuple(("--mottaker", m) for m in ("SSB", "Udir")) if ord_ else ((),)


def _last_round(vigo: Utgave) -> list[str]:
    """Let a file be rejected, so that the gate is shut, and waive that where it can be."""
    fil = min((vigo.hjem / "inn" / SKOLEAAR / ENDELIG / AVGIVERE[-1]).glob("*.txt"))
    fil.write_bytes(fil.read_bytes() + b"XX~feil\n")
    sted = ("--skoleaar", SKOLEAAR, "--runde", ENDELIG)
    vigo(vigo.kjoer, vigo.flyt, *sted, ellers=2)
    if "unntak" not in vigo.har:
        return ["a rejected file"]
    til = "--gjelder-til" if "--gjelder-til" in vigo("unntak", "gi", "--help") else "--til"
    varer = (til, str(today() + VARER))
    hva = ("--fylke", AVGIVERE[-1], "--antall", "1", "--grunn", "Rettes i uke 48")
    for nr, leveranse in enumerate((LEVERANSER[0], *LEVERANSER)):
        vigo("unntak", "gi", leveranse, REGEL, *sted, *hva, *varer, *GODKJENNER)
        if not nr:
            vigo("unntak", "trekk", "1", *GODKJENNER)
    return ["a rejected file", "waivers"]
