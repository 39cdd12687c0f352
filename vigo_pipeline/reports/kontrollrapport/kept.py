"""Reports that stand from the run before, since they would say the same: most do in a correction.

Some hundred schools have something to put right in a deadline week, and one of them is corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from vigo_pipeline.engine import made_of
from vigo_pipeline.engine.basis import as_text
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.ledger.outputs import Artefakter
from vigo_pipeline.engine.partial import remove
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint, write_bytes, write_private

RAPPORTER = "rapporter.json"
# What is the same for all, beside what each says; the day is not asked of.
SAMME = ("regler", "kodeverk", "innsamling", "hode")


@dataclass(frozen=True)
class Rapport:
    """A report: the sum of what it says, and those of its files by name."""

    sier: str
    filer: dict[str, str]


Alle = dict[str, Rapport]


@dataclass
class Beholdt:
    """The reports of a folder: those of the run before, and those of this one as they are written.

    ``skrevet``: how many were written.
    """

    mappe: Path
    foer: Mapping[str, Rapport]
    naa: Alle = field(default_factory=dict)
    skrevet: int = 0

    @classmethod
    def of(cls, pipeline: Pipeline, mappe: Path, egne: Artefakter, deler: made_of.Deler) -> Beholdt:
        """Return those of a step's folder that may stand: all are whole, and made the same way."""
        foer: Alle = {}
        # What another version wrote says less.
        with suppress(ChangedOnDisk, MissingInput, ValidationError):
            if pipeline.may_keep(egne, deler, SAMME):
                foer = TypeAdapter(Alle).validate_json(egne.read(RAPPORTER))
        return cls(mappe, foer)

    def write(
        self, sti: Path, sier: object, lag: Callable[[], Mapping[Path, bytes]]
    ) -> dict[Path, str]:
        """Write a report, unless it stands; return the sum of each of its files.

        Args:
            sti: its files, without their ending.
            sier: all that decides what they say, beside the day that they are made.
            lag: makes them.
        """
        sum_, navn = fingerprint(as_text(sier).encode()), str(sti.relative_to(self.mappe))
        rapport = self.foer.get(navn)
        if rapport is None or rapport.sier != sum_:
            filer = {fil.name: write_private(fil, bytene) for fil, bytene in lag().items()}
            rapport = Rapport(sum_, filer)
            self.skrevet += 1
        self.naa[navn] = rapport
        return {sti.parent / fil: sum_ for fil, sum_ in rapport.filer.items()}

    def end(self, egne: Path) -> dict[str, str]:
        """Remove what is told of no more, and write what stands; return its sum by name."""
        staar = {Path(navn).parent / f for navn, r in self.naa.items() for f in r.filer}
        for fil in self.mappe.glob("*/*"):
            if fil.relative_to(self.mappe) not in staar:
                remove(fil)
        return {RAPPORTER: write_bytes(egne / RAPPORTER, TypeAdapter(Alle).dump_json(self.naa))}
