"""Code lists: what a code means and when it was valid, read from kodeverk/."""

import csv
import tomllib
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict

MAPPE = Path(__file__).with_name("kodeverk")
DATOER = ("gyldig_fra", "gyldig_til")
# Arrow compares no dates with null, so an open end is put as far away as a date goes.
_FOERST, _SIST = date.min, date.max


class Kodeliste(BaseModel):
    """What a code list is, whose it is, and whether a missing code proves anything.

    ``ufullstendig``: the list is known to lack codes, so a miss is only a warning (``proves``).
    ``form``: a regular expression that each of its codes is whole.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    navn: str
    tittel: str
    eier: str
    doc: str
    ufullstendig: bool = False
    form: str = "[A-ZÆØÅ][A-ZÆØÅ0-9]?"

    @property
    def fil(self) -> Path:
        """Return the file that holds the codes."""
        return MAPPE / f"{self.navn}.csv"


@cache
def lister() -> dict[str, Kodeliste]:
    """Return every code list by name, in name order.

    Raises:
        pydantic.ValidationError: kodeverk.toml has an unknown or missing field.
    """
    facts = tomllib.loads((MAPPE / "kodeverk.toml").read_text("utf-8"))
    return {navn: Kodeliste(navn=navn, **facts[navn]) for navn in sorted(facts)}


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
    fil = lister()[liste].fil
    try:
        with fil.open(encoding="utf-8", newline="") as linjer:
            kolonner, *rader = csv.reader(linjer, delimiter=";")
        verdier = zip(*rader, strict=True) if rader else ((),) * len(kolonner)
        return pa.table(
            {k: _column(k, v) for k, v in zip(kolonner, verdier, strict=True)},
            schema=pa.schema([(k, pa.date32() if k in DATOER else pa.string()) for k in kolonner]),
        )
    except ValueError as exc:
        raise ValueError(f"{fil.name}: {exc}") from exc


def _column(navn: str, verdier: tuple[str, ...]) -> list[str | None] | list[date | None]:
    if navn in DATOER:
        return [date.fromisoformat(v) if v else None for v in verdier]
    return [v or None for v in verdier]


@cache
def valid(liste: str, fra: date, til: date) -> pa.Table:
    """Return the codes valid on any day of a period, one row per kode; the latest one wins.

    Args:
        liste: name of the list, as in kodeverk.toml.
        fra: first day of the period.
        til: last day of the period.

    Raises:
        KeyError: no such list.
    """
    alle = load(liste)
    starter = pc.less_equal(pc.fill_null(alle["gyldig_fra"], _FOERST), til)
    slutter = pc.greater_equal(pc.fill_null(alle["gyldig_til"], _SIST), fra)
    rader = alle.filter(pc.and_(starter, slutter))
    # The rows are in order, so the last one of each kode is the latest.
    siste = {kode: nr for nr, kode in enumerate(rader["kode"].to_pylist())}
    return rader.take(pa.array(siste.values(), pa.int64()))


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
    alle = load(liste)
    return set(alle.filter(pc.is_null(alle["gyldig_til"]))["merke"].to_pylist()) != {"A"}


@cache
def version() -> str:
    """Return 16 hex digits that change whenever any code, name or date does."""
    sum_ = sha256()
    for navn, liste in lister().items():
        sum_.update(f"{navn}\n".encode() + liste.fil.read_bytes())
    return sum_.hexdigest()[:16]
