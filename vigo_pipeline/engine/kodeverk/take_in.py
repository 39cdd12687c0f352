"""Bring a code list up to date with a newer export. A code is ended, never deleted."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine.kodeverk.export import KodeverkFeil, Oppfoering, Rad, read_json, read_rows
from vigo_pipeline.engine.kodeverk.form import demand_own_form
from vigo_pipeline.engine.kodeverk.own_columns import derive, translate
from vigo_pipeline.engine.store import write_bytes

# What the kilde of a row begins with when it came from the register.
REGISTER = {"grep": "Grep", "vigo": "VIGO", "csv": ""}

Rader = dict[tuple[str, str], Rad]


@dataclass(frozen=True)
class Endring:
    """The codes that an import added, changed and ended; each once, in order."""

    nye: tuple[str, ...]
    endret: tuple[str, ...]
    avsluttet: tuple[str, ...]


def import_export(
    kilde: Path, liste: str, form: str, maal: Path | None = None, *, per: date
) -> Endring:
    """Merge an export into a code list's file, whole or not at all. Twice changes nothing.

    A new code starts on the export's date for it, else on ``per``. In a list that is known to lack
    codes its start is left open, since most of what is new to us is old, and one that has expired
    on a day not told is left out. A known code keeps its start, and its latest row takes the name,
    end and filled columns of the export. A code that is gone, or has expired on a day not told,
    ends on ``per``; one that had ended and is in use again gets a new row. Only codes whose kilde
    is the same register can be gone from its export. An own CSV is taken row by row, by kode and
    gyldig_fra.

    Args:
        kilde: the export.
        liste: the code list's name.
        form: ``grep``, ``vigo`` or ``csv``.
        maal: the list's file; the project's own when None.
        per: the day the export was made.

    Raises:
        KodeverkFeil: no such list or form, the export cannot be read, it lacks more than half of
            the codes it ought to have, or a new code is not written as the list's codes are, or
            looks like one of them.
    """
    if liste not in kodeverk.lister():
        raise KodeverkFeil(f"Det finnes ikke noe kodeverk {liste}.")
    fil = maal or kodeverk.lister()[liste].fil
    hode, rader = read_rows(fil)
    foer = {(r["kode"], r["gyldig_fra"]): r for r in rader}
    if form == "csv":
        nye, rekke = _own_rows(kilde, hode)
    else:
        nye, rekke = _rows(kilde, liste, form, hode, foer, per)
    kjente = {kode for kode, _ in foer}
    nye_koder = {kode for kode, _ in nye} - kjente
    demand_own_form(kilde, kodeverk.lister()[liste], rekke, nye_koder, kjente)
    etter = foer | nye
    for noekkel in _gone(kilde, foer, {kode for kode, _ in nye}, REGISTER[form]):
        etter[noekkel] = etter[noekkel] | {"gyldig_til": _end(etter[noekkel], per)}
    innhold = _render(hode, etter.values())
    if innhold != fil.read_bytes():
        write_bytes(fil, innhold)
        for lest in (kodeverk.load, kodeverk.valid, kodeverk.version):
            lest.cache_clear()
    return _compare(foer, etter)


def _own_rows(kilde: Path, hode: list[str]) -> tuple[Rader, list[str]]:
    """Return the rows of an own CSV, and their codes in its order."""
    kolonner, rader = read_rows(kilde)
    if kolonner != hode:
        raise KodeverkFeil(f"{kilde.name}: kolonnene skal være {';'.join(hode)}.")
    ut: Rader = {}
    for nr, rad in enumerate(rader, 1):
        # The same row twice says nothing new; two that differ cannot both be right.
        if ut.setdefault((rad["kode"], rad["gyldig_fra"]), rad) != rad:
            raise KodeverkFeil(
                f"{kilde.name}: post nr. {nr} har samme kode og gyldig_fra som en post før den, "
                "men er ellers en annen."
            )
    return ut, [rad["kode"] for rad in rader]


def _rows(
    kilde: Path, liste: str, form: str, hode: list[str], foer: Rader, per: date
) -> tuple[Rader, list[str]]:
    """Return the rows that a register's export leads to, and its codes in its order."""
    poster = read_json(kilde, liste, form)
    rekke = [p.kode for p in poster]
    siste = {r["kode"]: r for r in sorted(foer.values(), key=lambda r: r["gyldig_fra"])}
    # Where an export has a code twice, the entry that lasts longest speaks for it.
    poster.sort(key=lambda p: (p.gyldig_til or "9999", p.gyldig_fra))
    tom = dict.fromkeys(hode, "") | {"merke": "C", "kilde": f"{REGISTER[form]} {per}"}
    ufullstendig = kodeverk.lister()[liste].ufullstendig
    start = "" if ufullstendig else per.isoformat()
    rader = []
    for post in {p.kode: p for p in poster}.values():
        egne = {k: v for k, v in translate(post.egne).items() if k in tom}
        gammel = siste.get(post.kode)
        if gammel is None:
            if ufullstendig and post.utgaatt and not post.gyldig_til:
                continue
            egne = derive(liste, post.kode, post.navn, egne)
        rader.append(_update(gammel, post, egne, tom | {"gyldig_fra": start}, per))
    return {(r["kode"], r["gyldig_fra"]): r for r in rader}, rekke


def _update(gammel: Rad | None, post: Oppfoering, egne: Rad, tom: Rad, per: date) -> Rad:
    """Return the row that an entry leads to: the old one when it says nothing new."""
    if gammel is None:
        ny = tom | {"kode": post.kode, "gyldig_fra": post.gyldig_fra or tom["gyldig_fra"]}
    else:
        ny = _reopen(gammel, per) if post.er_aapen else dict(gammel)
    ny |= {"navn": post.navn} | egne
    if post.gyldig_til:
        ny["gyldig_til"] = post.gyldig_til
    elif post.utgaatt and not ny["gyldig_til"]:
        ny["gyldig_til"] = _end(ny, per)
    if gammel is not None and ny == gammel:
        return gammel
    return ny | {k: tom[k] for k in ("merke", "kilde")}


def _reopen(rad: Rad, per: date) -> Rad:
    har_vaert_ute = "" < rad["gyldig_til"] < per.isoformat()
    return rad | {"gyldig_til": ""} | ({"gyldig_fra": per.isoformat()} if har_vaert_ute else {})


def _end(rad: Rad, per: date) -> str:
    return max(per.isoformat(), rad["gyldig_fra"])


def _gone(kilde: Path, foer: Rader, sett: set[str], register: str) -> list[tuple[str, str]]:
    """Return the open rows that should have been in the export and are not."""
    ventet = [n for n, r in foer.items() if not r["gyldig_til"] and r["kilde"].startswith(register)]
    ute = [n for n in ventet if n[0] not in sett]
    if len(ute) * 2 > len(ventet):
        raise KodeverkFeil(
            f"{kilde.name}: mangler {len(ute)} av {len(ventet)} gyldige koder. Er den hel?"
        )
    return ute


def _render(hode: list[str], rader: Iterable[Rad]) -> bytes:
    tekst = io.StringIO(newline="")
    skriver = csv.DictWriter(tekst, hode, delimiter=";", lineterminator="\n")
    skriver.writeheader()
    skriver.writerows(sorted(rader, key=lambda r: (r["kode"], r["gyldig_fra"])))
    return tekst.getvalue().encode()


def _compare(foer: Rader, etter: Rader) -> Endring:
    kjente = {kode for kode, _ in foer}
    aapne_foer, aapne = (
        {kode for (kode, _), r in rader.items() if not r["gyldig_til"]} for rader in (foer, etter)
    )
    roert = {n[0] for n, rad in etter.items() if foer.get(n) != rad}
    avsluttet = (roert & aapne_foer) - aapne
    return Endring(
        nye=tuple(sorted(roert - kjente)),
        endret=tuple(sorted((roert & kjente) - avsluttet)),
        avsluttet=tuple(sorted(avsluttet)),
    )
