"""Receive one avgiver's drop: read, judge, accept or reject each file whole, keep everything."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from vigo_pipeline.contract.spesifikasjon import Innsamling, Regel
from vigo_pipeline.domain.fildato import period
from vigo_pipeline.engine import duck
from vigo_pipeline.engine.errors import ChangedOnDisk, MissingInput
from vigo_pipeline.engine.ledger.outputs import Artefakter, Avtrykk
from vigo_pipeline.engine.receive.facts import Ventet
from vigo_pipeline.engine.receive.files import Fil, files_in
from vigo_pipeline.engine.receive.folder import INN, Mappe, look
from vigo_pipeline.engine.receive.judge import (
    Dropp,
    accepted,
    judge,
    none_accepted,
    nothing,
)
from vigo_pipeline.engine.receive.kept_copies import keep
from vigo_pipeline.engine.receive.whom import HVEM, of_whom, read_line
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon, read_table, write_table

FILER, REGNSKAP, FUNN = "filer.parquet", "regnskap.parquet", "funn.parquet"


@dataclass(frozen=True)
class Mottak:
    """What one avgiver's drop came to.

    ``filer``: one row per file with ``godtatt``. ``funn``: one row per finding with file, line,
    column and rule. ``regnskap``: rows read, rejected, merged and accepted per table. ``lest``:
    what was written of it, with the sha256 of each file.
    """

    avgiver: str
    ingen_endringer: bool
    filer: pa.Table
    funn: pa.Table
    regnskap: pa.Table
    lest: Artefakter

    @property
    def godtatt(self) -> int:
        """Return how many files were accepted."""
        return sum(self.filer["godtatt"].to_pylist())

    @property
    def antall_funn(self) -> int:
        """Return how many findings there are, those beyond the ceiling counted."""
        return sum(self.funn["antall"].to_pylist())

    @property
    def er_varslet(self) -> bool:
        """Say whether there is a finding that somebody should act on."""
        return not set(self.funn["alvor"].to_pylist()) <= {"INFO"}


def folder(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> Path:
    """Return where an avgiver drops files for a round."""
    return oppsett.inn / innsamling.mappe.format(
        skoleaar=partisjon.skoleaar, runde=partisjon.runde, avgiver=avgiver
    )


def dropped(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> Mappe:
    """Return what lies in the folder where an avgiver drops files for a round."""
    return look(folder(innsamling, partisjon, avgiver, oppsett), oppsett.inn / INN)


def artefact(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> Path:
    """Return the folder of what an avgiver's drop came to."""
    return partisjon.under(oppsett.artefakter / "innrapportering" / innsamling.stamme) / avgiver


def rejected(filer: Iterable[Mapping[str, Any]]) -> int:
    """Return how many of an avgiver's files are rejected; the same bytes twice are one."""
    return sum(not f["godtatt"] and not f["duplikat"] for f in filer)


def still_rejected(
    innsamling: Innsamling, partisjon: Partisjon, avgiver: str, oppsett: Innstillinger
) -> int:
    """Return how many of an avgiver's files were rejected when its drop was last read."""
    kolonner = ("godtatt", "duplikat")
    return rejected(last_read(innsamling, partisjon, avgiver, oppsett, kolonner) or ())


def last_read(
    innsamling: Innsamling,
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    kolonner: Sequence[str],
) -> list[dict[str, Any]] | None:
    """Return the files of an avgiver's drop when it was last read, by columns of ``filer``.

    None when it has not been, and when what was written of it is damaged: it is read again by the
    next run.
    """
    sti = artefact(innsamling, partisjon, avgiver, oppsett) / FILER
    try:
        return list(read_table(sti, avgiver, kolonner).to_pylist())
    except (ChangedOnDisk, MissingInput):
        return None


def receive(
    innsamling: Innsamling,
    regler: Iterable[Regel],
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    i_kraft: Sequence[Fil] = (),
    *,
    dag: date | None = None,
    gjelder: Mapping[str | None, date] = MappingProxyType({}),
) -> Mottak:
    """Read and judge an avgiver's drop; write the accepted rows, the files and the findings.

    Files stay where they are, and a copy of what was read is kept in the restricted folder. What
    cannot be read is rejected: it stops no other file and no other avgiver.

    Args:
        innsamling: the collection.
        regler: the rules of the reading.
        partisjon: the round.
        avgiver: whose drop.
        oppsett: the installation's settings.
        i_kraft: files that were accepted before and are in force. They are read as if they lay
            there still, but for those of schools that something else lies there for.
        dag: today; a file may not say that it is made later. Not asked when left out.
        gjelder: the day of the file in force, by school; None for a file of all schools.
    """
    periode = period(innsamling.stamme, partisjon.runde, partisjon.aar)
    ventet = Ventet(innsamling, periode, dag, gjelder)
    hvor = (innsamling, partisjon, avgiver, oppsett)
    dropp = read_drop(folder(*hvor), dropped(*hvor), i_kraft)
    mottak = judge_drop(dropp, ventet, regler, partisjon, avgiver, oppsett)
    keep(oppsett, dropp.lest)
    return mottak


def read_drop(mappe: Path, innhold: Mappe, i_kraft: Sequence[Fil] = ()) -> Dropp:
    """Read an avgiver's drop; what is in it is not looked at yet.

    Args:
        mappe: its folder.
        innhold: what lies there.
        i_kraft: as of ``receive``.
    """
    ligger = list(files_in(mappe, innhold))
    return Dropp(innhold, ligger + _taken_away(ligger, i_kraft))


def judge_drop(
    dropp: Dropp,
    ventet: Ventet,
    regler: Iterable[Regel],
    partisjon: Partisjon,
    avgiver: str,
    oppsett: Innstillinger,
    write: Callable[[Path, pa.Table], str] = write_table,
) -> Mottak:
    """Do as ``receive`` with a drop that has been read; no copy is kept.

    ``write``: what is done with each table, and the place it has; returns the sha256.
    """
    innsamling = ventet.innsamling
    ut = artefact(innsamling, partisjon, avgiver, oppsett)
    poster = innsamling.tabellposter
    if dropp.er_tom:
        dom = nothing(innsamling)
        skrevet = {(n := f"{p.tabell}.parquet"): write(ut / n, none_accepted(p)) for p in poster}
    else:
        with duck.connect(side_by_side=True) as con:
            dom = judge(con, dropp, ventet, regler, partisjon, avgiver, oppsett)
            skrevet = {
                (n := f"{p.tabell}.parquet"): write(ut / n, accepted(con, p)) for p in poster
            }
    tabeller = {
        HVEM: of_whom(dropp.lest, dom.filer, dom.funn),
        REGNSKAP: dom.regnskap,
        FILER: dom.filer,
        FUNN: dom.funn.drop_columns(["nr", "verdier"]),
    }
    skrevet |= {fil: write(ut / fil, rader) for fil, rader in tabeller.items()}
    hva = f"innrapportering/{innsamling.stamme} fra {avgiver}"
    return Mottak(
        avgiver=avgiver,
        ingen_endringer=dropp.innhold.ingen_endringer,
        filer=dom.filer,
        funn=tabeller[FUNN],
        regnskap=dom.regnskap,
        lest=Artefakter(ut, hva, partisjon, Avtrykk(skrevet, vannmerke=0)),
    )


def _taken_away(ligger: list[Fil], i_kraft: Sequence[Fil]) -> list[Fil]:
    """Return the files in force that no file in the folder is of the same school as."""
    innhold = {f.sha256 for f in ligger}
    opptatt = {skole for f in ligger for skole in _school_of(f)}
    ut: list[Fil] = []
    for f in i_kraft if "" not in opptatt else ():
        egne = _school_of(f)
        if f.sha256 not in innhold and not (opptatt & egne or (opptatt and "" in egne)):
            ut.append(replace(f, nr=len(ligger) + len(ut) + 1))
    return ut


def _school_of(f: Fil) -> set[str]:
    """Return the school that a file's start row says it is of, blank of a fylke, if it has one."""
    start = read_line(f.data.split(b"\n", 1)[0].rstrip(b"\r"))
    return {start["skolenr"]} if "skolenr" in start else set()
