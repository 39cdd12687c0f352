"""The command that shows how good the gate is."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.score.measure import measure
from vigo_pipeline.engine.score.tabell import Sum, as_markdown, put_in


def treffsikkerhet(
    andel: Annotated[float, typer.Option(help="Share of the nation.")] = 0.03,
    froe: Annotated[int, typer.Option(help="How many seeds; each places the defects anew.")] = 3,
    skoleaar: Annotated[str, typer.Option(help="Skoleår, for example 2025-2026.")] = "2025-2026",
    dokument: Annotated[
        Path | None, typer.Option(help="Put the table between the marks of this file.")
    ] = None,
) -> None:
    """Plant every kind of defect in clean data; count caught, missed and false alarms per rule."""
    resultat = Sum()
    for oppgave, poeng in measure(skoleaar, range(1, froe + 1), andel):
        resultat.add(poeng)
        s, p = oppgave.sandkasse, poeng[-1]
        typer.echo(
            f"  {s.samling} {s.runde}, frø {oppgave.froe}: {p.plantet.total()} plantet, "
            f"{len(p.tapt)} tapt, {sum(len(x.falske) for x in poeng)} falske alarmer",
            err=True,
        )
    tabell = as_markdown(resultat, Register.installed())
    if dokument is None:
        typer.echo(tabell)
    else:
        dokument.write_text(put_in(dokument.read_text("utf-8"), tabell), encoding="utf-8")
    raise typer.Exit(2 if resultat.tapt or resultat.falske else 0)
