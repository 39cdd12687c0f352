"""The words of a digest, in bokmål: ten lines at most, causes first, small counts concealed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vigo_pipeline.contract.aarshjul import round_name
from vigo_pipeline.contract.spesifikasjon import ALVOR
from vigo_pipeline.domain.prikking import SKJULT, Celle, conceal, is_small, shown
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.kontrollrapport.content import Tiltak
from vigo_pipeline.reports.parts.rule_link import RULES_INDEX
from vigo_pipeline.reports.parts.templates import written

if TYPE_CHECKING:
    from vigo_pipeline.reports.varsel.digest import Endret

LINJER = 10
# Of what was rejected; the status site has all.
AVVIST = 2


def subject(navn: str, endret: Sequence["Endret"], avvist: Sequence[str]) -> str:
    """Return what a digest is about; no counts."""
    deler = ["nye feil"] if any(e.nye for e in endret) else []
    deler += ["feil er rettet"] if any(e.rettet for e in endret) else []
    deler += ["en mottaker har avvist en leveranse"] if avvist else []
    return f"Kontroll av filene, {navn}: {', '.join(deler)}"


def body(endret: Sequence["Endret"], avvist: Sequence[str], nettsted: str | None) -> str:
    """Return the text: each collection with its root causes, what was rejected, where the rest is.

    ``nettsted``: where the status site is, when somebody has said so.
    """
    sist = [f"Hva hver regel betyr: {nettsted}/{RULES_INDEX}"] if nettsted and endret else []
    sagt = [*avvist[:AVVIST]]
    if len(avvist) > AVVIST:
        sagt[-1] += f" Det gjelder {len(avvist) - AVVIST} til."
    plass = LINJER - len(endret) - len(sagt) - len(sist)
    flest = sorted(
        (
            (ALVOR.index(t.alvor), nr, plass_)
            for nr, e in enumerate(endret)
            for plass_, t in enumerate(e.tiltak)
        )
    )[:plass]
    linjer: list[str] = []
    for nr, e in enumerate(endret):
        vist = sum(n == nr for _, n, _ in flest)
        linjer += [_heading(e, vist), *_causes(e)[:vist]]
    return "\n".join([*linjer, *sagt, *sist]) + "\n"


def rejected(mottaker: str, fil: str, partisjon: Partisjon, nr: int) -> str:
    """Return that a receiver has rejected a delivery."""
    hvilken = f"{partisjon.skoleaar} {round_name(partisjon.runde)}, nr. {nr}"
    return f"{mottaker or 'Mottakeren'} har avvist {fil} ({hvilken})."


def _heading(e: "Endret", vist: int) -> str:
    deler = [
        f"{written(shown(e.nye))} nye feil",
        f"{written(shown(e.rettet))} rettet",
        f"{written(shown(e.fra_foer))} åpne fra før",
    ]
    if not e.tiltak:
        return f"{e.tittel}: {', '.join(deler)}. Ingenting er galt nå."
    flere = len(e.tiltak) - vist
    resten = f" Her står {vist} av {len(e.tiltak)} ting å rette." if flere else ""
    rapport = f" Rapporten: {e.rapport}." if e.rapport else ""
    return f"{e.tittel}: {', '.join(deler)}.{resten}{rapport}"


def _causes(e: "Endret") -> list[str]:
    """Return a line for each thing to put right; how many only where no small count follows."""
    skjult = is_small(e.nye) or is_small(e.fra_foer)
    rader = conceal([{"rader": len(t.rader)} for t in e.tiltak], ["rader"])
    return [
        _cause(t, None if skjult else rad["rader"]) for t, rad in zip(e.tiltak, rader, strict=True)
    ]


def _cause(t: Tiltak, rader: Celle) -> str:
    vises = rader is not None and rader != SKJULT
    antall = f", {written(rader)} rader" if vises else ""
    return f"- {t.merke}: {t.regel.galt} ({t.regel.id}{antall}). {t.regel.rett}"
