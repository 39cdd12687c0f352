"""What has lain where somebody takes it: what is gone from there has been taken to the receiver.

Brought from the store once more it would be sent twice.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from vigo_pipeline.engine.bucket.listing import MAPPE
from vigo_pipeline.engine.store import read_json, write_bytes

UTBOKS = "utboks"
# The deliveries, and the lines to OT where OT has no channel.
HENTES = (UTBOKS, "begrenset/overfoering_ot/eksport")
# What follows the name of an export that the ledger does not have yet: nobody takes it.
VENTER = ".venter"
KUR = "Begynn med et nytt hjem på denne maskinen, så blir alt hentet fra lageret."


class Outbox:
    """The files that have lain in a machine's outbox: name in the store to sha256."""

    def __init__(self, hjem: Path) -> None:
        self._fil = hjem / MAPPE / f"{UTBOKS}.json"
        self._mapper = [hjem / mappe for mappe in HENTES]
        # A home that has listed nothing before knows of nothing that was taken from an earlier one.
        self.er_ny = not any((hjem / MAPPE).glob("*.json"))

    def has(self, path: Path) -> bool:
        """Say whether a path is in the outbox."""
        return path.suffix != VENTER and any(map(path.is_relative_to, self._mapper))

    def note(self, nye: dict[str, str]) -> None:
        """Note files that lie in the outbox now."""
        har = self._noted()
        if not nye.items() <= har.items():
            write_bytes(self._fil, json.dumps(har | nye, indent=0).encode())

    def taken(self, alle: Mapping[Path, tuple[str, str]]) -> list[Path]:
        """Return the paths whose file has lain in the outbox, and does no longer.

        ``alle``: the name and the sha256 that the store has of each.
        """
        har = self._noted()
        return [
            path
            for path, (navn, sum_) in alle.items()
            if self.has(path) and har.get(navn) == sum_ and not path.exists()
        ]

    def _noted(self) -> dict[str, str]:
        return read_json(self._fil, dict[str, str], KUR)
