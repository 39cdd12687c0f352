"""Axe-core, asked of pages in the browser: what it says is against WCAG 2.1 on level A and AA.

It finds a part of what may be wrong; what it cannot decide is no finding.
"""

import json
from importlib.resources import files

from vigo_pipeline.maintain.nettleser import Nettleser
from vigo_pipeline.reports.parts.tilgjengelighet import AVSTAND, BRED, NIVAA, SMAL

AXE = (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
SPOER = (
    "axe.run(document, "
    + json.dumps({"runOnly": NIVAA, "resultTypes": ["violations"]})
    + ").then((svar) => svar.violations.flatMap((v) => "
    "v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`)))"
)
# Not the window's own width: on a phone it grows with what is too wide.
OVER_KANTEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# The rows of a table are alike, and a page with a thousand of them takes long.
FAA_RADER = (
    "document.querySelectorAll('tbody').forEach("
    "(del) => [...del.rows].slice(12).forEach((rad) => rad.remove()))"
)
AVSTANDER = (
    f"document.head.append(Object.assign(document.createElement('style'), "
    f"{{textContent: {json.dumps(AVSTAND)}}}))"
)


def accused(leser: Nettleser, adresse: str) -> list[str]:
    """Return what is wrong with a page: wide, narrow, and in the colours of its reader."""
    ut = []
    for bredde, alle in ((BRED, ("none", "active")), (SMAL, ("none",))):
        leser.open(adresse, bredde)
        leser.value(f"{AXE}; {FAA_RADER}")
        # A reader may choose colours while a page is open, and it is not read in again.
        for farger in alle:
            leser.call("Emulation.setEmulatedMedia", features=in_colours(farger))
            ut += [f"{bredde} {farger}: {funn}" for funn in leser.value(SPOER)]
        leser.call("Emulation.setEmulatedMedia", features=[])
    for hva, gjoer in (("smal", "0"), ("med avstander", AVSTANDER)):
        leser.value(f"void ({gjoer})")
        if (over := leser.value(OVER_KANTEN)) > 0:
            ut.append(f"{hva}: {over} piksler går ut over kanten")
    return ut


def in_colours(farger: str) -> list[dict[str, str]]:
    return [{"name": "forced-colors", "value": farger}]
