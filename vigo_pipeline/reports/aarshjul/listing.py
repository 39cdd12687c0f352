"""The deadlines of a skoleår as a list: what a person looks up, and what a program reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vigo_pipeline.domain.frist import frister
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.reports.aarshjul.selection import ANTATT, title


@dataclass(frozen=True)
class Linje:
    """One deadline. ``flyt`` and ``runde`` are None where the event is of no flow.

    ``antatt``: the date is derived by rule. ``skoleaar``: which the data are of.
    """

    dato: date
    antatt: bool
    hva: str
    fra: str
    til: str
    flyt: str | None
    runde: str | None
    skoleaar: str


def listing(aar: Skoleaar) -> list[Linje]:
    """Return every deadline that falls in a skoleår, in date order."""
    return [
        Linje(
            f.dato,
            f.antatt,
            title(f.hendelse),
            f.hendelse.fra,
            f.hendelse.til,
            f.hendelse.flyt,
            f.hendelse.runde,
            str(f.gjelder),
        )
        for f in frister(aar)
    ]


def as_text(linjer: Sequence[Linje]) -> str:
    """Return a line for each."""
    return "\n".join(
        f"{li.dato:%d.%m.%Y}  {li.hva}, fra {li.fra} til {li.til}"
        f"{f' ({ANTATT})' if li.antatt else ''}"
        for li in linjer
    )
