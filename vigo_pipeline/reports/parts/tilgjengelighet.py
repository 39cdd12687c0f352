"""How the pages are tried for everybody to reach, as the statement says it and the tests do it."""

from collections.abc import Mapping
from typing import Any

from vigo_pipeline.engine.settings import Innstillinger

FIL = "tilgjengelighet.html"
# In pixels: a screen, and as narrow as WCAG 2.1 asks for (1.4.10).
BRED, SMAL = 1400, 320
# The rules that axe-core goes by, as it calls them: WCAG 2.1 on level A and AA.
NIVAA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa")
# What a reader may set for the distances of a text (1.4.12).
AVSTAND = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; "
    "word-spacing: .16em !important } p { margin-bottom: 2em !important }"
)


def statement(oppsett: Innstillinger) -> Mapping[str, Any]:
    """Return what the statement says that is not the same everywhere."""
    return {
        "kontakt": oppsett.tilgjengelighet_kontakt,
        "vurdert": oppsett.tilgjengelighet_dato,
        "bred": BRED,
        "smal": SMAL,
    }
