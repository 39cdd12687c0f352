"""The ear of the canary: it knows who was in the dropped files, and finds them anywhere else."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from zipfile import ZipFile, is_zipfile

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import sql

from vigo_pipeline.contract.grensesnitt import linjetyper, tabellposter
from vigo_pipeline.contract.variabel import variabler
from vigo_pipeline.engine.arrow_file import ENDELSE
from vigo_pipeline.engine.derive.exchanged import BYTTET
from vigo_pipeline.engine.manifest import RADER as RADFIL
from vigo_pipeline.engine.pipeline import AVLEDET
from vigo_pipeline.engine.receive.whom import HVEM
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.store import read_table

# A person may be in what the avgiver dropped, in what the owner alone may open, in the rows that
# pass between assets, in the Sentralbase and in the delivery itself. Nowhere else.
MAPPER = {"inn", "begrenset", "postgres"}
# And it is the avgiver who names a dropped file, and PostgreSQL its own.
NAVNGITT = {"inn", "postgres"}
# But a fylke's own report tells of schools.
FYLKET = "fylket"
# Rows, which of them were exchanged, whom the findings in the files are about, and who is gone
# within a round.
RADER = {
    RADFIL,
    AVLEDET,
    BYTTET,
    "krympet.parquet",
    HVEM,
    *(f"{p.tabell}{e}" for p in tabellposter().values() for e in (".parquet", ENDELSE)),
}
# Among those rows are names of files, and start rows, as an avgiver wrote them.
NAVN = {"filer.parquet", "funn.parquet"}
LEVERANSER = {lev.fil.navn for lev in Register.installed().leveranser.values()}

Funnsted = tuple[str, int]


def persons(hjem: Path) -> set[str]:
    """Return every number and every full name in the dropped files."""
    poster = {p.kode: [k for k in p.i_bruk if is_person(k.variabel or "")] for p in linjetyper()}
    funnet = set()
    for fil in (p for p in (hjem / "inn").rglob("*.txt") if p.is_file()):
        for linje in fil.read_bytes().decode("iso-8859-1").split("\r\n"):
            felt = linje.split(";")
            funnet |= {felt[k.nr - 1] for k in poster.get(felt[0], []) if k.nr <= len(felt)}
    return {f for f in funnet if len(f) > 8}


def is_person(variabel: str) -> bool:
    return variabel == "elevnavn" or variabler()[variabel].type == "fnr"


def forms(person: str) -> set[bytes]:
    """Return the ways a number or a name may be written."""
    delt = f"{person[:6]} {person[6:]}" if person.isdigit() else " ".join(person.split()[::-1])
    tekster = {person, delt, json.dumps(person)[1:-1], json.dumps(delt)[1:-1]}
    return {t.encode(koding) for t in tekster for koding in ("utf-8", "iso-8859-1", "utf-16-le")}


def leaks(personer: Iterable[str], kilder: Iterable[tuple[str, bytes]]) -> list[Funnsted]:
    """Return where persons were found and how many: never who."""
    former = _by_start(personer)
    starter = np.unique([np.frombuffer(start, np.uint64)[0] for start in former])
    funnet = ((hvor, _count(former, innhold, starter)) for hvor, innhold in kilder)
    return [(hvor, antall) for hvor, antall in funnet if antall]


# How much is looked through at once.
BIT = 1 << 20
# Forms of persons by their first eight bytes, each with the number of its person.
Former = dict[bytes, list[tuple[int, bytes]]]


def _by_start(personer: Iterable[str]) -> Former:
    former: Former = {}
    for nr, person in enumerate(personer):
        for form in forms(person):
            former.setdefault(form[:8], []).append((nr, form))
    assert former
    return former


def _count(former: Former, innhold: bytes, starter: npt.NDArray[np.uint64]) -> int:
    """Return how many persons a content has in some form.

    To look for thousands of forms one by one takes longer than the runs that may have leaked them:
    only those are looked for whose first eight bytes are there, and every form is longer.
    """
    der = set()
    for fra in range(0, len(innhold) - 7, BIT):
        # Eight bytes from each byte on.
        antall = min(BIT, len(innhold) - 7 - fra)
        deler = np.ndarray((antall,), np.uint64, innhold, fra, (1,))
        naermest = starter[np.searchsorted(starter[:-1], deler)]
        der |= {d.tobytes() for d in np.unique(deler[naermest == deler])}
    return len({nr for start in der for nr, form in former[start] if form in innhold})


def content(sti: Path) -> Iterator[bytes]:
    """Return a file's bytes, and in plain text what its format packs or splits."""
    yield sti.read_bytes()
    if sti.suffix in {".parquet", ENDELSE}:
        tabell = read_table(sti, sti.name)
        yield f"{tabell.schema.metadata} {tabell.to_pylist()}".encode()
    # A workbook is a zip file.
    if is_zipfile(sti):
        with ZipFile(sti) as pakke:
            yield from map(pakke.read, pakke.namelist())
    if sti.suffix == ".db":
        with sqlite3.connect(f"file:{sti}?mode=ro", uri=True) as con:
            yield "\n".join(con.iterdump()).encode()


def files(mappe: Path, utelatt: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Return every path with its name and content, rows and deliveries left out."""
    for sti in sorted(mappe.rglob("*")):
        inni = sti.relative_to(mappe)
        navn = str(inni)
        if inni.parts[0] not in NAVNGITT:
            yield f"navnet {sti.parent.name}/…", navn.encode()
        if inni.parts[0] in MAPPER and sti.stem != FYLKET:
            continue
        if sti.is_file() and sti.name not in {*RADER, *LEVERANSER, *utelatt}:
            yield from ((navn, innhold) for innhold in content(sti))


def database(url: str) -> Iterator[tuple[str, bytes]]:
    """Return every row of every table, as text."""
    with psycopg.connect(url) as con:
        tabeller = con.execute(
            "select schemaname, tablename from pg_tables "
            "where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for skjema, tabell in tabeller:
            query = sql.SQL("copy {} to stdout").format(sql.Identifier(skjema, tabell))
            with con.cursor().copy(query) as ut:
                yield f"{skjema}.{tabell}", b"".join(ut)
