"""The comparison in a few lines for the command line: counts only, no person."""

from collections.abc import Iterator

from vigo_pipeline.reports.endring.report import Rapport
from vigo_pipeline.reports.endring.schema import Endring, named
from vigo_pipeline.reports.parts.templates import written

FLEST = 5


def summary_of(rapport: Rapport) -> str:
    """Return what changed most, and where the reports lie."""
    e = rapport.endring
    linjer = [
        f"{e.til.fil}: fra {named(e.fra)} til {named(e.til)}",
        f"  {written(e.fra.rader)} rader før, {written(e.til.rader)} etter.",
        *_counts(e),
        *_most(e),
        *_rules(e),
        *(
            f"  NB: {r['hva']} er ikke likt i de to leveransene."
            for r in e.forutsetninger.to_pylist()
            if not r["lik"]
        ),
        "",
        f"Rad for rad, per fylke (begrenset tilgang): {rapport.begrenset}",
        f"Samlede tall, regneark: {rapport.regneark}",
        f"Samlede tall, nettside: {rapport.side}",
    ]
    return "\n".join(linjer)


def _counts(e: Endring) -> Iterator[str]:
    n = {hva: written(antall) for hva, antall in e.antall.items()}
    yield (
        f"  Nye rader: {n['nye']}. Fjernet: {n['fjernet']}. Endret: {n['endret']}. "
        f"Uendret: {n['uendret']}."
    )
    if "nye personer" in n:
        yield f"  Nye personer: {n['nye personer']}. Personer borte: {n['personer borte']}."


def _most(e: Endring) -> Iterator[str]:
    kolonner = sorted(e.per_kolonne.to_pylist(), key=lambda r: -r["endret"])[:FLEST]
    if endret := [f"{r['kolonne']} {written(r['endret'])}" for r in kolonner if r["endret"]]:
        yield f"  Kolonner som er endret i flest rader: {', '.join(endret)}."


def _rules(e: Endring) -> Iterator[str]:
    for r in e.regler.to_pylist():
        if r["endring"]:
            foer, etter = written(r["foer"]), written(r["etter"])
            navn = f"  {r['alvor'] or ''} {r['regel']}: {foer} til {etter} rader. "
            yield navn + (r["tittel"] or "")
