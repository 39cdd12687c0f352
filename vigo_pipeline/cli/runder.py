"""Commands that decide over a round: close it, open it for a correction."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import FlytValg, HvemValg, RundeValg, SkoleaarValg, open_pipeline
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.ledger.closings import close, open_for_correction
from vigo_pipeline.engine.pipeline import check_partition
from vigo_pipeline.engine.send.status import demand_acknowledged
from vigo_pipeline.engine.store import Partisjon


def lukk(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    grunn: Annotated[
        str, typer.Option(help="Hvorfor runden lukkes uten kvittering.", callback=mask)
    ] = "",
) -> None:
    """Lukk en runde: fra nå av bygges den på nytt og sammenlignes, men overskrives aldri."""
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    check_partition(pipeline, flyt, partisjon)
    innsamling, leveranser = pipeline.register.flyt(flyt)
    if not grunn:
        demand_acknowledged(pipeline, leveranser, partisjon)
    vannmerke = pipeline.vannmerke(innsamling.stamme, partisjon)
    close(pipeline.engine, flyt, partisjon, hvem=hvem, vannmerke=vannmerke, grunn=grunn)
    typer.echo(f"{flyt} {partisjon} er lukket.")


def rettelse(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    grunn: Annotated[
        str, typer.Option(help="Hvorfor; står i manifestet til neste leveranse.", callback=mask)
    ],
) -> None:
    """Åpne en lukket runde for rettelse, som blir neste leveranse med nummer."""
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    check_partition(pipeline, flyt, partisjon)
    open_for_correction(pipeline.engine, flyt, partisjon, hvem=hvem, grunn=grunn)
    typer.echo(f"{flyt} {partisjon} er åpnet for rettelse. Lukk den igjen når den er levert.")
