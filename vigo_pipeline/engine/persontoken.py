"""A keyed token for a person: the same in all that one installation makes, and no way back.

Whoever has the key of the home can make the token of a number; nobody can make the number of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from vigo_pipeline.engine.ledger.seal import Segl

# Letters only: no row of digits that could be taken for a number.
_BOKSTAVER = str.maketrans("0123456789abcdef", "bcdfghjklmnpqrst")
LENGDE = 12


@dataclass(frozen=True)
class Persontoken:
    """Makes the tokens of a home."""

    segl: Segl = field(repr=False)

    @classmethod
    def of(cls, hjem: Path) -> Self:
        """Return what makes the tokens of a home, by the key that its ledger is sealed with.

        Raises:
            SealKeyUnusable: the key cannot be used.
        """
        return cls(Segl.first(hjem))

    def on(self, fnr: str) -> str:
        """Return the token of a number."""
        return f"p-{self.segl.on(f'person|{fnr}')[:LENGDE].translate(_BOKSTAVER)}"

    @staticmethod
    def is_one(tekst: str) -> bool:
        """Say whether a text has the form of a token."""
        return re.fullmatch(rf"p-[bcdfghjklmnpqrst]{{{LENGDE}}}", tekst) is not None

    def find(self, token: str, numre: Iterable[str]) -> str | None:
        """Return the number among these that has a token, None when none has."""
        return next((fnr for fnr in numre if self.on(fnr) == token), None)
