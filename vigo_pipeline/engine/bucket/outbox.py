"""What has lain in a machine's outbox: what is gone from it has been taken to the receiver.

Brought from the store once more it would be sent twice.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from vigo_pipeline.engine.bucket.listing import MAPPE
from vigo_pipeline.engine.store import read_bytes, write_bytes

UTBOKS = "utboks"


class Outbox:
    """The files that a machine's outbox has had: name in the store to sha256."""

    def __init__(self, hjem: Path) -> None:
        self._fil, self._mappe = hjem / MAPPE / f"{UTBOKS}.json", hjem / UTBOKS

    def has(self, path: Path) -> bool:
        """Say whether a path is in the outbox."""
        return path.is_relative_to(self._mappe)

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
        try:
            return dict(json.loads(read_bytes(self._fil)))
        except FileNotFoundError:
            return {}
