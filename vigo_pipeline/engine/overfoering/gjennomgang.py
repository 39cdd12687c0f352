"""Look through lines to OT: what is ready to be sent, what is held back, and to which unit."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from vigo_pipeline.domain.otenhet import of_another
from vigo_pipeline.domain.otlinje import VALGBARE, Linjestatus
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.overfoering.linjefil import write_lines
from vigo_pipeline.engine.pipeline import Pipeline

GJENNOMGAATT = "gjennomgått"


class NoSuchLine(VigoError):
    """A number is of no line of the fylke that waits to be sent."""


class NotALineStatus(VigoError):
    """A line cannot be given this status, or this unit."""


@dataclass(frozen=True)
class Endring:
    """What is entered on lines; what is None stays as it was."""

    status: Linjestatus | None = None
    enhet: str | None = None
    merknad: str | None = None

    @classmethod
    def of(cls, status: str, enhet: str | None, merknad: str | None) -> "Endring":
        """Return what somebody has written.

        Raises:
            NotALineStatus: it is no status to give, or no unit.
            NotAccepted: the note cannot be kept.
        """
        if status and status not in VALGBARE:
            kan = " eller ".join(sorted(VALGBARE))
            raise NotALineStatus(f"Sett status til {kan}. «eksportert» settes av eksporten.")
        if enhet is not None and not re.fullmatch(r"[0-9]{5}", enhet):
            raise NotALineStatus("OT-enheten er et nummer på fem sifre, slik det står i VIGO.")
        if merknad is not None:
            merknad = entered.text(merknad, "merknad")
        return cls(Linjestatus(status) if status else None, enhet, merknad)

    def demand_own_unit(self, fylke: str) -> None:
        """Refuse the unit of another fylke.

        Raises:
            NotALineStatus: it is.
        """
        if self.enhet and of_another(self.enhet, fylke):
            raise NotALineStatus(
                f"OT-enheten {self.enhet} er ikke i fylke {fylke}: numrene til et fylkes enheter "
                f"begynner med {fylke}, om ikke kodelista over skoler sier noe annet. Er sifrene "
                "rett? Ingenting er endret."
            )

    def on(self, linje: Linje) -> Linje:
        """Return a line with the change."""
        return linje.now(
            self.status or linje.status,
            enhet=linje.enhet if self.enhet is None else self.enhet,
            merknad=linje.merknad if self.merknad is None else self.merknad,
        )


def look_through(
    pipeline: Pipeline, fylke: str, endring: Endring, hvem: str, numre: Collection[int] = ()
) -> int:
    """Enter a change on lines of a fylke: those named, or all that nobody has said anything of.

    Returns:
        How many were changed.

    Raises:
        NoSuchLine: a number is of no line that waits.
        NotALineStatus: the unit is another fylke's.
        NotAccepted: the name cannot be kept.
    """
    endring.demand_own_unit(fylke)
    navn, dag = entered.person(hvem).navn, pipeline.i_dag()
    with pipeline.engine.begin() as con:
        take(con, Laas.OT_LINJER)
        valgt = _chosen(con, fylke, numre)
        nye = [endring.on(linje) for linje in valgt]
        endret = [n for n, foer in zip(nye, valgt, strict=True) if n != foer]
        linjebok.enter(con, [n.now(n.status, hvem=navn, endret=dag) for n in endret])
        if endret:
            hva = endring.status.value if endring.status else ""
            linjebok.record(
                *(con, fylke, GJENNOMGAATT, dag), antall=len(endret), hvem=navn, merknad=hva
            )
    write_lines(pipeline, [fylke])
    return len(endret)


def _chosen(con: sa.Connection, fylke: str, numre: Collection[int]) -> list[Linje]:
    venter = {linje.nr: linje for linje in linjebok.lines(con, [fylke]) if linje.aapen}
    if not numre:
        return [linje for linje in venter.values() if linje.status is Linjestatus.LAGET]
    if ukjente := sorted(set(numre) - venter.keys()):
        raise NoSuchLine(
            f"Fylke {fylke} har ingen linje som venter, med nummer "
            f"{', '.join(map(str, ukjente))}. Numrene står i lista over linjer; er linja sendt "
            "eller falt bort, kan den ikke endres."
        )
    return [venter[nr] for nr in sorted(set(numre))]
