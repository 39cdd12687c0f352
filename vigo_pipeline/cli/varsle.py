"""The command that tells of deadlines, and of what has changed."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.valg import DagValg, open_pipeline
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from vigo_pipeline.reports.varsel.alert import Varsel
    from vigo_pipeline.reports.varsel.digest import Sammendrag
    from vigo_pipeline.reports.varsel.dispatch import Utfall


def varsle(
    dag: DagValg = None,
    vis: Annotated[bool, typer.Option("--vis", help="Vis varslene, send ingen.")] = False,
) -> None:
    """Varsle om frister som er nær, og om det som er endret for en avgiver eller en skole.

    Hvert varsel går ut én gang, og et sammendrag av feilene høyst én gang om dagen. Uten --dag
    gjelder i dag. Avslutter med 2 når noe ikke kunne sendes.
    """
    from vigo_pipeline.reports.varsel.alert import alerts_on
    from vigo_pipeline.reports.varsel.dispatch import (
        digests_on,
        send_alerts,
        send_digests,
    )

    pipeline = open_pipeline()
    naa = dag or pipeline.i_dag()
    if vis:
        for varsel in alerts_on(pipeline, naa):
            typer.echo(mask(f"Til {varsel.mottaker}: {varsel.emne}\n\n{varsel.tekst}"))
        for kanal, s in digests_on(pipeline, naa):
            typer.echo(mask(f"Til {s.mottaker} ({kanal}): {s.emne}\n\n{s.tekst}"))
        return
    utfall: list[Utfall[Varsel] | Utfall[Sammendrag]] = [*send_alerts(pipeline, naa)]
    utfall += send_digests(pipeline, naa)
    for u in utfall:
        merknad = f" {u.merknad}" if u.merknad else ""
        i_kanal = f" {u.kanal}" if u.kanal else ""
        typer.echo(mask(f"{u.varsel.mottaker}{i_kanal}: {u.resultat}. {u.varsel.emne}.{merknad}"))
    typer.echo(f"{sum(u.resultat == 'sendt' for u in utfall)} varsler sendt.")
    if any(u.resultat == "ikke sendt" for u in utfall):
        raise typer.Exit(FAILED)
