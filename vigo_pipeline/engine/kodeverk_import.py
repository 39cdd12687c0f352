"""Bring a code list up to date with a newer export. A code is ended, never deleted."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.kodeverk import Kodeliste
from vigo_pipeline.engine.kodeverk_eksport import (
    REGISTER,
    KodeverkFeil,
    Oppfoering,
    read_json,
    read_own,
)
from vigo_pipeline.engine.store import write_bytes

Rad: TypeAlias = dict[str, str]
Noekkel: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Endring:
    """The codes that an import added, changed and ended; each in order and once."""

    nye: tuple[str, ...]
    endret: tuple[str, ...]
    avsluttet: tuple[str, ...]


def import_export(
    kilde: Path, liste: str, form: str, maal: Path | None = None, *, per: date
) -> Endring:
    """Merge an export into a code list's file, whole or not at all. Twice changes nothing.

    A new code starts on the export's date for it, else ``per``. A code keeps its start, and its
    latest row takes the export's name, end and filled columns. A code that is gone, or said to have
    expired without a date, ends on ``per``; one that has ended and is back gets a row of its own.
    Only codes that came from the same register can be gone from its export. An own CSV is taken
    row by row, by kode and gyldig_fra.

    Args:
        kilde: the export.
        liste: the code list's name.
        form: ``grep``, ``vigo`` or ``csv``.
        maal: the list's file; the project's own when None.
        per: the day the export was made.

    Raises:
        KodeverkFeil: there is no such list or form, the export cannot be read, or it lacks more than
            half of the codes it ought to have.
    """
    if liste not in kodeverk.lister():
        raise KodeverkFeil(f"Det finnes ikke noe kodeverk {liste}.")
    oppfoering = kodeverk.lister()[liste]
    fil = maal or oppfoering.fil
    foer = {(r["kode"], r["gyldig_fra"]): r for r in read_own(fil, oppfoering)}
    if form == "csv":
        etter, sett = _take_rows(foer, read_own(kilde, oppfoering))
    else:
        eksport = read_json(kilde, oppfoering, form)
        etter, sett = _take_codes(foer, eksport, oppfoering, f"{REGISTER[form]} {per}", per)
    register = REGISTER.get(form, "")
    ute = _gone(kilde, foer, sett, register)
    for noekkel in ute:
        etter[noekkel] = {**etter[noekkel], "gyldig_til": _end(etter[noekkel], per)}
    innhold = _render(oppfoering, etter.values())
    if innhold != fil.read_bytes():
        write_bytes(fil, innhold)
        for lest in (kodeverk.load, kodeverk.valid, kodeverk.version):
            lest.cache_clear()
    return _compare(foer, etter)


def _take_rows(foer: dict[Noekkel, Rad], rader: list[Rad]) -> tuple[dict[Noekkel, Rad], set[str]]:
    nye = {(r["kode"], r["gyldig_fra"]): r for r in rader}
    return {**foer, **nye}, {r["kode"] for r in rader}


def _take_codes(
    foer: dict[Noekkel, Rad],
    eksport: list[Oppfoering],
    liste: Kodeliste,
    kilde: str,
    per: date,
) -> tuple[dict[Noekkel, Rad], set[str]]:
    siste: dict[str, Rad] = {}
    for rad in sorted(foer.values(), key=lambda r: r["gyldig_fra"]):
        siste[rad["kode"]] = rad
    etter = dict(foer)
    # Where an export has a code twice, the row that lasts longest speaks for it.
    poster = {
        p.kode: p for p in sorted(eksport, key=lambda p: (p.gyldig_til or "9999", p.gyldig_fra))
    }
    for post in poster.values():
        rad = _update(siste.get(post.kode), post, liste, kilde, per)
        etter[rad["kode"], rad["gyldig_fra"]] = rad
    return etter, set(poster)


def _update(gammel: Rad | None, post: Oppfoering, liste: Kodeliste, kilde: str, per: date) -> Rad:
    """Return the row that an entry of the export leads to: the old one when nothing is new."""
    if gammel is None:
        tom = dict.fromkeys(liste.hode, "")
        ny = {**tom, "kode": post.kode, "gyldig_fra": post.gyldig_fra or per.isoformat()}
    else:
        ny = _reopen(gammel, per) if _says_open(post) else dict(gammel)
    ny |= {"navn": post.navn, **{k: v for k, v in post.egne.items() if k in liste.kolonner}}
    if post.gyldig_til:
        ny["gyldig_til"] = post.gyldig_til
    elif post.utgaatt and not ny["gyldig_til"]:
        ny["gyldig_til"] = _end(ny, per)
    return gammel if ny == gammel and gammel else {**ny, "merke": "C", "kilde": kilde}


def _says_open(post: Oppfoering) -> bool:
    """Return whether the export says that the code is in use, not only names it."""
    return not post.gyldig_til and (
        post.utgaatt is False or post.gyldig_til == "" and not post.utgaatt
    )


def _reopen(rad: Rad, per: date) -> Rad:
    ny = {**rad, "gyldig_til": ""}
    if "" < rad["gyldig_til"] < per.isoformat():
        ny["gyldig_fra"] = per.isoformat()
    return ny


def _end(rad: Rad, per: date) -> str:
    return max(per.isoformat(), rad["gyldig_fra"])


def _gone(kilde: Path, foer: dict[Noekkel, Rad], sett: set[str], register: str) -> list[Noekkel]:
    """Return the open rows that should have been in the export and are not."""
    ventet = [n for n, r in foer.items() if not r["gyldig_til"] and r["kilde"].startswith(register)]
    ute = [n for n in ventet if n[0] not in sett]
    if len(ute) * 2 > len(ventet):
        raise KodeverkFeil(
            f"{kilde.name}: mangler {len(ute)} av {len(ventet)} gyldige koder. Er den hel?"
        )
    return ute


def _render(liste: Kodeliste, rader: Iterable[Rad]) -> bytes:
    tekst = io.StringIO(newline="")
    skriver = csv.DictWriter(tekst, liste.hode, delimiter=";", lineterminator="\n")
    skriver.writeheader()
    skriver.writerows(sorted(rader, key=lambda r: (r["kode"], r["gyldig_fra"])))
    return tekst.getvalue().encode()


def _compare(foer: dict[Noekkel, Rad], etter: dict[Noekkel, Rad]) -> Endring:
    kjente = {kode for kode, _ in foer}
    aapne = [{k for (k, _), r in rader.items() if not r["gyldig_til"]} for rader in (foer, etter)]
    roert = {n[0] for n, rad in etter.items() if foer.get(n) != rad}
    avsluttet = (roert & aapne[0]) - aapne[1]
    return Endring(
        nye=tuple(sorted(roert - kjente)),
        endret=tuple(sorted((roert & kjente) - avsluttet)),
        avsluttet=tuple(sorted(avsluttet)),
    )
