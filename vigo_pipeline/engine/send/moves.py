"""How far each file of a delivery has come over a line: the moves, and a diary of them.

A move is entered before what it tells of is begun. So whoever starts again, after a broken line or
a process that died, knows what the other side may have done, and looks there before anything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

# begynt: before the first byte. omdoepes: all is there under a name of its own, and the other side
# is about to be asked to give it the right one. framme: it has that name. avbrutt: it has it not.
# uvisst: it was asked, and nobody knows what came of it. opptatt: something else has the name.
Steg = Literal["begynt", "omdoepes", "framme", "avbrutt", "uvisst", "opptatt"]


@dataclass(frozen=True)
class Fil:
    """One file on its way: its name there, what it is encrypted from, to and by which key."""

    navn: str
    klartekst_sha256: str
    sha256: str
    noekkel: str
    antall_bytes: int

    def goes_as(self, vare: "Vare") -> bool:
        """Say whether it is of the same plain text, to the same key."""
        return (self.klartekst_sha256, self.noekkel) == (vare.klartekst_sha256, vare.noekkel)


@dataclass(frozen=True)
class Staar:
    """The latest move of a file, of which bytes, and in which try."""

    steg: Steg
    fil: Fil
    forsoek: int

    @property
    def kan_vaere_omdoept(self) -> bool:
        """Say whether the other side may have given it its name without our knowing."""
        return self.steg in ("omdoepes", "uvisst")


class Dagbok(Protocol):
    """Where the moves of one delivery to one receiver are entered."""

    def latest(self) -> dict[str, Staar]:
        """Return the latest move of each file, by its name there."""

    def enter(self, fil: Fil, steg: Steg, forsoek: int, merknad: str = "") -> None:
        """Enter a move before what follows it is done."""


@dataclass(frozen=True)
class Kommandoer:
    """What somebody runs to send on, and to tell what only the receiver knows."""

    send: str = "vigo send"
    avklar: str = "vigo avklar"


LEVERANSENS = Kommandoer()


@dataclass(frozen=True)
class Vare:
    """A file to be brought over: its name there, the sum of its plain text, how it is encrypted.

    ``les``: what it was encrypted to in an earlier try, by its sum, when that is still kept.
    ``krypter``: encrypts it anew, keeps that, and returns it.
    """

    navn: str
    klartekst_sha256: str
    noekkel: str
    les: Callable[[str], bytes | None]
    krypter: Callable[[], bytes]
