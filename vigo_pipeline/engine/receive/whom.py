"""Whom each finding in a file is about, read from the bytes that were judged.

What lies in the inn folder may be another file by the time somebody makes a report, so what a
report says of a line is kept with the finding. Restricted: it names pupils.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from vigo_pipeline.contract.grensesnitt import grensesnitt, places
from vigo_pipeline.domain.skolenr import school_number
from vigo_pipeline.engine.receive.files import Fil

# The file of it beside an avgiver's findings.
HVEM = "hvem.parquet"
NOEKKEL = ("skolenr", "fnr", "programomraadekode", "fagkode")
SKJEMA = pa.schema(
    [pa.field(n, pa.string()) for n in ("avgiver", "fil", "sha256")]
    + [pa.field("linje", pa.int64())]
    + [pa.field(n, pa.string()) for n in ("post", "kolonne", "regel", "alvor", "detalj")]
    + [pa.field("antall", pa.int64())]
    + [pa.field(n, pa.string()) for n in (*NOEKKEL, "navn", "verdier")]
)


def of_whom(lest: Iterable[Fil], filer: pa.Table, funn: pa.Table) -> pa.Table:
    """Return the findings with the key and the name on their lines, the SKJEMA columns.

    Args:
        lest: the files as they were read.
        filer: their facts, with ``nr`` and ``skolenr``.
        funn: the findings, with the number of their file as ``nr``; none for what is of no file.
    """
    skoler = {
        r["nr"]: school_number(r["skolenr"]) for r in filer.select(["nr", "skolenr"]).to_pylist()
    }
    innhold = {f.nr: _Innhold(f) for f in lest}
    return pa.Table.from_pylist(
        [
            {
                **rad,
                **_of_line(innhold.get(rad["nr"]), rad["linje"] or 0, skoler.get(rad["nr"], "")),
            }
            for rad in funn.to_pylist()
        ],
        schema=SKJEMA,
    )


@dataclass(frozen=True)
class _Innhold:
    """The lines of a file as it was read."""

    fil: Fil

    @cached_property
    def linjer(self) -> list[bytes]:
        # As engine/receive/lines.py counts them.
        return self.fil.data.split(b"\n")

    def line(self, nr: int) -> dict[str, str]:
        """Return a line's fields by variable, none when there is no such line."""
        return read_line(self.linjer[nr - 1].rstrip(b"\r")) if 0 < nr <= len(self.linjer) else {}

    @cached_property
    def navn(self) -> dict[str, str]:
        """Return the names of the persons in the file."""
        elever = (
            read_line(linje.rstrip(b"\r")) for linje in self.linjer if linje.startswith(b"$EL;")
        )
        return {e["fnr"]: e.get("elevnavn", "") for e in elever if e.get("fnr")}


def _of_line(innhold: _Innhold | None, nr: int, skolenr: str) -> dict[str, str]:
    """Return the key and the name that stand on a line, as far as they can be read."""
    if innhold is None:
        return {"sha256": "", "skolenr": skolenr}
    les = innhold.line(nr)
    noekkel = {n: les[n] for n in NOEKKEL if n in les}
    navn = les.get("elevnavn") or innhold.navn.get(noekkel.get("fnr", ""), "")
    # A line may say anything. The school that the file is of is the one that can send another, and
    # of no other is a file read that would put it right.
    noekkel["skolenr"] = skolenr or school_number(noekkel.get("skolenr"))
    return {**noekkel, "navn": navn, "sha256": innhold.fil.sha256}


def read_line(linje: bytes) -> dict[str, str]:
    """Return a line's fields by variable; of a line nobody knows, none."""
    return reader()(linje)


def reader(bare: Iterable[str] | None = None) -> Callable[[bytes], dict[str, str]]:
    """Return what reads lines as ``read_line`` does; ``bare``: these variables only."""
    form, alle = grensesnitt().fil, places()
    if bare is not None:
        alle = {kode: {n: s[n] for n in bare if n in s} for kode, s in alle.items()}

    def read(linje: bytes) -> dict[str, str]:
        felt = linje.decode(form.tegnsett, "replace").split(form.skilletegn)
        steder = alle.get(felt[0], {})
        return {navn: felt[n - 1] for navn, n in steder.items() if n <= len(felt)}

    return read
