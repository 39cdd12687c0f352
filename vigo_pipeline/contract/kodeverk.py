"""The dated code lists, read from kodeverk/*.csv and described by kodeverk/kodeverk.toml."""

import hashlib
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from pydantic import BaseModel, ConfigDict

MAPPE = Path(__file__).with_name("kodeverk")

FOERST = ("kode", "navn")
SIST = ("gyldig_fra", "gyldig_til", "merke", "kilde")


class Kodeliste(BaseModel):
    """What a code list is and who decides it.

    ``kolonner`` are the list's own, between navn and gyldig_fra. ``ufullstendig``: the list is
    known to lack codes, so an unknown code is a warning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    navn: str
    tittel: str
    eier: str
    doc: str
    ufullstendig: bool = False
    kolonner: tuple[str, ...] = ()

    @property
    def hode(self) -> tuple[str, ...]:
        """Return the columns of the file, in order."""
        return FOERST + self.kolonner + SIST

    @property
    def fil(self) -> Path:
        """Return where the list lies."""
        return MAPPE / f"{self.navn}.csv"

    def skjema(self) -> pa.Schema:
        """Return the list's schema: text, and date32 for gyldig_fra and gyldig_til."""
        return pa.schema(
            (k, pa.date32() if k.startswith("gyldig_") else pa.string()) for k in self.hode
        )


@cache
def lister() -> dict[str, Kodeliste]:
    """Return every code list by name, in name order.

    Raises:
        pydantic.ValidationError: kodeverk.toml has an unknown or missing field.
    """
    data = tomllib.loads((MAPPE / "kodeverk.toml").read_text("utf-8"))
    return {navn: Kodeliste(navn=navn, **data[navn]) for navn in sorted(data)}


def read(fil: Path, skjema: pa.Schema) -> pa.Table:
    """Return a code list's file as a table of exactly ``skjema``; blank is null.

    Raises:
        ValueError: the header is another, a line has too few or too many values, or a date is not
            ISO. The message names the file.
    """
    try:
        table = csv.read_csv(
            fil,
            parse_options=csv.ParseOptions(delimiter=";"),
            convert_options=csv.ConvertOptions(
                column_types=skjema, null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid as exc:
        raise ValueError(f"{fil.name}: {exc}") from exc
    if table.column_names != skjema.names:
        ventet = ";".join(skjema.names)
        raise ValueError(f"{fil.name}: første linje er {';'.join(table.column_names)}, ikke {ventet}.")
    return table


@cache
def load(liste: str) -> pa.Table:
    """Return all rows of a code list, expired ones included.

    Returns:
        One row per kode and gyldig_fra; text, but gyldig_fra and gyldig_til are date32 and null
        when open.

    Raises:
        KeyError: there is no such list.
        ValueError: the file is not in the shape that kodeverk.toml gives.
    """
    oppfoering = lister()[liste]
    return read(oppfoering.fil, oppfoering.skjema())


@cache
def valid(liste: str, fra: date, til: date) -> pa.Table:
    """Return the codes that were valid on any day of a period.

    Returns:
        One row per kode, of the latest gyldig_fra, sorted by kode; columns as ``load``.

    Raises:
        KeyError: there is no such list.
    """
    alle = load(liste)
    startet = pc.fill_null(pc.less_equal(alle["gyldig_fra"], pa.scalar(til, pa.date32())), True)
    varer = pc.fill_null(pc.greater_equal(alle["gyldig_til"], pa.scalar(fra, pa.date32())), True)
    gyldige = alle.filter(pc.and_(startet, varer))
    starter = [d or date.min for d in gyldige["gyldig_fra"].to_pylist()]
    koder = gyldige["kode"].to_pylist()
    siste = {koder[i]: i for i in sorted(range(len(koder)), key=starter.__getitem__)}
    return gyldige.take(pa.array([siste[kode] for kode in sorted(siste)], pa.int64()))


@cache
def version() -> str:
    """Return 16 hex digits that change when any code list does."""
    summ = hashlib.sha256()
    for liste in lister().values():
        innhold = liste.fil.read_bytes()
        summ.update(f"{liste.navn} {len(innhold)}\n".encode())
        summ.update(innhold)
    return summ.hexdigest()[:16]
