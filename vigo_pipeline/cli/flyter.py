"""The command that lists the flows: what exists, and when it is due."""

from dataclasses import dataclass
from datetime import date

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.valg import JsonValg, SkoleaarValg


@dataclass(frozen=True)
class Rundefrist:
    """A round, and when the data of the skoleår are due in it."""

    runde: str
    frist: date


@dataclass(frozen=True)
class Flyt:
    """A flow: its rounds in a skoleår, and what is delivered from it."""

    flyt: str
    tittel: str
    runder: list[Rundefrist]
    leveranser: list[str]


def flyter(skoleaar: SkoleaarValg = "", som_json: JsonValg = False) -> None:
    """Vis flytene: rundene med frist i et skoleår, og leveransene.

    Uten --skoleaar vises skoleåret vi er i.
    """
    alle = _flows(skoleaar)
    if som_json:
        svar.tell(alle)
        return
    for flyt in alle:
        typer.echo(f"{flyt.flyt}: {flyt.tittel}")
        frister = (f"{r.runde} ({r.frist:%d.%m.%Y})" for r in flyt.runder)
        typer.echo(f"  Runder: {', '.join(frister)}")
        if flyt.leveranser:
            typer.echo(f"  Leveranser: {', '.join(flyt.leveranser)}")


def _flows(skoleaar: str) -> list[Flyt]:
    from vigo_pipeline.contract.aarshjul import rounds_due
    from vigo_pipeline.domain.frist import deadline
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine.clock import today
    from vigo_pipeline.engine.register import Register

    aar = Skoleaar.parse(skoleaar) if skoleaar else Skoleaar.of(today())
    return [
        Flyt(
            navn,
            innsamling.tittel,
            [Rundefrist(r, deadline(navn, r, aar)) for r in rounds_due(navn)],
            [lev.stamme for lev in leveranser],
        )
        for navn, (innsamling, leveranser) in Register.installed().flyter.items()
    ]
