"""What a check found, as it stands in a terminal."""

from collections.abc import Iterator, Sequence
from textwrap import fill

from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.reports.parts.rule_link import rule_address
from vigo_pipeline.sjekk.check import Kontrollert, Sett
from vigo_pipeline.sjekk.tiltak import (
    AVVIST,
    IKKE_SPURT,
    Tiltak,
    counted,
    to_know,
    to_put_right,
)

BREDDE = 100
# So many places say where to look; the rest are in what --til writes.
STEDER = 10


def as_text(alle: Sequence[Kontrollert], nettsted: str | None = None) -> Iterator[str]:
    """Yield the lines: how each file was read, what to put right, and what was not asked."""
    for k in alle:
        yield from _how(k)
    tiltak = to_put_right(alle)
    for t in tiltak:
        yield from _thing(t, rule_address(nettsted, t.regel.id))
    if not tiltak:
        yield from ("Ingenting å rette.", "")
    for t in to_know(alle):
        yield f"Til orientering: {t.regel.galt} ({t.omfang}). {t.regel.id}."
    yield ", ".join(f"{hva.lower()}: {n}" for hva, n in counted(alle).items()).capitalize() + "."
    yield from _not_asked(alle)


def _how(k: Kontrollert) -> Iterator[str]:
    for navn, linjer, godtatt in k.filer:
        yield f"{navn}: {amount(linjer, 'linje')}{'' if godtatt else ', avvist'}."
    annet = " Er det noe annet, si det med --samling, --runde eller --skoleaar."
    yield _wrapped(f"{k.lesemaate.sagt}{annet if k.lesemaate.kjent else ''}")
    if k.avvist:
        yield _wrapped(AVVIST)
    yield ""


def _thing(t: Tiltak, side: str) -> Iterator[str]:
    yield f"{t.alvor} {t.regel.id}: {t.regel.galt} ({t.omfang})"
    yield _wrapped(f"Slik retter du: {t.regel.rett}")
    if t.hjelp:
        yield _wrapped(t.hjelp)
    if t.regel.hvorfor:
        yield _wrapped(f"Vanlig årsak: {t.regel.hvorfor}")
    if side:
        yield f"  Mer om regelen: {side}"
    yield from (_place(s) for s in t.rader[:STEDER])
    if len(t.rader) > STEDER:
        yield f"    og {len(t.rader) - STEDER} steder til"
    yield ""


def _place(s: Sett) -> str:
    f = s.funn
    deler = [f.fil or "ikke i fila"]
    deler += [f"linje {f.linje}"] if f.linje else []
    # Of several fields what stands there names each.
    deler += [s.felt.titler] if len(s.felt.navn) == 1 else []
    sagt = "; ".join(x for x in (s.der_staar, f.merknad) if x)
    flere = f" (og {s.antall - 1} til av samme slag)" if s.antall > 1 else ""
    return f"    {', '.join(deler)}{': ' if sagt else ''}{sagt}{flere}"


def _not_asked(alle: Sequence[Kontrollert]) -> Iterator[str]:
    regler = sorted({r.id for k in alle for r in k.ikke_spurt})
    if regler:
        yield _wrapped(f"Kan ikke kontrolleres her: {', '.join(regler)}.", "")
        yield _wrapped(IKKE_SPURT, "")


def _wrapped(tekst: str, innrykk: str = "  ") -> str:
    return fill(tekst, BREDDE, initial_indent=innrykk, subsequent_indent=innrykk)
