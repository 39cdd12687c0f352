"""Send the lines that are looked through to OT: once, whole, and with the day that they went."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.engine import training
from vigo_pipeline.engine.bucket.outbox import VENTER
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.eksportert import (
    EKSPORTERT,
    entered_exports,
    file_name,
    waiting_name,
)
from vigo_pipeline.engine.overfoering.linjefil import as_export, folder, write_lines
from vigo_pipeline.engine.partial import remove, rename
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint, is_of, write_private


@dataclass(frozen=True)
class Eksport:
    """What an export came to. ``fil``: None when there was nothing to send.

    ``uten_enhet``, ``ikke_sett``, ``holdt``: lines that stay, and why.
    """

    fylke: str
    nr: int
    antall: int
    fil: Path | None
    uten_enhet: int
    ikke_sett: int
    holdt: int


def export(pipeline: Pipeline, fylke: str, hvem: str) -> Eksport:
    """Write the lines of a fylke that are ready, and enter that they have gone.

    Raises:
        NotAccepted: the name cannot be kept.
        OnlyTraining: the home is for training.
    """
    training.demand_real(f"Linjene til OT i {fylke}")
    navn, dag = entered.person(hvem).navn, pipeline.i_dag()
    with pipeline.engine.begin() as con:
        take(con, Laas.OT_LINJER)
        _settle(con, folder(pipeline.oppsett, "eksport"))
        venter = [linje for linje in linjebok.lines(con, [fylke]) if linje.aapen]
        klare = [linje for linje in venter if linje.status is Linjestatus.KLAR]
        sist = linjebok.latest(con, fylke, EKSPORTERT)
        nr = (sist["overfoering_nr"] if sist else 0) + 1
        sendes = [
            linje.now(Linjestatus.EKSPORTERT, overfoering_nr=nr, endret=dag, hvem=navn)
            for linje in klare
            if linje.enhet
        ]
        fil = folder(pipeline.oppsett, "eksport") / file_name(fylke, nr)
        if sendes:
            innhold = as_export(fylke, nr, sendes)
            write_private(waiting_name(fil), innhold)
            linjebok.enter(con, sendes)
            linjebok.record(
                *(con, fylke, EKSPORTERT, dag),
                overfoering_nr=nr,
                antall=len(sendes),
                sha256=fingerprint(innhold),
                hvem=navn,
            )
    # It gets its name when it is entered: what the ledger does not know of is never seen as sent.
    if sendes:
        rename(waiting_name(fil), fil)
    write_lines(pipeline, [fylke])
    staar = [linje.status for linje in venter]
    return Eksport(
        *(fylke, nr, len(sendes), fil if sendes else None, len(klare) - len(sendes)),
        ikke_sett=staar.count(Linjestatus.LAGET),
        holdt=staar.count(Linjestatus.HOLDT),
    )


def _settle(con: sa.Connection, mappe: Path) -> None:
    """Give the file of an export that is entered its name, and remove one that never was."""
    sendt = {file_name(e.fylke, e.overfoering_nr): e.sha256 for e in entered_exports(con)[0]}
    for venter in mappe.glob(f"*{VENTER}"):
        fil = venter.with_name(venter.name.removesuffix(VENTER))
        if fil.name in sendt and is_of(venter, sendt[fil.name]):
            rename(venter, fil)
        else:
            remove(venter)
