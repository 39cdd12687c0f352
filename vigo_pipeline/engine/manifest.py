"""Manifests: what a published delivery is and what it was made by.

Readers trust those that the ledger has, and nothing else on disk.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import Field, StrictBool, ValidationError, field_validator, model_validator

from vigo_pipeline.contract.spesifikasjon import Leveranse, in_words
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.settings import Modus

NAVN = "manifest.json"
RADER = "rader.parquet"
# Where rows of no fylke are counted.
UKJENT = "ukjent"


class BrokenManifest(VigoError):
    """What lies where a manifest should is not one."""


class Manifest(Strict):
    """One published delivery. ``forrige`` is the sha256 of the rows it took earlier values from.

    ``radfil_sha256``: of the rows in the file beside it, which the next round is made from; an old
    delivery does not say. ``modus``: a delivery made in ``test`` may hold synthetic persons; of an
    old one nobody knows. ``grunn``: why it was corrected after its round was closed. ``unntak``:
    the waivers that opened the gate. ``kjede``: the last hash of the ledger's chain at publishing,
    so that the ledger cannot be made anew behind what has left the house; of an old one nobody
    knows. ``avgivere_ventet``: who had to report, None in an old one; ``avgivere_utelatt``: those
    of the collection that the installation did not expect (VIGO_AVGIVERE).
    ``krever_godkjenning``: whether it had to be approved before it was sent, None in an old one.
    ``port``: the sha256 of each file beside it with what the gate found; none in an old one.
    ``privatister``: whose were counted pr 01.10 (VIGO_PRIVATISTER); all in an old one.
    ``mottakere``: who it went to; an old one names one, as ``mottaker``.
    """

    leveranse: str
    mottakere: list[str]
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
    radfil_sha256: str | None = None
    unntak: list[dict[str, str | int]] = Field(default_factory=list)
    kjede: str | None = None
    avgivere_ventet: list[str] | None = None
    avgivere_utelatt: list[str] = Field(default_factory=list)
    krever_godkjenning: StrictBool | None = None
    port: dict[str, str] = Field(default_factory=dict)
    privatister: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_receiver_of_an_old_one(cls, felt: Any) -> Any:
        if not isinstance(felt, dict) or "mottaker" not in felt or "mottakere" in felt:
            return felt
        uten = {navn: verdi for navn, verdi in felt.items() if navn != "mottaker"}
        return uten | {"mottakere": [felt["mottaker"]]}

    @field_validator("per_fylke")
    @classmethod
    def _one_word_for_unknown(cls, per_fylke: dict[str, int]) -> dict[str, int]:
        # Until 2026 rows of no fylke were counted under the name of nothing in Python.
        return {UKJENT if f == "None" else f: n for f, n in per_fylke.items()}

    @classmethod
    def read(cls, mappe: Path) -> Self:
        """Return the manifest in a folder, whoever has written it.

        Raises:
            BrokenManifest: it is not a manifest.
        """
        return cls.parse((mappe / NAVN).read_bytes(), mappe)

    @classmethod
    def parse(cls, innhold: bytes, mappe: Path) -> Self:
        """Return the manifest that bytes are. ``mappe``: where they were found.

        Raises:
            BrokenManifest: they are not a manifest.
        """
        try:
            return cls.model_validate_json(innhold)
        except ValidationError as feil:
            raise BrokenManifest(
                f"{mappe / NAVN} er ikke et manifest ({feil.error_count()} feil). Mappa er skadet, "
                "eller lagt dit av noen. Hent den fra sikkerhetskopien, eller ta den bort hvis "
                "den ikke står i hovedboka («vigo verifiser»)."
            ) from None

    def expected(self, avgivere: Sequence[str]) -> bool:
        """Say whether these avgivere were expected; of an old manifest nobody knows."""
        return self.avgivere_ventet is None or self.avgivere_ventet == list(avgivere)

    def goes_as(self, leveranse: Leveranse) -> bool:
        """Say whether it went by the name, and to the receivers, that the spec says now."""
        return (self.fil, self.mottakere) == (leveranse.fil.navn, [*leveranse.mottakere])

    @property
    def til(self) -> str:
        """Return in words who it went to."""
        return in_words(self.mottakere)

    def approval(self, krever_godkjenning: bool) -> bool:
        """Say whether it has to be approved; an old manifest goes by what the spec says now."""
        return krever_godkjenning if self.krever_godkjenning is None else self.krever_godkjenning

    def to_bytes(self) -> bytes:
        """Return the manifest as it is written: the same facts give the same bytes."""
        return (
            json.dumps(self.model_dump(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        ).encode()
