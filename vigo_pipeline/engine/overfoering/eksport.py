"""Send the lines that are looked through to OT: once, whole, and with the day that they went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.engine.database.lock_numbers import Laas, take
from vigo_pipeline.engine.database.tables import ot_overfoering
from vigo_pipeline.engine.ledger import entered
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.overfoering.linjefil import as_export, folder, write_lines
from vigo_pipeline.engine.partial import ENDELSE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint, is_of, write_private

EKSPORTERT = "eksportert"
# What follows the name of a file until the ledger has its export.
VENTER = ".venter"


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
        fil = folder(pipeline.oppsett, "eksport") / _name(fylke, nr)
        if sendes:
            innhold = as_export(fylke, nr, sendes)
            write_private(_waiting(fil), innhold)
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
        _waiting(fil).replace(fil)
    write_lines(pipeline, [fylke])
    staar = [linje.status for linje in venter]
    return Eksport(
        *(fylke, nr, len(sendes), fil if sendes else None, len(klare) - len(sendes)),
        ikke_sett=staar.count(Linjestatus.LAGET),
        holdt=staar.count(Linjestatus.HOLDT),
    )


def _settle(con: sa.Connection, mappe: Path) -> None:
    """Give the file of an export that is entered its name, and remove one that never was."""
    sendt = {_name(e.fylke, e.overfoering_nr): e.sha256 for e in _entered(con)[0]}
    for venter in mappe.glob(f"*{VENTER}"):
        fil = venter.with_name(venter.name.removesuffix(VENTER))
        if fil.name in sendt and is_of(venter, sendt[fil.name]):
            venter.replace(fil)
        else:
            venter.unlink()


def files_changed(pipeline: Pipeline) -> Iterator[str]:
    """Yield in words which files of exports are changed, unfinished, or were never sent.

    One that is gone has been fetched.
    """
    with pipeline.engine.connect() as con:
        sendt = {_name(e.fylke, e.overfoering_nr): e.sha256 for e in _entered(con)[0]}
    mappe = pipeline.oppsett.begrenset / "overfoering_ot" / "eksport"
    fremmede = 0
    for fil in sorted(mappe.glob("*")):
        if fil.name.endswith(VENTER):
            yield f"En eksport i {mappe} ble ikke ferdig. «vigo ot-linjer eksporter» gjør den det."
        elif fil.name not in sendt:
            fremmede += not fil.name.endswith(ENDELSE)
        elif not is_of(fil, sendt[fil.name]):
            yield f"{fil} er ikke det som ble sendt. Finn ut hvem som har endret den."
    if fremmede:
        # What it is called may be of a person.
        antall = "1 fil" if fremmede == 1 else f"{fremmede} filer"
        yield f"I {mappe} ligger {antall} som aldri er sendt. Finn ut hva det er, og ta det bort."


def changed(con: sa.Connection) -> Iterator[str]:
    """Yield in words which exports the lines of now do not give: as counts, and raises nothing."""
    eksporter, sendt = _entered(con)
    for e in eksporter:
        egne = sendt.pop((e.fylke, e.overfoering_nr), [])
        if fingerprint(as_export(e.fylke, e.overfoering_nr, egne)) != e.sha256:
            yield _told(e.fylke, e.overfoering_nr, len(egne), e.antall)
    for (fylke, nr), egne in sendt.items():
        yield _told(fylke, nr, len(egne), 0)


def _entered(
    con: sa.Connection,
) -> tuple[Sequence[sa.Row[Any, Any, Any, Any]], dict[tuple[str, int | None], list[Linje]]]:
    """Return the exports in the ledger, and the lines that went, by fylke and number."""
    t = ot_overfoering.c
    query = sa.select(t.fylke, t.overfoering_nr, t.antall, t.sha256).where(t.hendelse == EKSPORTERT)
    eksporter = con.execute(query.order_by(t.nr)).all()
    sendt: dict[tuple[str, int | None], list[Linje]] = {}
    for linje in linjebok.lines(con, sorted({e.fylke for e in eksporter})):
        if linje.status is Linjestatus.EKSPORTERT:
            sendt.setdefault((linje.fylke, linje.overfoering_nr), []).append(linje)
    return eksporter, sendt


def _waiting(fil: Path) -> Path:
    return fil.with_name(f"{fil.name}{VENTER}")


def _name(fylke: str, nr: int) -> str:
    return f"{fylke}-{nr}.csv"


def _told(fylke: str, nr: int | None, finnes: int, ventet: int) -> str:
    return (
        f"sentralbase.ot_linje: overføring {nr} til OT fra fylke {fylke} er ikke som den ble "
        f"sendt: {finnes} linjer, {ventet} da. Noen har vært i databasen utenom vigo."
    )
