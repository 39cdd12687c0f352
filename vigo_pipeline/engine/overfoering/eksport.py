"""Send the lines that are looked through to OT: once, whole, and with the day that they went."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import ot_overfoering
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.overfoering.linjefil import as_export, folder, write_lines
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint, write_private

EKSPORTERT = "eksportert"


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
    """
    navn, dag = entered.person(hvem).navn, pipeline.i_dag()
    fil = None
    with pipeline.engine.begin() as con:
        take(con, Laas.OT_LINJER)
        venter = [linje for linje in linjebok.lines(con, [fylke]) if linje.aapen]
        klare = [linje for linje in venter if linje.status is Linjestatus.KLAR]
        sist = linjebok.latest(con, fylke, EKSPORTERT)
        nr = (sist["overfoering_nr"] if sist else 0) + 1
        sendes = [
            linje.now(Linjestatus.EKSPORTERT, overfoering_nr=nr, endret=dag, hvem=navn)
            for linje in klare
            if linje.enhet
        ]
        if sendes:
            innhold = as_export(fylke, nr, sendes)
            linjebok.enter(con, sendes)
            fil = folder(pipeline.oppsett, "eksport") / f"{fylke}-{nr}.csv"
            sum_ = write_private(fil, innhold)
            linjebok.record(
                *(con, fylke, EKSPORTERT, dag),
                overfoering_nr=nr,
                antall=len(sendes),
                sha256=sum_,
                hvem=navn,
            )
    write_lines(pipeline, [fylke])
    staar = [linje.status for linje in venter]
    return Eksport(
        *(fylke, nr, len(sendes), fil, len(klare) - len(sendes)),
        ikke_sett=staar.count(Linjestatus.LAGET),
        holdt=staar.count(Linjestatus.HOLDT),
    )


def changed(con: sa.Connection) -> Iterator[str]:
    """Yield in words which exports the lines of now do not give: as counts, and raises nothing."""
    t = ot_overfoering.c
    query = sa.select(t.fylke, t.overfoering_nr, t.antall, t.sha256).where(t.hendelse == EKSPORTERT)
    eksporter = con.execute(query.order_by(t.nr)).all()
    sendt: dict[tuple[str, int | None], list[Linje]] = {}
    for linje in linjebok.lines(con, sorted({e.fylke for e in eksporter})):
        if linje.status is Linjestatus.EKSPORTERT:
            sendt.setdefault((linje.fylke, linje.overfoering_nr), []).append(linje)
    for e in eksporter:
        egne = sendt.pop((e.fylke, e.overfoering_nr), [])
        if fingerprint(as_export(e.fylke, e.overfoering_nr, egne)) != e.sha256:
            yield _told(e.fylke, e.overfoering_nr, len(egne), e.antall)
    for (fylke, nr), egne in sendt.items():
        yield _told(fylke, nr, len(egne), 0)


def _told(fylke: str, nr: int | None, finnes: int, ventet: int) -> str:
    return (
        f"sentralbase.ot_linje: overføring {nr} til OT fra fylke {fylke} er ikke som den ble "
        f"sendt: {finnes} linjer, {ventet} da. Noen har vært i databasen utenom vigo."
    )
