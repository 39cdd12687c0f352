"""The receiver's view as tables that many may read: small counts are concealed."""

from vigo_pipeline.domain.prikking import LITE, SKJULT, Celle, Tall, conceal, is_small
from vigo_pipeline.reports.mottakersyn.view import Kolonnesvar, Regelsvar, Syn
from vigo_pipeline.reports.parts.table import Kolonne, Tabell

IKKE_KONTROLLERT = "ikke kontrollert"


def rules(syn: Syn) -> Tabell:
    """Return one line per rule of the receiver: what it demands and what it would say."""
    telt: list[Tall] = [{"regel": s.regel.id, "antall": s.antall} for s in syn.svar]
    antall = {r["regel"]: r["antall"] for r in conceal(telt, ["antall"])}
    rader: list[tuple[Celle, ...]] = [
        (s.regel.id, s.regel.alvor, s.regel.tittel, verdict(s), antall[s.regel.id], _advice(s))
        for s in syn.svar
    ]
    rader += [
        (u.id, u.alvor, u.tittel, IKKE_KONTROLLERT, None, u.hvorfor) for u in syn.uten_kontroll
    ]
    return Tabell(
        "Regler",
        (
            *(Kolonne("Regel", 10), Kolonne("Alvor", 10), Kolonne("Hva SSB krever", 50)),
            *(Kolonne("Svar", 16), Kolonne("Antall", 9, tall=True)),
            Kolonne("Slik retter du, eller hvorfor det ikke er kontrollert", 70),
        ),
        sorted(rader, key=lambda r: str(r[0])),
        "Det som er kontrollert her, er det samme som porten spør om. FEIL stenger porten.",
    )


def columns(syn: Syn) -> Tabell:
    """Return one line per delivered column that SSB has a name for."""
    return Tabell(
        "Kolonner",
        (
            *(Kolonne("Nr", 5, tall=True), Kolonne("Kolonne i fila", 28)),
            *(Kolonne("Navn hos SSB", 30), Kolonne("Type hos SSB", 13)),
            *(Kolonne("Lengder hos SSB", 15), Kolonne("Lengder levert", 15)),
            *(Kolonne("Tomme, høyst %", 15, tall=True), Kolonne("Tomme rader", 12, tall=True)),
            Kolonne("Svar", 16),
        ),
        [_column(k, syn.rader) for k in syn.kolonner],
        "Kolonner som SSB ikke har noe navn på, er ikke med. Skoleåret er de fire første sifrene.",
    )


def verdict(svar: Regelsvar) -> str:
    """Return what a rule came to, in a word or two."""
    if svar.antall:
        return "brutt"
    return "holder" if svar.spurt else "ikke aktuelt"


def _advice(svar: Regelsvar) -> str:
    if svar.antall:
        hvor = f"Gjelder {', '.join(svar.kolonner)}. " if svar.kolonner else ""
        return f"{hvor}{svar.regel.rett}"
    return "" if svar.spurt else "Leveransen har ingen kolonne som SSB spør om her."


def _column(svar: Kolonnesvar, rader: int) -> tuple[Celle, ...]:
    k = svar.kolonne
    return (
        *(k.nr, k.overskrift, k.variabel.nudb, k.krav.dtype if k.krav else "ukjent"),
        *(_listed(k.lengder), _listed(svar.lengder)),
        *(k.grense, _empty(svar.tomme, rader), "brutt" if svar.brutt else "holder"),
    )


def _empty(tomme: int, rader: int) -> Celle:
    """Return a count of empty rows; few that are filled say as much as few that are empty."""
    if is_small(tomme):
        return LITE
    return SKJULT if is_small(rader - tomme) else tomme


def _listed(tall: tuple[int, ...]) -> str:
    return ", ".join(str(n) for n in tall)
