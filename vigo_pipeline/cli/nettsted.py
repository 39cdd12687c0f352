"""The command that writes the status site."""

import typer

from vigo_pipeline.cli.valg import DagValg, MappeValg, open_pipeline


def nettsted(mappe: MappeValg = None, dag: DagValg = None) -> None:
    """Skriv statusnettstedet: hva som har frist, er kommet, er feil og er sendt.

    Uten --mappe skrives det i nettsted/ i hjemmemappa, uten --dag for i dag.
    """
    from vigo_pipeline.reports.nettsted.write import write_site

    pipeline = open_pipeline()
    hvor = mappe or pipeline.oppsett.nettsted
    side = write_site(pipeline, hvor, dag or pipeline.i_dag())
    typer.echo(
        f"Nettstedet er skrevet: {side.runder} runder og {side.leveringer} leveranser. "
        f"Åpne {hvor / 'index.html'} i en nettleser."
    )
