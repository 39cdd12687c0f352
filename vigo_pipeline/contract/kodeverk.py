"""Code lists: what a code means and when it was valid, read from kodeverk/.

What an installation has taken in from the lists' source is laid over them, row by row.
"""

import csv
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pyarrow as pa
from pydantic import StrictBool, field_validator

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import read_named

MAPPE = Path(__file__).with_name("kodeverk")
FIL = MAPPE / "kodeverk.toml"
# What lets a regular expression go on as long as it likes.
UTEN_SLUTT = re.compile(r"[*+]|,\}")
DATOER = ("gyldig_fra", "gyldig_til")
# Days are compared as they are written, and an open end is put as far away as a day goes.
_FOERST, _SIST = date.min.isoformat(), date.max.isoformat()
Rad = dict[str, str]
# What this process's installation has taken in, by list; in the shape of the lists.
_OVER: dict[str, bytes] = {}


class Kodeliste(Strict):
    """What a code list is, whose it is, and whether a missing code proves anything.

    ``ufullstendig``: the list is known to lack codes, so a miss is only a warning (``proves``).
    ``form``: a regular expression that each of its codes is whole. What has it is shown, so it says
    how long a code may be: what somebody has written in the wrong field may be a person.
    """

    navn: str
    tittel: str
    eier: str
    doc: str
    ufullstendig: StrictBool = False
    form: str = "[A-ZÆØÅ][A-ZÆØÅ0-9]?"

    @field_validator("form")
    @classmethod
    def _has_an_end(cls, form: str) -> str:
        if UTEN_SLUTT.search(form):
            raise ValueError(f"formen «{form}» sier ikke hvor lang en kode kan være, som {{1,3}}.")
        return form

    @property
    def fil(self) -> Path:
        """Return the file that holds the codes."""
        return MAPPE / f"{self.navn}.csv"


@cache
def lister() -> dict[str, Kodeliste]:
    """Return every code list by name, in name order.

    Raises:
        WrongSpec: kodeverk.toml has an unknown or missing field.
    """
    alle = read_named(FIL, Kodeliste, "navn")
    return {navn: alle[navn] for navn in sorted(alle)}


@cache
def load(liste: str) -> pa.Table:
    """Return all rows of a code list, sorted by kode and gyldig_fra.

    Every column is text but the dates, which are date32. A blank is null: open or unknown.

    Args:
        liste: name of the list, as in kodeverk.toml.

    Raises:
        KeyError: no such list.
        ValueError: the file lacks a header, a date isn't a date, or a row has too few or too many
            columns. The message names the file.
    """
    kolonner, rader = rows(liste)
    try:
        return _table(kolonner, rader)
    except ValueError as exc:
        raise ValueError(f"{lister()[liste].fil.name}: {exc}") from exc


def _table(kolonner: list[str], rader: list[Rad]) -> pa.Table:
    # Those of a list without rows have no values.
    return pa.table(
        {k: _column(k, [r[k] for r in rader]) for k in kolonner},
        schema=pa.schema([(k, pa.date32() if k in DATOER else pa.string()) for k in kolonner]),
    )


def rows(liste: str, *, som_pakket: bool = False) -> tuple[list[str], list[Rad]]:
    """Return the columns and rows of a list as text, sorted by kode and gyldig_fra.

    Args:
        liste: name of the list.
        som_pakket: the package's own, without what the installation has taken in.

    Raises:
        KeyError: no such list.
        ValueError: as ``load`` does.
    """
    fil = lister()[liste].fil
    kolonner, rader = _read(fil.name, fil.read_bytes())
    if som_pakket or liste not in _OVER:
        return kolonner, rader
    return kolonner, _laid_over(kolonner, rader, _read(fil.name, _OVER[liste])[1])


@cache
def _rows(liste: str) -> tuple[list[str], list[Rad]]:
    return rows(liste)


def _read(navn: str, innhold: bytes) -> tuple[list[str], list[Rad]]:
    try:
        kolonner, *linjer = csv.reader(StringIO(innhold.decode("utf-8"), ""), delimiter=";")
    except UnicodeDecodeError:
        raise ValueError(f"{navn}: fila er ikke lagret som UTF-8.") from None
    except ValueError as exc:
        raise ValueError(f"{navn}: {exc}") from exc
    for nr, linje in enumerate(linjer, start=2):
        if len(linje) != len(kolonner):
            raise ValueError(
                f"{navn}: linje {nr} har {len(linje)} felt, og skal ha {len(kolonner)}: "
                f"{';'.join(kolonner)}."
            )
    return kolonner, [dict(zip(kolonner, linje, strict=True)) for linje in linjer]


def _laid_over(kolonner: list[str], rader: list[Rad], over: Iterable[Rad]) -> list[Rad]:
    """Return rows with others laid over them: a blank says nothing, but that a code is open."""
    ut = {(r["kode"], r["gyldig_fra"]): r for r in rader}
    for rad in over:
        noekkel = (rad["kode"], rad["gyldig_fra"])
        sagt = {k: v for k, v in rad.items() if k in kolonner and (v or k == "gyldig_til")}
        ut[noekkel] = {**ut.get(noekkel, dict.fromkeys(kolonner, "")), **sagt}
    return [ut[noekkel] for noekkel in sorted(ut)]


def lay_over(filer: Mapping[str, bytes]) -> None:
    """Let what an installation has taken in be in force in this process, and nothing else.

    A process works for one installation at a time. ``filer``: by list; a row has a value in the
    columns that it says something else in than the package's own does.
    """
    if filer != _OVER:
        _OVER.clear()
        _OVER.update(filer)
        forget()


def forget() -> None:
    """Read every list anew the next time: one of them has changed."""
    for lest in (load, valid, valid_rows, version, _rows):
        lest.cache_clear()


def _column(navn: str, verdier: list[str]) -> list[str | None] | list[date | None]:
    if navn in DATOER:
        return [date.fromisoformat(v) if v else None for v in verdier]
    return [v or None for v in verdier]


@cache
def valid(liste: str, fra: date, til: date, telles: date | None = None) -> pa.Table:
    """Return the codes valid on any day of a period, one row per kode.

    Args:
        liste: name of the list, as in kodeverk.toml.
        fra: first day of the period.
        til: last day of the period.
        telles: of several rows of a kode, the one of this day wins; else, or without it, the
            latest one.

    Raises:
        KeyError: no such list.
    """
    return _table(_rows(liste)[0], valid_rows(liste, fra, til, telles))


@cache
def valid_rows(liste: str, fra: date, til: date, telles: date | None = None) -> list[Rad]:
    """Return the rows of ``valid`` as text, a blank where nothing is said; nobody changes them.

    Arrow loads pandas to make a table, and who asks for a few names waits for neither.
    """
    # The rows are in order, so the last one of each kode is the latest.
    i_kraft = _in_force(_rows(liste)[1], fra, til)
    siste = {r["kode"]: r for r in i_kraft}
    da = _in_force(i_kraft, telles, telles) if telles else []
    return list((siste | {r["kode"]: r for r in da}).values())


def _in_force(rader: Iterable[Rad], fra: date, til: date) -> list[Rad]:
    """Return the rows that are so on any day of a period."""
    foerste, siste = fra.isoformat(), til.isoformat()
    return [
        r
        for r in rader
        if (r["gyldig_fra"] or _FOERST) <= siste and (r["gyldig_til"] or _SIST) >= foerste
    ]


def has_codes(liste: str) -> bool:
    """Say whether a list has any code, whenever it was valid; raises as ``load`` does."""
    return bool(_rows(liste)[1])


def proves(liste: str) -> bool:
    """Say whether a code outside a list is wrong: the list is complete, and somebody else's.

    A list is ASSUMED, and proves nothing, when no code that is in force has a source.

    >>> proves("fagstatuser"), proves("voksenrettstyper"), proves("fag")
    (True, False, False)

    Raises:
        KeyError: no such list.
    """
    if lister()[liste].ufullstendig:
        return False
    return {r["merke"] for r in _rows(liste)[1] if not r["gyldig_til"]} != {"A"}


@cache
def version() -> str:
    """Return 16 hex digits that change whenever any code, name or date that is in force does."""
    sum_ = sha256()
    for navn, liste in lister().items():
        sum_.update(f"{navn}\n".encode() + liste.fil.read_bytes() + _OVER.get(navn, b""))
    return sum_.hexdigest()[:16]
