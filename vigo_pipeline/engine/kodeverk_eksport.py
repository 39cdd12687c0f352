"""Read a code list out of an export from Grep, VIGO Kodeverksbase or the project's own CSV."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.kodeverk import Kodeliste
from vigo_pipeline.engine.errors import VigoError

REGISTER = {"grep": "Grep", "vigo": "VIGO"}

# FINT writes an open end both ways (kodeverk.md § 16).
AAPEN = {"", "9999-12-31"}
SPRAAK = ("nob", "default", "nno")


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


def read_own(kilde: Path, liste: Kodeliste) -> list[dict[str, str]]:
    """Return the rows of a CSV in the project's own shape; blank is an empty string.

    Raises:
        KodeverkFeil: the file is not there or not in the list's shape, or a row lacks kode or navn.
    """
    try:
        table = kodeverk.read(kilde, liste.skjema())
    except (OSError, ValueError) as exc:
        raise KodeverkFeil(f"{kilde.name}: kan ikke leses som {liste.navn}. {exc}") from exc
    rader = [{k: _text(v) for k, v in rad.items()} for rad in table.to_pylist()]
    for nr, rad in enumerate(rader, 1):
        _require(kilde, nr, rad)
    return rader


def read_json(kilde: Path, liste: Kodeliste, form: str) -> list[Oppfoering]:
    """Return the codes of a JSON export, in the export's order.

    Raises:
        KodeverkFeil: the list has no field map for the form, the file is not a whole JSON export,
            or a record lacks kode or navn or has a date that is not one. The message names the file
            and the record's number, never its content.
    """
    if form not in liste.felt:
        kjente = ", ".join(["csv", *sorted(liste.felt)])
        raise KodeverkFeil(f"{liste.navn} kan ikke leses som {form}, bare som {kjente}.")
    felt = liste.felt[form]
    return [_entry(kilde, nr, post, felt) for nr, post in enumerate(_records(kilde), 1)]


def _records(kilde: Path) -> list[Any]:
    try:
        innhold = json.loads(kilde.read_text("utf-8-sig"))
    except (OSError, ValueError) as exc:
        raise KodeverkFeil(f"{kilde.name}: er ikke en JSON-fil i UTF-8. Er den hel?") from exc
    if isinstance(innhold, dict):
        poster = innhold.get("content")
        if isinstance(poster, list) and innhold.get("totalElements", len(poster)) != len(poster):
            raise KodeverkFeil(f"{kilde.name}: er bare én side av flere. Slå sammen sidene først.")
    else:
        poster = innhold
    if not isinstance(poster, list) or not poster:
        raise KodeverkFeil(f"{kilde.name}: har ingen liste med koder.")
    return poster


def _entry(kilde: Path, nr: int, post: object, felt: Mapping[str, str]) -> Oppfoering:
    if not isinstance(post, dict):
        raise KodeverkFeil(f"{kilde.name}: post nr. {nr} er ikke et objekt.")
    verdier = {k: _value(post, sti) for k, sti in felt.items() if k != "utgaatt"}
    _require(kilde, nr, {k: v or "" for k, v in verdier.items()})
    for k in ("gyldig_fra", "gyldig_til"):
        verdier[k] = _date(kilde, nr, k, verdier.get(k))
    faste = {"kode", "navn", "gyldig_fra", "gyldig_til"}
    return Oppfoering(
        kode=verdier["kode"] or "",
        navn=verdier["navn"] or "",
        gyldig_fra=verdier["gyldig_fra"] or "",
        gyldig_til=verdier["gyldig_til"],
        utgaatt=_expired(post, felt.get("utgaatt", "")),
        egne={k: v for k, v in verdier.items() if v and k not in faste},
    )


def _require(kilde: Path, nr: int, rad: Mapping[str, str]) -> None:
    mangler = [k for k in ("kode", "navn") if not rad.get(k)]
    if mangler:
        raise KodeverkFeil(f"{kilde.name}: post nr. {nr} mangler {' og '.join(mangler)}.")


def _expired(post: Mapping[str, Any], regel: str) -> bool | None:
    sti, _, innhold = regel.partition("~")
    verdi = _value(post, sti)
    return None if verdi is None else innhold in verdi


def _value(post: Mapping[str, Any], stier: str) -> str | None:
    """Return the first of the fields ``a.b|c:5`` that holds text; None when none is there."""
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
        # Blank is a statement of its own: the field is there, and open.
        verdi = "" if verdi[ledd] is None else verdi[ledd]
    return verdi


def _text(verdi: Any) -> str:
    """Return a value as one line of text; a title in several languages in bokmål."""
    if isinstance(verdi, list):
        verdi = {
            t["spraak"]: t.get("verdi") for t in verdi if isinstance(t, dict) and "spraak" in t
        }
    if isinstance(verdi, dict):
        verdi = next((verdi[s] for s in SPRAAK if verdi.get(s)), None)
    return "" if verdi is None else " ".join(str(verdi).split())


def _date(kilde: Path, nr: int, felt: str, verdi: str | None) -> str | None:
    if verdi is None:
        return None
    dag = verdi[:10]
    if dag in AAPEN:
        return ""
    try:
        return date.fromisoformat(dag).isoformat()
    except ValueError as exc:
        raise KodeverkFeil(f"{kilde.name}: post nr. {nr} har ikke en dato i {felt}.") from exc
