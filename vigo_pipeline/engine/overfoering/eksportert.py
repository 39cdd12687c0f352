"""What has been exported to OT: in the ledger, in the lines, and as files; held together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.otlinje import Linjestatus
from vigo_pipeline.engine.bucket.outbox import VENTER
from vigo_pipeline.engine.database.tables import ot_overfoering
from vigo_pipeline.engine.errors import NotReproducible
from vigo_pipeline.engine.ledger import deletions
from vigo_pipeline.engine.overfoering import linjebok
from vigo_pipeline.engine.overfoering.linjebok import Linje
from vigo_pipeline.engine.overfoering.linjefil import as_export
from vigo_pipeline.engine.partial import ENDELSE
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import fingerprint, is_of

EKSPORTERT = "eksportert"
Utfoert = sa.Row[Any, Any, Any, Any, Any]


@dataclass(frozen=True)
class Eksportert:
    """An export in the ledger. ``fil``: where it lies until somebody has fetched it."""

    fylke: str
    nr: int
    dato: date
    antall: int
    sha256: str
    fil: Path

    @property
    def ligger(self) -> bool:
        """Say whether its file has been fetched by nobody yet."""
        return self.fil.exists() or waiting_name(self.fil).exists()


def exports(pipeline: Pipeline, fylke: str) -> list[Eksportert]:
    """Return the exports of a fylke, the first first."""
    mappe = pipeline.oppsett.begrenset / "overfoering_ot" / "eksport"
    with pipeline.engine.connect() as con:
        alle = [e for e in _in_ledger(con) if e.fylke == fylke]
    return [
        Eksportert(
            *(fylke, e.overfoering_nr, e.dato, e.antall, e.sha256),
            fil=mappe / file_name(fylke, e.overfoering_nr),
        )
        for e in alle
    ]


def content(pipeline: Pipeline, eksport: Eksportert) -> bytes:
    """Return the bytes of an export, made of its lines once more.

    Raises:
        NotReproducible: they are not those that were entered.
    """
    with pipeline.engine.connect() as con:
        egne = entered_exports(con)[1].get((eksport.fylke, eksport.nr), [])
    innhold = as_export(eksport.fylke, eksport.nr, egne)
    if fingerprint(innhold) != eksport.sha256:
        raise NotReproducible(_told(eksport.fylke, eksport.nr, len(egne), eksport.antall))
    return innhold


def files_changed(pipeline: Pipeline) -> Iterator[str]:
    """Yield in words which files of exports are changed, unfinished, or were never sent.

    One that is gone has been fetched.
    """
    with pipeline.engine.connect() as con:
        sendt = {file_name(e.fylke, e.overfoering_nr): e.sha256 for e in entered_exports(con)[0]}
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
        antall = amount(fremmede, "fil")
        yield f"I {mappe} ligger {antall} som aldri er sendt. Finn ut hva det er, og ta det bort."


def changed(con: sa.Connection) -> Iterator[str]:
    """Yield in words which exports the lines of now do not give: as counts, and raises nothing.

    Not of those whose lines have been deleted: their file's sum stands in the ledger.
    """
    eksporter, sendt = entered_exports(con)
    slettet = deletions.exports(con)
    for e in eksporter:
        egne = sendt.pop((e.fylke, e.overfoering_nr), [])
        if (e.fylke, e.overfoering_nr) in slettet:
            continue
        if fingerprint(as_export(e.fylke, e.overfoering_nr, egne)) != e.sha256:
            yield _told(e.fylke, e.overfoering_nr, len(egne), e.antall)
    for (fylke, nr), egne in sendt.items():
        yield _told(fylke, nr, len(egne), 0)


def entered_exports(
    con: sa.Connection,
) -> tuple[Sequence[Utfoert], dict[tuple[str, int | None], list[Linje]]]:
    """Return the exports in the ledger, and the lines that went, by fylke and number."""
    eksporter = _in_ledger(con)
    sendt: dict[tuple[str, int | None], list[Linje]] = {}
    for linje in linjebok.lines(con, sorted({e.fylke for e in eksporter})):
        if linje.status is Linjestatus.EKSPORTERT:
            sendt.setdefault((linje.fylke, linje.overfoering_nr), []).append(linje)
    return eksporter, sendt


def _in_ledger(con: sa.Connection) -> Sequence[Utfoert]:
    t = ot_overfoering.c
    query = sa.select(t.fylke, t.overfoering_nr, t.antall, t.sha256, t.dato)
    return con.execute(query.where(t.hendelse == EKSPORTERT).order_by(t.nr)).all()


def waiting_name(fil: Path) -> Path:
    """Return what the file of an export is called until the ledger has it."""
    return fil.with_name(f"{fil.name}{VENTER}")


def file_name(fylke: str, nr: int) -> str:
    """Return what the file of an export is called."""
    return f"{fylke}-{nr}.csv"


def _told(fylke: str, nr: int | None, finnes: int, ventet: int) -> str:
    return (
        f"sentralbase.ot_linje: overføring {nr} til OT fra fylke {fylke} er ikke som den ble "
        f"sendt: {amount(finnes, 'linje')}, {ventet} da. Noen har vært i databasen utenom vigo."
    )
