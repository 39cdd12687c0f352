"""Bring a code list up to date with a newer export. A code is ended, never deleted."""

import csv
import io
from collections.abc import Iterable, Set
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
    foer = keyed(rader)
    if form == "csv":
        nye, rekke = _own_rows(kilde, hode)
    else:
        poster = read_json(kilde, liste, form)
        rekke = [p.kode for p in poster]
        nye = rows_of(poster, liste, hode, foer, register=REGISTER[form], per=per)
    kjente = {kode for kode, _ in foer}
    nye_koder = {kode for kode, _ in nye} - kjente
    demand_own_form(kilde, kodeverk.lister()[liste], rekke, nye_koder, kjente)
    etter = foer | nye
    ventet = expected_of(foer, REGISTER[form])
    for noekkel in gone(kilde.name, ventet, {kode for kode, _ in nye}):
        etter[noekkel] = ended(etter[noekkel], per)
    innhold = render(hode, etter.values())
    if innhold != fil.read_bytes():
        write_bytes(fil, innhold)
        kodeverk.forget()
    return compare(foer, etter)


def keyed(rader: Iterable[Rad]) -> Rader:
    """Return rows by what they are known by: kode and gyldig_fra."""
    return {(r["kode"], r["gyldig_fra"]): r for r in rader}


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


def rows_of(
    poster: Iterable[Oppfoering],
    liste: str,
    hode: list[str],
    foer: Rader,
    *,
    register: str,
    per: date,
) -> Rader:
    """Return the rows that the entries of a register's export lead to.

    Args:
        poster: the entries.
        liste: the code list's name.
        hode: its columns.
        foer: its rows before.
        register: what the kilde of a row begins with when it came from the register.
        per: the day the export was made.
    """
    siste = {r["kode"]: r for r in sorted(foer.values(), key=lambda r: r["gyldig_fra"])}
    # Where an export has a code twice, the entry that lasts longest speaks for it.
    rekke = sorted(poster, key=lambda p: (p.gyldig_til or "9999", p.gyldig_fra))
    tom = dict.fromkeys(hode, "") | {"merke": "C", "kilde": f"{register} {per}"}
    ufullstendig = kodeverk.lister()[liste].ufullstendig
    start = "" if ufullstendig else per.isoformat()
    rader = []
    for post in {p.kode: p for p in rekke}.values():
        egne = {k: v for k, v in translate(post.egne).items() if k in tom}
        gammel = siste.get(post.kode)
        if gammel is None:
            if ufullstendig and post.utgaatt and not post.gyldig_til:
                continue
            egne = derive(liste, post.kode, post.navn, egne)
        rader.append(_update(gammel, post, egne, tom | {"gyldig_fra": start}, per))
    return keyed(rader)


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
        ny = ended(ny, per)
    if gammel is not None and (_end_is_assumed(gammel, ny, post) or _says_nothing(gammel, ny)):
        return ny
    return ny | {k: tom[k] for k in ("merke", "kilde")}


def _says_nothing(gammel: Rad, ny: Rad) -> bool:
    """Say whether a row is as it was. That a register has a code that was ASSUMED is something."""
    return ny == gammel and gammel["merke"] != "A"


def _end_is_assumed(gammel: Rad, ny: Rad, post: Oppfoering) -> bool:
    """Say whether a code ended on a day that we assumed, and the register tells none."""
    samme = bool(gammel["gyldig_til"]) and gammel["gyldig_til"] == ny["gyldig_til"]
    return gammel["merke"] == "A" and samme and not post.gyldig_til


def _reopen(rad: Rad, per: date) -> Rad:
    har_vaert_ute = "" < rad["gyldig_til"] < per.isoformat()
    return rad | {"gyldig_til": ""} | ({"gyldig_fra": per.isoformat()} if har_vaert_ute else {})


def ended(rad: Rad, per: date) -> Rad:
    """Return a row that ends on a day, and not before it began."""
    return rad | {"gyldig_til": max(per.isoformat(), rad["gyldig_fra"])}


def expected_of(foer: Rader, register: str) -> list[tuple[str, str]]:
    """Return the open rows that came from a register, and should be in its next export."""
    return [n for n, r in foer.items() if not r["gyldig_til"] and r["kilde"].startswith(register)]


def gone(kilde: str, ventet: list[tuple[str, str]], sett: Set[str]) -> list[tuple[str, str]]:
    """Return the rows that should have been in an export and are not.

    Raises:
        KodeverkFeil: they are more than half of those that should.
    """
    ute = [n for n in ventet if n[0] not in sett]
    if len(ute) * 2 > len(ventet):
        raise KodeverkFeil(
            f"{kilde}: mangler {len(ute)} av {len(ventet)} gyldige koder. Er den hel?"
        )
    return ute


def render(hode: list[str], rader: Iterable[Rad]) -> bytes:
    """Return rows as the file of a code list."""
    tekst = io.StringIO(newline="")
    skriver = csv.DictWriter(tekst, hode, delimiter=";", lineterminator="\n")
    skriver.writeheader()
    skriver.writerows(sorted(rader, key=lambda r: (r["kode"], r["gyldig_fra"])))
    return tekst.getvalue().encode()


def compare(foer: Rader, etter: Rader) -> Endring:
    """Return the codes that are new, have another row, or are in force no longer."""
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
