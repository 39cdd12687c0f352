"""What a comparison of two deliveries holds: tables of counts, with their schemas. No person."""

from dataclasses import dataclass

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.manifest import Manifest

# Before + new - gone + moved = after. A changed row is both before and after.
_ANTALL = [(n, pa.int64()) for n in ("foer", "nye", "fjernet", "flyttet", "etter", "endret")]
ENDRINGER = ("nye", "fjernet", "endret")

OVERSIKT = pa.schema([("hva", pa.string()), ("antall", pa.int64())])
AVSTEMMING = ("foer", "nye", "fjernet", "endret", "etter", "rest")
KONTROLL = pa.schema(
    [
        ("hva", pa.string()),
        ("variabel", pa.string()),
        *((n, pa.decimal128(38, 4)) for n in AVSTEMMING),
    ]
)
FORUTSETNINGER = pa.schema(
    [("hva", pa.string()), ("foer", pa.string()), ("etter", pa.string()), ("lik", pa.bool_())]
)
PER_FYLKE = pa.schema([("fylke", pa.string()), ("navn", pa.string()), *_ANTALL])
PER_SKOLE = pa.schema(
    [("fylke", pa.string()), ("skolenr", pa.string()), ("navn", pa.string()), *_ANTALL]
)
PER_PROGRAMOMRAADE = pa.schema([("programomraade", pa.string()), ("navn", pa.string()), *_ANTALL])
PER_KOLONNE = pa.schema([("kolonne", pa.string()), ("tittel", pa.string()), ("endret", pa.int64())])
OVERGANGER = pa.schema(
    [
        ("kolonne", pa.string()),
        ("foer", pa.string()),
        ("foer_navn", pa.string()),
        ("etter", pa.string()),
        ("etter_navn", pa.string()),
        ("antall", pa.int64()),
    ]
)
REGLER = pa.schema(
    [
        ("regel", pa.string()),
        ("alvor", pa.string()),
        ("tittel", pa.string()),
        ("foer", pa.int64()),
        ("etter", pa.int64()),
        ("endring", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Endring:
    """What changed from one published delivery to another of the same file.

    What changed most stands first in every table. ``fylke``: whose rows are counted; None is all.
    ``oversikt``: rows and persons that are new, gone, changed, unchanged. ``kontroll``: control
    totals before, what the rows that are new, gone and changed come to, after, and the rest, which
    is 0 when it adds up; the nation's totals are the manifests', a fylke's are of its rows and its
    rest is what has moved from or to another. ``forutsetninger``: what each was made by, and
    whether that is the same. ``overganger``: the most frequent old and new code of each column
    with a code list. ``regler``: of the nation; blank where a rule was not in force.
    """

    leveranse: Leveranse
    fra: Manifest
    til: Manifest
    fylke: str | None
    oversikt: pa.Table
    kontroll: pa.Table
    forutsetninger: pa.Table
    per_fylke: pa.Table
    per_skole: pa.Table
    per_programomraade: pa.Table
    per_kolonne: pa.Table
    overganger: pa.Table
    regler: pa.Table

    @property
    def antall(self) -> dict[str, int]:
        """Return the counts of ``oversikt`` by name."""
        return dict(
            zip(*(self.oversikt[k].to_pylist() for k in self.oversikt.column_names), strict=True)
        )

    @property
    def beroert(self) -> int:
        """Return the number of rows that are new, gone or changed."""
        return sum(self.antall[n] for n in ENDRINGER)


def named(manifest: Manifest) -> str:
    """Return a delivery's name for people, such as ``2025-2026, endelig, nr. 1``."""
    return f"{manifest.skoleaar}, {manifest.runde}, nr. {manifest.nr}"
