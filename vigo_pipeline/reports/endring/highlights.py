"""The comparison in a few sentences: what changed most, for those who read no table."""

from collections.abc import Iterator, Sequence

from vigo_pipeline.contract.spesifikasjon import in_words
from vigo_pipeline.domain.prikking import Celle, shown_size
from vigo_pipeline.engine.names import norwegian
from vigo_pipeline.reports.endring.schema import ENDRINGER, Endring
from vigo_pipeline.reports.parts.table import Tabell
from vigo_pipeline.reports.parts.templates import written

FLEST = 3
FLEST_RADER = "Flest nye, fjernede og endrede rader er"
# A table, what is said of its first rows, and the column that names them.
MEST = (
    ("Per fylke", f"{FLEST_RADER} i", 1),
    ("Per skole", f"{FLEST_RADER} ved", 2),
    ("Per programområde", f"{FLEST_RADER} i programområdene", 1),
    ("Per kolonne", "Oftest endret er kolonnene", 0),
)


def highlights(endring: Endring, tabeller: Sequence[Tabell]) -> list[str]:
    """Return sentences on what changed most; they say no more than the tables do."""
    oppslag = {t.navn: t for t in tabeller}
    linjer = [
        s
        for navn, innledning, kolonne in MEST
        if navn in oppslag
        for s in _most(oppslag[navn], innledning, kolonne)
    ]
    if endring.fylke is None:
        linjer += _rules(oppslag["Regler"])
    ulike = [r["hva"] for r in endring.forutsetninger.to_pylist() if not r["lik"]]
    if ulike:
        linjer.append(
            f"Leveransene er laget med ulik versjon av {in_words(ulike)}. "
            "Det kan være grunnen til noe av det som er endret."
        )
    return linjer


def _most(tabell: Tabell, innledning: str, navn: int) -> Iterator[str]:
    telt = {*(n.capitalize() for n in ENDRINGER), "Endrede rader"}
    tall = [nr for nr, k in enumerate(tabell.kolonner) if k.tittel in telt]
    rader = [(rad, sum(shown_size(rad[nr]) for nr in tall)) for rad in tabell.rader]
    deler = [
        f"{_name(rad, navn)} ({written(int(antall))})" for rad, antall in rader[:FLEST] if antall
    ]
    if deler:
        yield f"{innledning} {in_words(deler)}."


def _name(rad: Sequence[Celle], navn: int) -> str:
    """Return a place's Norwegian name, or its code when it has none."""
    return norwegian(str(rad[navn] or rad[navn - 1]))


def _rules(tabell: Tabell) -> Iterator[str]:
    for regel, _, tittel, foer, etter, endring in list(tabell.rader)[:FLEST]:
        if shown_size(endring):
            hva = f"{regel} ({tittel})" if tittel else str(regel)
            yield f"Regel {hva} er brutt i {written(etter)} rader, mot {written(foer)} før."
