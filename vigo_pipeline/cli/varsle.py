"""The command that tells of deadlines."""

from typing import Annotated

import typer

from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.valg import DagValg, open_pipeline
from vigo_pipeline.domain.mask import mask


def varsle(
    dag: DagValg = None,
    vis: Annotated[bool, typer.Option("--vis", help="Vis varslene, send ingen.")] = False,
) -> None:
    """Varsle om frister som er nær, hvert varsel én gang.

    Uten --dag gjelder i dag. Avslutter med 2 når noe ikke kunne sendes.
    """
    from vigo_pipeline.reports.varsel.alert import alerts_on
    from vigo_pipeline.reports.varsel.dispatch import send_alerts

    pipeline = open_pipeline()
    naa = dag or pipeline.i_dag()
    if vis:
        for varsel in alerts_on(pipeline, naa):
            typer.echo(mask(f"Til {varsel.mottaker}: {varsel.emne}\n\n{varsel.tekst}"))
        return
    utfall = send_alerts(pipeline, naa)
    for u in utfall:
        merknad = f" {u.merknad}" if u.merknad else ""
        kanal = f" {u.kanal}" if u.kanal else ""
        typer.echo(mask(f"{u.varsel.mottaker}{kanal}: {u.resultat}. {u.varsel.emne}.{merknad}"))
    typer.echo(f"{sum(u.resultat == 'sendt' for u in utfall)} varsler sendt.")
    if any(u.resultat == "ikke sendt" for u in utfall):
        raise typer.Exit(FAILED)
