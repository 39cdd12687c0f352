"""The command that lists the flows: what exists, and when it is due."""

import typer

from vigo_pipeline.cli.valg import SkoleaarValg
from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.domain.frist import deadline
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.register import Register


def flyter(skoleaar: SkoleaarValg = "2025-2026") -> None:
    """Vis flytene: rundene med frist i et skoleår, og leveransene."""
    aar = Skoleaar.parse(skoleaar)
    for navn, (innsamling, leveranser) in Register.installed().flyter.items():
        typer.echo(f"{navn}: {innsamling.tittel}")
        frister = (f"{r} ({deadline(navn, r, aar):%d.%m.%Y})" for r in rounds_due(navn))
        typer.echo(f"  Runder: {', '.join(frister)}")
        if leveranser:
            typer.echo(f"  Leveranser: {', '.join(lev.stamme for lev in leveranser)}")
