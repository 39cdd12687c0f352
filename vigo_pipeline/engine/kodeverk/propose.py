"""Fetch every list that the source has, and say what would change if it were taken in."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.engine import code_lists
from vigo_pipeline.engine.kodeverk.export import DATOER, KodeverkFeil, Rad
from vigo_pipeline.engine.kodeverk.proposal import (
    Forslag,
    Kodeendring,
    Listeforslag,
    basis,
    keep,
)
from vigo_pipeline.engine.kodeverk.read_table import Innlest, covered, read_into, some
from vigo_pipeline.engine.kodeverk.source import Source
from vigo_pipeline.engine.kodeverk.take_in import Rader, keyed, render
from vigo_pipeline.engine.kodeverk.usage import Bruk
from vigo_pipeline.engine.store import fingerprint


def propose(
    hjem: Path,
    kilde: Source,
    bruk: Bruk,
    dag: date,
    lister: Sequence[str] = (),
    *,
    logg: Callable[[str], None] = lambda _: None,
) -> Forslag:
    """Fetch, compare with the lists in force, and keep what is proposed; nothing is taken in.

    Args:
        hjem: the installation's home.
        kilde: the source.
        bruk: where codes are used.
        dag: the day it is: codes that are gone end then.
        lister: only these; all that the source has when none are named.
        logg: is told of each list before it is fetched.

    Raises:
        KodeverkFeil: the source does not have a list that is named.
    """
    ukjent = [n for n in lister if n not in covered()]
    if ukjent:
        raise KodeverkFeil(f"Kilden har ikke {', '.join(ukjent)}. Den har {', '.join(covered())}.")
    sett = code_lists.latest(hjem)
    forslag, filer = {}, {}
    for navn in lister or covered():
        logg(f"henter {navn}")
        liste = read_into(navn, kilde, dag, sett.felt if sett else {})
        forslag[navn], filer[navn] = _proposed(liste, bruk)
    ut = Forslag(dag=dag, fra=kilde.adresse, lister=forslag)
    keep(hjem, ut, {n: f for n, f in filer.items() if forslag[n].sum})
    return ut


def _proposed(liste: Innlest, bruk: Bruk) -> tuple[Listeforslag, bytes]:
    _, pakket = kodeverk.rows(liste.navn, som_pakket=True)
    over = render(liste.hode, _over(keyed(pakket), liste.etter))
    endringer = tuple(_changes(liste, bruk))
    bekreftet = sum(
        1 for n, r in liste.foer.items() if r["merke"] == "A" and liste.etter[n]["merke"] == "C"
    )
    merknader = [*liste.merknader, *_unsaid(liste, endringer)]
    nytt = liste.foer != liste.etter
    return (
        Listeforslag(
            poster=liste.poster,
            endringer=endringer,
            bekreftet=bekreftet,
            ikke_hentet=tuple(liste.ikke_hentet),
            merknader=tuple(merknader),
            se_paa=tuple(liste.se_paa),
            grunnlag=basis(liste.navn),
            sum=fingerprint(over) if nytt else "",
            felt=liste.felt,
        ),
        over,
    )


def _over(pakket: Rader, etter: Rader) -> list[Rad]:
    """Return what says something else than the package's own: those rows, and in them that."""
    alltid = {"kode", *DATOER, "merke", "kilde"}
    return [
        {k: v if k in alltid or v != pakket.get(n, {}).get(k, "") else "" for k, v in r.items()}
        for n, r in etter.items()
        if r != pakket.get(n)
    ]


def _changes(liste: Innlest, bruk: Bruk) -> Iterable[Kodeendring]:
    foer, etter = _by_code(liste.foer), _by_code(liste.etter)
    for kode in sorted(etter):
        gammel, ny = foer.get(kode), etter[kode]
        hva_er_nytt = ny["navn"] if gammel is None else _told(gammel, ny)
        if not hva_er_nytt:
            continue
        slutter = date.fromisoformat(ny["gyldig_til"]) if ny["gyldig_til"] else None
        avsluttes = gammel is not None and slutter is not None and not gammel["gyldig_til"]
        yield Kodeendring(
            kode=kode,
            hva="ny" if gammel is None else "avsluttes" if avsluttes else "endret",
            hva_er_nytt=hva_er_nytt,
            slutter=slutter,
            rader=bruk.count(liste.navn, kode),
            steder=tuple(bruk.places(liste.navn, kode)),
        )


def _by_code(rader: Rader) -> dict[str, Rad]:
    """Return the latest row of each code."""
    return {r["kode"]: r for r in sorted(rader.values(), key=lambda r: r["gyldig_fra"])}


def _told(gammel: Rad, ny: Rad) -> str:
    """Return what a code says before and after; where it is from is no change of it."""
    ulike = [k for k in ny if k not in ("merke", "kilde") and ny[k] != gammel[k]]
    return ", ".join(f"{k}: {gammel[k] or '–'} → {ny[k] or '–'}" for k in ulike)


def _unsaid(liste: Innlest, endringer: Iterable[Kodeendring]) -> list[str]:
    """Return which of the list's own columns the new codes lack: the source does not say them."""
    nye = [_by_code(liste.etter)[e.kode] for e in endringer if e.hva == "ny"]
    egne = [k for k in liste.hode if k not in ("kode", "navn", *DATOER, "merke", "kilde")]
    # A column that is blank for many of the codes we know is so for good reasons.
    ut = []
    for kolonne in egne:
        uten = [r["kode"] for r in nye if not r[kolonne]]
        fylt = [r for r in liste.foer.values() if r[kolonne]]
        if uten and len(fylt) * 2 > len(liste.foer):
            ut.append(f"Nye koder uten {kolonne} ({len(uten)}): {some(uten)}")
    return ut
