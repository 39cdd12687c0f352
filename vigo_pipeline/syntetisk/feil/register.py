"""The kinds of defect, by the rule that must find them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from vigo_pipeline.syntetisk.feil.dokument import Dokument, Funn

Plant = Callable[[Dokument], list[Funn] | None]


class Nivaa(Enum):
    """What a defect does to its file, which decides what it may share a file with."""

    EGEN_FIL = "egen_fil"  # the whole file is judged, so nothing else is planted in it
    AVVISER = "avviser"  # the file is read to the end, and rejected
    GODTAS = "godtas"  # the file is accepted


@dataclass(frozen=True)
class Feilslag:
    """One kind of defect. ``plant`` spoils one thing; None when the file has no such thing.

    ``bare_fylke``: the rule does not hold for Waade's files. ``fylkesfil``: only in a file of
    several schools can it be made. ``liste``: the code list that must have codes.
    """

    regel: str
    nivaa: Nivaa
    plant: Plant
    bare_fylke: bool = False
    fylkesfil: bool = False
    liste: str | None = None


REGISTER: dict[str, Feilslag] = {}


def feilslag(
    regel: str, nivaa: Nivaa, *, bare_fylke: bool = False, fylkesfil: bool = False
) -> Callable[[Plant], Plant]:
    """Register the function as the defect that ``regel`` must find.

    Raises:
        ValueError: the rule has a defect already.
    """

    def add(plant: Plant) -> Plant:
        if regel in REGISTER:
            raise ValueError(f"{regel} har to feilslag.")
        REGISTER[regel] = Feilslag(regel, nivaa, plant, bare_fylke, fylkesfil)
        return plant

    return add
