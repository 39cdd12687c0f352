"""The days of a skoleår, as numbers and as the files write them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.syntetisk.forutsetning import Runde, runder

Heltall = npt.NDArray[np.int64]
BLANK = 0


@dataclass(frozen=True)
class Kalender:
    """Day numbers count from 1 on 1 August; 0 is a blank date."""

    aar: Skoleaar
    runde: Runde

    def number(self, dag: date) -> int:
        """Return a date's day number."""
        return (dag - self.aar.start_dato).days + 1

    @property
    def skolestart(self) -> int:
        """Return the first school day."""
        return self.number(self.aar.foerste_skoledag)

    @property
    def telledato(self) -> int:
        """Return 1 October."""
        return self.number(self.aar.telledato)

    @property
    def siste_avbrudd(self) -> int:
        """Return the last day somebody in the round's files may have left."""
        return self._last(self.runde)

    @property
    def siste_avbrudd_foerst(self) -> int:
        """Return the same of the first round, on which the later ones build."""
        return self._last(next(iter(runder().values())))

    def _last(self, runde: Runde) -> int:
        return self.number(date.fromisoformat(f"{self.aar.start}-{runde.siste_avbrudd}"))

    def text(self, nummer: Heltall) -> pa.Array:
        """Return day numbers as ÅÅÅÅMMDD, blank for 0."""
        return _days(self.aar.start_dato).take(pa.array(nummer))


@cache
def _days(start: date) -> pa.Array:
    return pa.array(["", *(f"{start + timedelta(days=d):%Y%m%d}" for d in range(366))])
