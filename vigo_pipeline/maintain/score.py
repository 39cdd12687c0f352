"""The command that shows how good the gate is."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.engine.register import Register
from vigo_pipeline.syntetisk.omfang import Omfang
from vigo_pipeline.syntetisk.score.measure import Oppgave, measure
from vigo_pipeline.syntetisk.score.sandkasser import sandboxes
from vigo_pipeline.syntetisk.score.tabell import Sum, as_markdown, put_in


def score(
    andel: Annotated[
        list[float] | None, typer.Option(help="Share of the nation, 0.03 if left out.")
    ] = None,
    antall_froe: Annotated[
        list[int] | None,
        typer.Option(help="How many seeds, 3 if left out; each places the defects anew."),
    ] = None,
    skoleaar: Annotated[str, typer.Option(help="Skoleår, for example 2025-2026.")] = "2025-2026",
    dokument: Annotated[
        Path | None, typer.Option(help="Put the table between the marks of this file.")
    ] = None,
) -> None:
    """Plant every kind of defect in clean data; count caught, missed and false alarms per rule.

    --andel and --antall-froe may be given several times, in pairs: few seeds of much, many of
    little.
    """
    deler, antall = andel or [0.03], antall_froe or [3]
    if len(deler) != len(antall):
        raise typer.BadParameter("Give as many --andel as --antall-froe.")
    resultat = Sum()
    for oppgave, poeng in measure(
        Oppgave(s, skoleaar, froe, Omfang(andel=d))
        for d, n in zip(deler, antall, strict=True)
        for froe in range(1, n + 1)
        for s in sandboxes(Register.installed(), skoleaar)
    ):
        resultat.add(oppgave.omfang.andel, poeng)
        s, p = oppgave.sandkasse, poeng[-1]
        typer.echo(
            f"  {s.samling} {s.runde}, en fil per {s.fil}, {oppgave.omfang.andel:.4g} av landet, "
            f"frø {oppgave.froe}: {p.plantet.total()} plantet, {len(p.tapt)} tapt, "
            f"{sum(len(x.falske) for x in poeng)} falske alarmer",
            err=True,
        )
    tabell = as_markdown(resultat, Register.installed())
    if dokument is None:
        typer.echo(tabell)
    else:
        dokument.write_text(put_in(dokument.read_text("utf-8"), tabell), encoding="utf-8")
    raise typer.Exit(2 if resultat.tapt or resultat.falske else 0)
