"""One school's elevkurs and fag as numbers, before they are written."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from vigo_pipeline.syntetisk.catalogue import Programomraade
from vigo_pipeline.syntetisk.lodd import Lodd

Heltall = npt.NDArray[np.int64]
Tekst = npt.NDArray[np.str_]


class Rader:
    """What a dataclass is that has one column of all rows in each field."""

    def plus(self, andre: Self) -> Self:
        """Return these and the others after them."""
        egne, deres = vars(self), vars(andre)
        return type(self)(**{n: np.concatenate([egne[n], deres[n]]) for n in egne})


@dataclass
class Elevkurs(Rader):
    """One element per elevkurs. ``person``: row of the plan; days as of Kalender.

    ``aarsak``: number in the list of avbruddsårsaker, -1 none.
    """

    person: Heltall
    programomraade: Heltall
    slag: Heltall
    start: Heltall
    slutt: Heltall
    aarsak: Heltall

    def __len__(self) -> int:
        """Return the number of elevkurs."""
        return len(self.person)


@dataclass
class Fagrader(Rader):
    """One element per fag on an elevkurs. ``elevkurs``: place in Elevkurs; ``timer`` may be 0."""

    elevkurs: Heltall
    fag: Heltall
    status: Tekst
    start: Heltall
    slutt: Heltall
    skolenr2: Tekst
    timer: Heltall

    def __len__(self) -> int:
        """Return the number of fag rows."""
        return len(self.elevkurs)

    def keep(self, hvilke: npt.NDArray[np.bool_]) -> Self:
        """Return only these rows."""
        return type(self)(*(getattr(self, f.name)[hvilke] for f in fields(self)))

    def end(self, kurs: Elevkurs, hvilke: npt.NDArray[np.bool_]) -> None:
        """End all fag of these elevkurs on the day that the elevkurs ended."""
        gjelder = hvilke[self.elevkurs]
        self.slutt = np.where(gjelder, kurs.slutt[self.elevkurs], self.slutt)
        self.status = np.where(gjelder, "S", self.status)

    def rank(self) -> tuple[Heltall, Heltall]:
        """Return each row's place on its elevkurs, from 0, and how many the elevkurs has."""
        antall = np.bincount(self.elevkurs) if len(self) else np.zeros(0, np.int64)
        foerste = np.cumsum(antall) - antall
        return np.arange(len(self)) - foerste[self.elevkurs], antall[self.elevkurs]


class Fagkatalog:
    """Every programområde's sets of fag, laid end to end so that many pupils draw at once."""

    def __init__(self, alle: Sequence[Programomraade]) -> None:
        """Number the fag in code order."""
        self.koder = tuple(sorted({f.fagkode for p in alle for pakke in p.pakker for f in pakke}))
        nummer = {k: nr for nr, k in enumerate(self.koder)}
        pakker = [pakke for p in alle for pakke in p.pakker]
        self._antall = np.array([len(p.pakker) for p in alle])
        self._foerste = np.cumsum(self._antall) - self._antall
        self._lengde = np.array([len(p) for p in pakker])
        self._start = np.cumsum(self._lengde) - self._lengde
        plasser = [f for pakke in pakker for f in pakke]
        self._fag = np.array([nummer[f.fagkode] for f in plasser], np.int64)
        self._timer = np.array([f.timer if f.elevtimer else 0 for f in plasser], np.int64)

    def draw(self, lodd: Lodd, kurs: Elevkurs) -> Fagrader:
        """Return the fag of each elevkurs, all of them with its dates and fagstatus E.

        ``lodd`` is by row of the plan: one person has the same fag of a programområde everywhere.
        """
        programomraade = kurs.programomraade
        valg = lodd[kurs.person] % self._antall[programomraade].astype(np.uint64)
        pakke = self._foerste[programomraade] + valg.astype(np.int64)
        lengde = self._lengde[pakke]
        elevkurs = np.repeat(np.arange(len(pakke)), lengde)
        innenfor = np.arange(len(elevkurs)) - (np.cumsum(lengde) - lengde)[elevkurs]
        plass = self._start[pakke][elevkurs] + innenfor
        return Fagrader(
            elevkurs=elevkurs,
            fag=self._fag[plass],
            status=np.full(len(plass), "E", "U1"),
            start=kurs.start[elevkurs],
            slutt=kurs.slutt[elevkurs],
            skolenr2=np.zeros(len(plass), "U5"),
            timer=self._timer[plass],
        )
