"""Read a code list out of an export: JSON from Grep or VIGO Kodeverksbase, or an own CSV."""

import csv
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.errors import VigoError

Rad = dict[str, str]
Felt = Mapping[str, str]
DATOER = ("gyldig_fra", "gyldig_til")
# FINT writes an open end both ways (kodeverk.md § 16).
AAPEN = {"", "9999-12-31"}
SPRAAK = ("nob", "default", "nno")
# A code was never in force outside these, whatever an export writes for «always».
FOERST, SIST = "1900-01-01", "2199-12-31"


class KodeverkFeil(VigoError):
    """An export cannot be read as the code list it is said to be."""


@dataclass(frozen=True)
class Oppfoering:
    """One code of an export.

    ``gyldig_til`` and ``utgaatt`` are None when the export says nothing of it; ``gyldig_til`` is
    blank when the code is said to be open. ``egne`` holds the list's own columns that are filled.
    """

    kode: str
    navn: str
    gyldig_fra: str = ""
    gyldig_til: str | None = None
    utgaatt: bool | None = None
    egne: Mapping[str, str] = field(default_factory=dict)

    @property
    def er_aapen(self) -> bool:
        """Return whether the export says that the code is in use, and doesn't only name it."""
        sagt = self.gyldig_til == "" or self.utgaatt is False
        return sagt and not self.gyldig_til and not self.utgaatt


def fault(post: Oppfoering, begynt: str = "") -> str:
    """Return in words why an entry can be nobody's to take in; blank when it can be.

    ``begynt``: the day that we have that the code began, where we have one.

    >>> fault(Oppfoering("A", "A", "2024-01-01", "0001-01-01"))
    'datoer som ikke kan stemme'
    >>> fault(Oppfoering("A", "A", gyldig_til="2023-12-31"), begynt="2024-01-01")
    'datoer som ikke kan stemme'
    """
    tekster = (post.kode, post.navn, *post.egne.values())
    if any(mask(tekst) != tekst for tekst in tekster):
        return "det som kan være et fødselsnummer"
    dager = [d for d in (post.gyldig_fra, post.gyldig_til) if d]
    fra = max(post.gyldig_fra, begynt)
    ulovlig = any(not FOERST <= d <= SIST for d in dager)
    return "datoer som ikke kan stemme" if ulovlig or fra > (post.gyldig_til or SIST) else ""


def read_rows(fil: Path) -> tuple[list[str], list[Rad]]:
    """Return the columns and rows of a CSV in the project's own shape.

    Raises:
        KodeverkFeil: the file is not there, not UTF-8 with a header, or a row has too few or too
            many values, lacks kode or navn, or has a date that is not one, or ``fault``.
    """
    try:
        with fil.open(encoding="utf-8-sig", newline="") as tekst:
            lest = csv.reader(tekst, delimiter=";", strict=True)
            # A blank line, often the last, is no row.
            hode, *linjer = ([_trimmed(v) for v in linje] for linje in lest if linje)
    except (OSError, ValueError, csv.Error) as exc:
        raise KodeverkFeil(f"{fil.name}: er ikke en CSV-fil i UTF-8 med kolonnenavn.") from exc
    if not {"kode", "navn"} <= set(hode):
        raise KodeverkFeil(
            f"{fil.name}: har ikke kolonnene kode og navn. Er det semikolon mellom verdiene?"
        )
    rader = []
    for nr, linje in enumerate(linjer, 1):
        if len(linje) != len(hode):
            raise KodeverkFeil(
                f"{fil.name}: post nr. {nr} har {len(linje)} verdier, ikke {len(hode)}."
            )
        rad = dict(zip(hode, linje, strict=True))
        _require(fil.name, nr, rad)
        rad |= {k: _date(fil.name, nr, k, rad.get(k)) or "" for k in DATOER}
        egne = {k: v for k, v in rad.items() if k not in ("kode", "navn", *DATOER)}
        fra, til = (rad[k] for k in DATOER)
        _demand_possible(fil.name, nr, Oppfoering(rad["kode"], rad["navn"], fra, til, egne=egne))
        rader.append(rad)
    return hode, rader


def read_json(fil: Path, liste: str, form: str) -> list[Oppfoering]:
    """Return the codes of a JSON export, in the export's order.

    Raises:
        KodeverkFeil: no field map for the list in this form, the file is not a whole JSON export,
            or a record lacks kode or navn or has a date that is not one, or ``fault``. The message
            names the file and the record's number, never its content.
    """
    kart = fields()
    if form not in kart or liste not in kart[form]:
        former = ", ".join(["csv", *(f for f in kart if liste in kart[f])])
        raise KodeverkFeil(f"{liste} kan ikke leses som {form}. Den kan leses som {former}.")
    poster = entries(fil.name, _records(fil), kart[form][liste])
    for nr, post in enumerate(poster, 1):
        _demand_possible(fil.name, nr, post)
    return poster


@cache
def fields() -> dict[str, dict[str, Felt]]:
    """Return which field of an export fills which column, by form and list."""
    kart: dict[str, dict[str, Felt]] = tomllib.loads(
        Path(__file__).with_name("felt.toml").read_text("utf-8")
    )
    return kart


def entries(kilde: str, poster: Iterable[object], felt: Felt) -> list[Oppfoering]:
    """Return the codes of an export's records, in their order.

    Args:
        kilde: what it is called in messages.
        poster: the records, as JSON has them.
        felt: which field fills which column.

    Raises:
        KodeverkFeil: a record lacks kode or navn, or has a date that is not one.
    """
    try:
        return [_entry(kilde, nr, post, felt) for nr, post in enumerate(poster, 1)]
    except RecursionError:
        raise KodeverkFeil(f"{kilde}: har felt i felt i felt. Er det en eksport?") from None


def _records(fil: Path) -> list[Any]:
    try:
        innhold = json.loads(fil.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as exc:
        raise KodeverkFeil(f"{fil.name}: er ikke en JSON-fil i UTF-8. Er den hel?") from exc
    poster = innhold.get("content") if isinstance(innhold, dict) else innhold
    if not isinstance(poster, list) or not poster:
        raise KodeverkFeil(f"{fil.name}: har ingen liste med koder.")
    if isinstance(innhold, dict) and innhold.get("totalElements", len(poster)) != len(poster):
        raise KodeverkFeil(f"{fil.name}: er bare én side av flere. Slå sammen sidene først.")
    return poster


def _entry(kilde: str, nr: int, post: object, felt: Felt) -> Oppfoering:
    if not isinstance(post, dict):
        raise KodeverkFeil(f"{kilde}: post nr. {nr} er ikke et objekt.")
    verdier = {k: _value(post, sti) for k, sti in felt.items() if k not in (*DATOER, "utgaatt")}
    fra, til = (_date(kilde, nr, k, _value(post, felt[k])) for k in DATOER)
    _require(kilde, nr, verdier)
    return Oppfoering(
        kode=verdier.pop("kode") or "",
        navn=verdier.pop("navn") or "",
        gyldig_fra=fra or "",
        gyldig_til=til,
        utgaatt=_expired(post, felt.get("utgaatt", "")),
        egne={k: v for k, v in verdier.items() if v},
    )


def _demand_possible(kilde: str, nr: int, post: Oppfoering) -> None:
    if hva := fault(post):
        raise KodeverkFeil(f"{kilde}: post nr. {nr} har {hva}.")


def _require(kilde: str, nr: int, rad: Mapping[str, str | None]) -> None:
    mangler = [k for k in ("kode", "navn") if not rad.get(k)]
    if mangler:
        raise KodeverkFeil(f"{kilde}: post nr. {nr} mangler {' og '.join(mangler)}.")
    if not all((verdi or "").isprintable() for verdi in rad.values()):
        raise KodeverkFeil(f"{kilde}: post nr. {nr} har tegn som ikke kan skrives ut.")


def _expired(post: Mapping[str, Any], regel: str) -> bool | None:
    sti, _, innhold = regel.partition("~")
    verdi = _value(post, sti.removesuffix("!"))
    return None if verdi is None else (innhold in verdi) is not sti.endswith("!")


def _value(post: Mapping[str, Any], stier: str) -> str | None:
    """Return the first of the fields ``a.b|c:5`` that holds text; None when none is there.

    Of ``a+b`` each that holds text, with a colon between.
    """
    if "+" in stier:
        deler = [_value(post, sti) for sti in stier.split("+")]
        return ": ".join(d for d in deler if d)
    funnet = None
    for sti in stier.split("|"):
        navn, _, bredde = sti.partition(":")
        verdi = _dig(post, navn.split("."))
        if verdi is not None:
            tekst = _text(verdi)
            funnet = tekst.zfill(int(bredde)) if tekst and bredde else tekst
            if funnet:
                break
    return funnet


def _dig(verdi: Any, sti: list[str]) -> Any:
    for ledd in sti:
        if isinstance(verdi, list):
            verdi = verdi[0] if verdi else None
        if not isinstance(verdi, dict) or ledd not in verdi:
            return None
        # Blank says something of its own: the field is there, and open.
        verdi = "" if verdi[ledd] is None else verdi[ledd]
    return verdi


def _text(verdi: Any) -> str:
    """Return a value as one line of text; a title in several languages in bokmål."""
    if isinstance(verdi, list):
        verdi = {
            t["spraak"]: t.get("verdi")
            for t in verdi
            if isinstance(t, dict) and isinstance(t.get("spraak"), str)
        }
    if isinstance(verdi, dict) and "tekst" in verdi:
        return _text(verdi["tekst"])
    if isinstance(verdi, dict):
        verdi = next((verdi[s] for s in SPRAAK if verdi.get(s)), None)
    return "" if verdi is None else " ".join(str(verdi).split())


def _trimmed(tekst: str) -> str:
    """Return a text without space around it, on one line: « H » is the code H."""
    return " ".join(tekst.splitlines()).strip()


def _date(kilde: str, nr: int, felt: str, verdi: str | None) -> str | None:
    if verdi is None:
        return None
    dag = verdi[:10]
    try:
        return "" if dag in AAPEN else date.fromisoformat(dag).isoformat()
    except ValueError as exc:
        raise KodeverkFeil(f"{kilde}: post nr. {nr} har ikke en dato i {felt}.") from exc
