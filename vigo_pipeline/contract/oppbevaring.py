"""How long each kind of data is kept, and why: read from oppbevaring.toml."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import read_named

FIL = Path(__file__).with_name("oppbevaring.toml")
# What stands for the skoleår in the name of a folder.
SKOLEAAR = "{skoleaar}"


class Slag(Strict):
    """A kind of data. ``tabeller``: of the Sentralbase. ``mapper``: folders of the home.

    ``enhet``: what ``forslag`` and ``minst`` are counted in: whole skoleår after the one that the
    data are of, or days after they were made; ``fast`` is never deleted. ``forslag``: what this
    project proposes. ``minst``: so long something else reads it. ``antatt``: no source says a time.
    """

    navn: str
    hva: str
    tabeller: tuple[str, ...] = ()
    mapper: tuple[str, ...] = ()
    enhet: Literal["skoleaar", "dager", "fast"]
    forslag: int | None = Field(default=None, ge=0, strict=True)
    minst: StrictInt = Field(default=0, ge=0)
    grunn: str
    kilde: str
    antatt: StrictBool

    @model_validator(mode="after")
    def _has_a_time(self) -> Self:
        if (self.enhet == "fast") != (self.forslag is None):
            raise ValueError("«forslag» mangler; bare det som er fast, har ikke noe.")
        if self.forslag is not None and self.forslag < self.minst:
            raise ValueError(f"forslaget, {self.forslag}, er kortere enn minst, {self.minst}.")
        return self

    @property
    def aarlige(self) -> tuple[str, ...]:
        """Return the folders that have one for each skoleår."""
        return tuple(m for m in self.mapper if SKOLEAAR in m)

    def in_words(self, etter: int) -> str:
        """Return a time in words.

        >>> slagene()["elever"].in_words(10), slagene()["personkort"].in_words(30)
        ('10 hele skoleår etter', '30 dager etter')
        """
        return f"{etter} {'hele skoleår' if self.enhet == 'skoleaar' else 'dager'} etter"


@cache
def slagene() -> dict[str, Slag]:
    """Return the kinds of data by name.

    Raises:
        WrongSpec: a key is wrong; each is named.
    """
    return read_named(FIL, Slag, "navn")


def last_day_past(dag: date, etter: int) -> date:
    """Return the last day of which what was made is past its time."""
    return dag - timedelta(days=etter + 1)
