"""Deliveries of a test's own: rows written by hand, published as if the gate had let them out."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.engine.derive.recipe import promised_schema
from vigo_pipeline.engine.manifest import Manifest
from vigo_pipeline.engine.publish.told import per_fylke, totals
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import Partisjon, write_bytes, write_table

SSBELEV = Register.installed().leveranse("ssbelev")
REGLER = Register.installed().regler("leveranser", "ssbelev", "2025-2026")
FOERSTE = Partisjon("2025-2026", "1-levering")
ENDELIG = Partisjon("2025-2026", "endelig")
I_FJOR = Partisjon("2024-2025", "endelig")
OSLO, BODOE = "03072", "18014"
Rad = dict[str, object]


def rows(tekst: str) -> list[Rad]:
    """Return the rows of a table drawn with spaces: headings first, a dash is blank."""
    overskrift, *linjer = [linje.split() for linje in tekst.strip().splitlines()]
    return [
        {k: None if v == "-" else v for k, v in zip(overskrift, linje, strict=True)}
        for linje in linjer
    ]


def draw(tabell: pa.Table, *kolonner: str) -> str:
    """Return a table as text, as ``rows`` reads it."""
    navn = list(kolonner) or tabell.column_names
    verdier = [
        navn,
        *(["-" if r[k] is None else str(r[k]) for k in navn] for r in tabell.to_pylist()),
    ]
    bredder = [max(len(v[i]) for v in verdier) for i in range(len(navn))]
    return "\n".join(
        " ".join(c.ljust(b) for c, b in zip(v, bredder, strict=True)).rstrip() for v in verdier
    )


def to_table(rader: Iterable[Mapping[str, object]], leveranse: Leveranse = SSBELEV) -> pa.Table:
    """Return rows as a delivery holds them: sorted by key, numbered, all columns."""
    felt = promised_schema(leveranse)
    ordnet = sorted(rader, key=lambda r: [str(r.get(n)) for n in leveranse.noekkel])
    kolonner = {
        f.name: pa.array([r.get(f.name) for r in ordnet], pa.string()).cast(f.type)
        for f in list(felt)[1:]
    }
    return pa.table({"rad": pa.array(range(1, len(ordnet) + 1), pa.int64()), **kolonner}, felt)


def deliver(
    hjem: Path,
    partisjon: Partisjon,
    rader: Iterable[Mapping[str, object]],
    *,
    nr: int = 1,
    **ellers: object,
) -> Path:
    """Publish rows of ssbelev in a folder, and return it."""
    tabell = to_table([{"skoleaar": partisjon.skoleaar.replace("-", "")} | r for r in rader])
    mappe = partisjon.under(hjem / "leveranser" / SSBELEV.stamme) / str(nr)
    fakta = {
        "leveranse": SSBELEV.stamme,
        "mottaker": "SSB",
        "skoleaar": partisjon.skoleaar,
        "runde": partisjon.runde,
        "nr": nr,
        "fil": SSBELEV.fil.navn,
        "fil_sha256": "",
        "rader": tabell.num_rows,
        "rader_sha256": "",
        "kontrollsummer": totals(SSBELEV, tabell),
        "per_fylke": per_fylke(tabell),
        "regnskap": [],
        "vannmerke": 1,
        "forrige": None,
        "layout_versjon": "antatt-2026-11",
        "antatte_kolonner": [],
        "modus": "test",
        "ukjente_kolonner": "antatt",
        "kontrakt": "k1",
        "regelsett": "r1",
        "kodeverk": "v1",
        "funn": {},
    }
    write_table(mappe / "rader.parquet", tabell)
    write_bytes(mappe / "manifest.json", Manifest(**fakta | ellers).to_bytes())
    return mappe
