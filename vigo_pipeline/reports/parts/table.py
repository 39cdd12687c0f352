"""A table as people see it, whatever it is written to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vigo_pipeline.domain.prikking import Celle

# A column of words is wider than one of codes, in characters.
KORT = 16


@dataclass(frozen=True)
class Kolonne:
    """A column of a table: heading, width in characters, and whether it holds numbers.

    ``farge``: that of a bar as long as the number. ``regel``: it holds the id of a rule, which
    leads to the rule's page.
    """

    tittel: str
    bredde: int = 14
    tall: bool = False
    farge: str | None = None
    regel: bool = False

    @property
    def kort(self) -> bool:
        """Say whether it holds codes, which are not broken over lines, rather than text."""
        return self.bredde <= KORT

    @property
    def brytes(self) -> bool:
        """Say whether it holds text, which goes on in the next line of the cell."""
        return not (self.tall or self.kort)


@dataclass(frozen=True)
class Tabell:
    """A table with a name and what it says; ``rader`` may be read once only."""

    navn: str
    kolonner: Sequence[Kolonne]
    # Read back from a file it is a list.
    rader: Sequence[Sequence[Celle]] | Iterable[Sequence[Celle]]
    forklaring: str = ""
