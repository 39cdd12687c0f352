"""What is told of a fetch of code lists: what is new, changed and gone, and where it is in use."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from vigo_pipeline.contract import kodeverk
from vigo_pipeline.domain.prikking import shown
from vigo_pipeline.engine.csv_file import for_people
from vigo_pipeline.engine.kodeverk.proposal import Forslag, Kodeendring, Listeforslag
from vigo_pipeline.engine.kodeverk.usage import Bruk
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import write_bytes

SLAG = {"ny": "nye", "endret": "endret", "avsluttes": "avsluttes"}
# So long before its last day somebody who uses a code is told.
DAGER = 90
# So many codes of a list are named in the text; all of them are in the file.
NEVNT = 8
Rad = dict[str, object]


def write(oppsett: Innstillinger, forslag: Forslag) -> Path:
    """Write all that is proposed, a row per code, and return the file. It holds no person."""
    fil = oppsett.rapporter / "kodeverk" / "forslag.csv"
    write_bytes(fil, for_people(_rows(forslag)))
    return fil


def _rows(forslag: Forslag) -> Iterator[Rad]:
    for navn, liste in forslag.lister.items():
        for e in liste.endringer:
            yield {
                "liste": navn,
                "kode": e.kode,
                "hva": e.hva,
                "hva er nytt": e.hva_er_nytt,
                "slutter": e.slutter.isoformat() if e.slutter else "",
                "rader hos oss": shown(e.rader),
                "regler og spørringer": ", ".join(e.steder),
            }


def counted(liste: Listeforslag) -> dict[str, int]:
    """Return how many codes of a list there are of each kind, and how many of them are in use."""
    i_bruk = sum(bool(e.rader or e.steder) for e in liste.endringer)
    return {
        **{tittel: len(liste.of(hva)) for hva, tittel in SLAG.items()},
        "bekreftet": liste.bekreftet,
        "i bruk": i_bruk,
    }


def as_text(forslag: Forslag) -> str:
    """Return what is proposed of each list, those in use first, and what must be looked at."""
    linjer = [f"Hentet {forslag.dag:%d.%m.%Y} fra {forslag.fra}. Ingenting er tatt inn."]
    for navn, liste in forslag.lister.items():
        tall = ", ".join(f"{n} {hva}" for hva, n in counted(liste).items() if n)
        if liste.ikke_hentet and not tall:
            # Nobody knows whether anything is new in what did not come.
            linjer += [f"{navn}: IKKE HENTET: {t}" for t in liste.ikke_hentet]
        else:
            linjer.append(f"{navn}: {tall or 'ingen endringer'}")
            linjer += [f"    IKKE HENTET: {t}" for t in liste.ikke_hentet]
        linjer += [f"    SE PÅ: {t}." for t in liste.se_paa]
        linjer += [f"    {t}." for t in liste.merknader]
        linjer += _named(liste)
    return "\n".join(linjer)


def _named(liste: Listeforslag) -> Iterator[str]:
    """Yield a line for the codes that are in use, or end, of each list the first."""
    viktige = [e for e in liste.endringer if e.rader or e.steder or e.hva == "avsluttes"]
    for e in sorted(viktige, key=lambda e: (e.hva, e.kode))[:NEVNT]:
        yield f"    {e.hva:<9} {e.kode}  {e.hva_er_nytt}{_where(e)}"
    if len(viktige) > NEVNT:
        yield f"    … og {len(viktige) - NEVNT} til, se fila"


def _where(endring: Kodeendring) -> str:
    deler = [f"{shown(endring.rader)} rader hos oss"] if endring.rader else []
    deler += [", ".join(endring.steder)] if endring.steder else []
    return f"  ({'; '.join(deler)})" if deler else ""


def not_fetched(forslag: Forslag) -> list[str]:
    """Return why tables were not fetched, and what must be looked at, list by list."""
    return [
        f"{navn}: {t}"
        for navn, liste in forslag.lister.items()
        for t in (*liste.ikke_hentet, *liste.se_paa)
    ]


def expiring(forslag: Forslag, bruk: Bruk, dag: date) -> list[Rad]:
    """Return the codes in use that soon end, in the lists in force and if the proposal is taken in.

    Args:
        forslag: the proposal.
        bruk: where codes are used.
        dag: the day it is.
    """
    siste = dag + timedelta(days=DAGER)
    ut: dict[tuple[str, str], Rad] = {}
    for navn in kodeverk.lister():
        for r in kodeverk.valid(navn, dag, siste).to_pylist():
            if r["gyldig_til"] and r["gyldig_til"] <= siste and bruk.count(navn, r["kode"]):
                ut[navn, r["kode"]] = _soon(
                    navn, r["kode"], r["gyldig_til"], bruk, "lista som gjelder"
                )
    for navn, liste in forslag.lister.items():
        for e in liste.endringer:
            if e.hva != "ny" and e.slutter and dag <= e.slutter <= siste and e.rader:
                ut.setdefault(
                    (navn, e.kode), _soon(navn, e.kode, e.slutter, bruk, "kilden, ikke tatt inn")
                )
    return [ut[noekkel] for noekkel in sorted(ut)]


def _soon(liste: str, kode: str, slutter: date, bruk: Bruk, hvem: str) -> Rad:
    return {
        "liste": liste,
        "kode": kode,
        "slutter": slutter.isoformat(),
        "rader hos oss": str(shown(bruk.count(liste, kode))),
        "sier": hvem,
    }
