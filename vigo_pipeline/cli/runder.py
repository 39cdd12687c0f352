"""Commands that decide over a round: close it, open it for a correction."""

import typer

from vigo_pipeline.cli.valg import (
    FlytValg,
    GrunnValg,
    HvemValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
)


def lukk(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    grunn: GrunnValg = "",
) -> None:
    """Lukk en runde: fra nå av bygges den på nytt og sammenlignes, men overskrives aldri.

    Uten kvittering for alt som er publisert, må det sies hvorfor, med --grunn.
    """
    from vigo_pipeline.engine.ledger.closings import close
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.send.status import demand_acknowledged
    from vigo_pipeline.engine.store import Partisjon

    pipeline, partisjon = open_pipeline("ingenting"), Partisjon(skoleaar, runde)
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
    grunn: GrunnValg,
) -> None:
    """Åpne en lukket runde for rettelse, som blir neste leveranse med nummer.

    Grunnen står i manifestet til den leveransen.
    """
    from vigo_pipeline.engine.ledger.closings import open_for_correction
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.store import Partisjon

    pipeline, partisjon = open_pipeline("ingenting"), Partisjon(skoleaar, runde)
    check_partition(pipeline, flyt, partisjon)
    open_for_correction(pipeline.engine, flyt, partisjon, hvem=hvem, grunn=grunn)
    typer.echo(f"{flyt} {partisjon} er åpnet for rettelse. Lukk den igjen når den er levert.")
