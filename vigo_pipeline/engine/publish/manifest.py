"""Manifests: what a published delivery is and what it was made by. Readers trust manifests only."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from vigo_pipeline.engine.settings import Modus
from vigo_pipeline.engine.store import Partisjon


class Manifest(BaseModel):
    """One published delivery. ``forrige`` is the sha256 of the rows it took earlier values from.

    ``modus``: a delivery made in ``test`` may hold synthetic persons; of an old one nobody knows.
    ``grunn``: why it was corrected after its round was closed. ``unntak``: the waivers that opened
    the gate. ``kjede``: the last hash of the ledger's chain at publishing, so that the ledger
    cannot be made anew behind what has left the house; of an old one nobody knows.
    ``avgivere_ventet``: who had to report, None in an old one; ``avgivere_utelatt``: those of the
    collection that the installation did not expect (VIGO_AVGIVERE).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    leveranse: str
    mottaker: str
    skoleaar: str
    runde: str
    nr: int
    fil: str
    fil_sha256: str
    rader: int
    rader_sha256: str
    kontrollsummer: dict[str, int | str]
    per_fylke: dict[str, int]
    regnskap: list[dict[str, object]]
    vannmerke: int
    forrige: str | None
    layout_versjon: str
    antatte_kolonner: list[str]
    ukjente_kolonner: str
    kontrakt: str
    regelsett: str
    kodeverk: str
    funn: dict[str, int]
    modus: Modus | None = None
    grunn: str | None = None
    unntak: list[dict[str, str | int]] = []
    kjede: str | None = None
    avgivere_ventet: list[str] | None = None
    avgivere_utelatt: list[str] = []

    @classmethod
    def read(cls, mappe: Path) -> Self:
        """Return the manifest of a published delivery."""
        return cls(**json.loads((mappe / "manifest.json").read_text("utf-8")))

    def expected(self, avgivere: Sequence[str]) -> bool:
        """Say whether these avgivere were expected; of an old manifest nobody knows."""
        return self.avgivere_ventet is None or self.avgivere_ventet == list(avgivere)

    def to_bytes(self) -> bytes:
        """Return the manifest as it is written: the same facts give the same bytes."""
        return (
            json.dumps(self.model_dump(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        ).encode()


def published(leveranser: Path, stamme: str, partisjon: Partisjon) -> list[Path]:
    """Return the folders of a partition's published deliveries, in number order."""
    mappe = partisjon.under(leveranser / stamme)
    return sorted(
        (p.parent for p in mappe.glob("*/manifest.json") if p.parent.name.isdigit()),
        key=lambda p: int(p.name),
    )
