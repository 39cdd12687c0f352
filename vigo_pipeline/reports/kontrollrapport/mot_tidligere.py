"""The first lines of a school's report: what it had before, and what is gone."""

from collections.abc import Iterable, Mapping

from vigo_pipeline.reports.kontrollrapport.tidligere import (
    NAA,
    Rundetall,
    Skole,
    Skoletall,
    Tidligere,
)
from vigo_pipeline.reports.parts.table import Kolonne, Tabell
from vigo_pipeline.reports.parts.templates import counted, written

# So many codes are named; a reader who sees these looks for the rest.
NEVNT = 3
Navn = Mapping[str, Mapping[str, str]]
INGENTING = "ingenting"


def against_before(tidligere: Tidligere, skole: Skole, merknad: str = "") -> Tabell | None:
    """Return a school's own lines against the rounds before it; None when it was in none.

    ``merknad``: what there is to say of what came from it.
    """
    if not any(r.of(skole).elever for r in tidligere.runder[1:]):
        return None
    naa, *foer = [(r, r.of(skole)) for r in tidligere.runder]
    linjer = [
        ("Elever", [written(s.elever) for _, s in (naa, *foer)]),
        ("Per utdanningsprogram", [_programmes(s) for _, s in (naa, *foer)]),
    ]
    if naa[0].har_fag:
        linjer.append(("Fag", [_subjects(s) if r.har_fag else "" for r, s in (naa, *foer)]))
    linjer.append(("Borte nå", ["", *(_gone(naa, da, tidligere.navn) for da in foer)]))
    return Tabell(
        "Mot tidligere",
        (Kolonne("Hva", 24), *(Kolonne(r.navn, 40) for r in tidligere.runder)),
        [(hva, *celler) for hva, celler in linjer],
        f"«{NAA}» er det som er tatt imot i denne runden. {merknad or 'Se etter det som mangler.'}",
    )


def _programmes(s: Skoletall) -> str:
    flest = sorted(s.program.items(), key=lambda p: (-p[1], p[0]))
    return ", ".join(f"{kode or 'andre'} {written(n)}" for kode, n in flest)


def _subjects(s: Skoletall) -> str:
    rader = sum(s.fag.values())
    if not rader or not s.elever:
        return written(rader)
    return f"{written(rader)} på elevene, {len(s.fag)} ulike, {_per_pupil(rader / s.elever)}"


def _per_pupil(antall: float) -> str:
    return f"{antall:.1f} per elev".replace(".", ",", 1)


def _gone(naa: tuple[Rundetall, Skoletall], foer: tuple[Rundetall, Skoletall], navn: Navn) -> str:
    """Return what a school had and has not now. Who left between two skoleår is no news."""
    (runden, har), (da, hadde) = naa, foer
    if not har.elever:
        return f"alt: {counted(hadde.elever, 'elev')}" if hadde.elever else INGENTING
    deler = []
    if da.skoleaar == runden.skoleaar and hadde.borte:
        deler.append(counted(hadde.borte, "elev"))
    deler += _codes(
        "programområdet",
        "programområdene",
        hadde.omraade,
        har.omraade,
        navn["programomraader"],
    )
    if runden.har_fag and da.har_fag:
        deler += _codes("faget", "fagene", hadde.fag, har.fag, navn["fag"])
    return "; ".join(deler) or INGENTING


def _codes(
    en: str, flere: str, foer: Mapping[str, int], naa: Iterable[str], navn: Mapping[str, str]
) -> list[str]:
    """Return which codes are there no more, those that most had first; none when all are."""
    borte = sorted(foer.keys() - {*naa}, key=lambda k: (-foer[k], k))
    if not borte:
        return []
    nevnt = ", ".join(f"{k} {navn.get(k, '')}".strip() for k in borte[:NEVNT])
    resten = f" og {len(borte) - NEVNT} til" if len(borte) > NEVNT else ""
    return [f"{en if len(borte) == 1 else flere} {nevnt}{resten}"]
