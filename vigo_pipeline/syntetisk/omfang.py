"""How much to make, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from vigo_pipeline.engine.errors import VigoError

Filinndeling = Literal["skole", "fylke"]


class UgyldigOmfang(VigoError):
    """The request names something that cannot be made."""


@dataclass(frozen=True)
class Omfang:
    """What part of the nation to make.

    ``andel``: share of the nation's pupils, 0.001 to 1.0; below 1 fewer schools are made, and they
    are smaller. ``avgivere``: only these (fylkesnummer or ``waade``), empty = all. ``skolenr``:
    only this school. ``fil``: one file per school, or one per avgiver (``fylke``).
    """

    andel: float = 1.0
    avgivere: tuple[str, ...] = ()
    skolenr: str | None = None
    fil: Filinndeling = "skole"

    def __post_init__(self) -> None:
        """Refuse a share outside the range.

        Raises:
            UgyldigOmfang: ``andel`` is not between 0.001 and 1.
        """
        if not 0.001 <= self.andel <= 1:
            raise UgyldigOmfang(f"Andel {self.andel} er utenfor 0.001–1.")


@dataclass(frozen=True)
class Oppsummering:
    """What was made: counts of rows, never a person.

    ``personer`` are distinct; ``elever`` lines outnumber them when a pupil has changed school.
    ``endringer``: rows that differ from 1-levering, by kind, in a later round.
    ``rader``: lines by table, when there are others than Grensesnitt SAS's.
    ``feil``: planted defects by rule. ``ikke_plantet``: rules asked for that found no row to spoil.
    """

    skoleaar: str
    runde: str
    mappe: Path
    fasit: Path | None
    avgivere: tuple[str, ...]
    filer: int
    stoerrelse: int
    personer: int
    elever: int
    elevkurs: int
    fag: int
    vitnemaalsmerknader: int
    endringer: Mapping[str, int] = field(default_factory=dict)
    feil: Mapping[str, int] = field(default_factory=dict)
    ikke_plantet: tuple[str, ...] = ()
    samling: str = "oktober"
    rader: Mapping[str, int] = field(default_factory=dict)
