"""Read the source's tables into a list: what it would be, and what must be looked at first."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.kodeverk.answer import Post, fields_of
from vigo_pipeline.engine.kodeverk.export import (
    KodeverkFeil,
    Oppfoering,
    Rad,
    entries,
    fault,
    fields,
)
from vigo_pipeline.engine.kodeverk.form import strange
from vigo_pipeline.engine.kodeverk.source import Source
from vigo_pipeline.engine.kodeverk.take_in import (
    REGISTER,
    Rader,
    ended,
    expected_of,
    gone,
    keyed,
    rows_of,
)

FORM = "vigo"
# So large a part of the codes gone at once, and at least so many, is looked at by somebody.
MANGE_BORTE, MINST_BORTE = 0.1, 3
# So many codes are named in a remark.
NEVNT = 8


class Tabell(Strict):
    """A table of the source, and the list that it is of; see basen.toml."""

    navn: str
    liste: str
    faste: dict[str, str] = Field(default_factory=dict)
    felt: dict[str, str] | None = None


@cache
def tables() -> tuple[Tabell, ...]:
    """Return the tables of the source that our lists come from, in order."""
    fil = Path(__file__).with_name("basen.toml")
    return tuple(Tabell(**t) for t in tomllib.loads(fil.read_text("utf-8"))["tabell"])


def covered() -> list[str]:
    """Return the lists that the source has, in the order of their tables."""
    return list(dict.fromkeys(t.liste for t in tables()))


@dataclass
class Innlest:
    """A list while its tables are read into it."""

    navn: str
    hode: list[str]
    foer: Rader
    etter: Rader
    poster: int = 0
    ikke_hentet: list[str] = field(default_factory=list)
    merknader: list[str] = field(default_factory=list)
    se_paa: list[str] = field(default_factory=list)
    felt: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_into(
    navn: str, kilde: Source, dag: date, felt_foer: Mapping[str, tuple[str, ...]]
) -> Innlest:
    """Return a list with the tables that came; what did not come changes nothing in it.

    Args:
        navn: the list.
        kilde: the source.
        dag: the day it is: codes that are gone end then.
        felt_foer: the fields that each table's records had when it was last taken in.
    """
    hode, rader = kodeverk.rows(navn)
    liste = Innlest(navn, hode, keyed(rader), keyed(rader))
    for tabell in (t for t in tables() if t.liste == navn):
        try:
            poster = kilde.fetch(tabell.navn)
            etter = _merged(liste, tabell, poster, dag)
        except KodeverkFeil as feil:
            liste.ikke_hentet.append(str(feil))
            continue
        liste.etter = etter
        liste.poster += len(poster)
        liste.felt[tabell.navn] = fields_of(poster)
        borte = sorted({*felt_foer.get(tabell.navn, ())} - {*liste.felt[tabell.navn]})
        if borte:
            liste.se_paa.append(f"{tabell.navn} har ikke lenger feltene {', '.join(borte)}")
    return liste


def _merged(liste: Innlest, tabell: Tabell, poster: list[Post], dag: date) -> Rader:
    """Return a list's rows when a table has been read into them.

    Raises:
        KodeverkFeil: the table is not shaped as it was, or lacks more than half of its codes.
    """
    felt = tabell.felt or fields()[FORM][liste.navn]
    lest = [
        Oppfoering(
            p.kode, p.navn, p.gyldig_fra, p.gyldig_til, p.utgaatt, {**p.egne, **tabell.faste}
        )
        for p in entries(tabell.navn, poster, felt)
    ]
    if not lest:
        raise KodeverkFeil(f"{tabell.navn}: er tom.")
    sett = {p.kode for p in lest}
    foer = liste.etter
    egne = {n: r for n, r in foer.items() if _is_of(r, tabell, liste.navn)}
    lest = _without_faults(liste, tabell, lest, egne)
    lest = _without_strange(liste, tabell, lest, foer)
    register = REGISTER[FORM]
    nye = rows_of(lest, liste.navn, liste.hode, foer, register=register, per=dag)
    ventet = expected_of(egne, register)
    ute = gone(tabell.navn, ventet, sett)
    _look_at(liste, tabell, lest, egne, ute, ventet)
    return foer | nye | {n: ended(foer[n], dag) for n in ute}


def _is_of(rad: Rad, tabell: Tabell, liste: str) -> bool:
    """Say whether a row is a table's, of those that the list comes from."""
    andre = [t.faste for t in tables() if t.liste == liste and t is not tabell and t.faste]
    if tabell.faste:
        return tabell.faste.items() <= rad.items()
    return not any(faste.items() <= rad.items() for faste in andre)


def _without_faults(
    liste: Innlest, tabell: Tabell, lest: list[Oppfoering], egne: Rader
) -> list[Oppfoering]:
    """Return the entries that can be taken in; somebody must look at the others."""
    begynt = dict(sorted(egne))
    feil: dict[str, list[str]] = {}
    for p in lest:
        if hva := fault(p, begynt.get(p.kode, "")):
            feil.setdefault(hva, []).append(p.kode)
    liste.se_paa += [
        f"Poster i {tabell.navn} har {hva}, og tas ikke inn ({len(koder)}): {some(koder)}"
        for hva, koder in feil.items()
    ]
    return [p for p in lest if not fault(p, begynt.get(p.kode, ""))]


def _without_strange(
    liste: Innlest, tabell: Tabell, lest: list[Oppfoering], foer: Rader
) -> list[Oppfoering]:
    """Return the entries that the list may have, and remark on the others."""
    kjente = {kode for kode, _ in foer}
    fremmede = strange(kodeverk.lister()[liste.navn], [p.kode for p in lest], kjente)
    if fremmede:
        liste.merknader.append(
            f"Koder i {tabell.navn} som ikke er skrevet slik koder i lista er, og ikke tas inn "
            f"({len(fremmede)}): {some(fremmede)}"
        )
    andres = {k for (k, _), r in foer.items() if tabell.faste and not _is_of(r, tabell, liste.navn)}
    delte = sorted(andres & {p.kode for p in lest})
    if delte:
        liste.merknader.append(
            f"Koder i {tabell.navn} som er noe annet i lista, og står som de er ({len(delte)}): "
            f"{some(delte)}"
        )
    return [p for p in lest if p.kode not in fremmede and p.kode not in delte]


def _look_at(
    liste: Innlest,
    tabell: Tabell,
    lest: list[Oppfoering],
    egne: Rader,
    ute: Sequence[tuple[str, str]],
    ventet: Sequence[tuple[str, str]],
) -> None:
    """Note what somebody must look at before a table is taken in, and what is worth knowing."""
    if len(ute) >= MINST_BORTE and len(ute) > MANGE_BORTE * len(ventet):
        liste.se_paa.append(
            f"{len(ute)} av {len(ventet)} koder er borte fra {tabell.navn} på én gang"
        )
    telt = Counter(p.kode for p in lest)
    doble = sorted(k for k, n in telt.items() if n > 1)
    if doble:
        liste.merknader.append(
            f"Koder som står flere ganger i {tabell.navn}; den som varer lengst, gjelder "
            f"({len(doble)}): {some(doble)}"
        )
    aapne = {k for (k, _), r in egne.items() if not r["gyldig_til"]}
    fremmed = sorted(aapne - telt.keys() - {k for k, _ in ute})
    if fremmed and len(fremmed) * 2 > len(aapne):
        liste.se_paa.append(
            f"{tabell.navn} har bare {len(aapne) - len(fremmed)} av de {len(aapne)} kodene som "
            "gjelder. Er det den samme lista?"
        )
    elif fremmed:
        liste.merknader.append(
            f"Koder fra andre kilder, som ikke er i {tabell.navn} og står som de er "
            f"({len(fremmed)}): {some(fremmed)}"
        )


def some(koder: Iterable[str]) -> str:
    """Return the first codes in order, and how many there are more."""
    alle = sorted(koder)
    resten = f" og {len(alle) - NEVNT} til" if len(alle) > NEVNT else ""
    return ", ".join(map(mask, alle[:NEVNT])) + resten
