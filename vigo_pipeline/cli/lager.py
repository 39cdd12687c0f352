"""Commands of the object store that several machines share, in place of a disk."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.valg import open_pipeline
from vigo_pipeline.contract.enhet import amount

if TYPE_CHECKING:
    from vigo_pipeline.engine.bucket.mirror import Mirror
    from vigo_pipeline.engine.pipeline import Pipeline

lager_app = command_line("Objektlageret som flere maskiner deler: legg, hent, slipp filer.")


def put() -> None:
    """Legg alt som ligger i hjemmet, i lageret; første gang også for å ta det i bruk."""
    from vigo_pipeline.engine.bucket.bring import is_in_use, put_all
    from vigo_pipeline.engine.ledger.seal import Segl
    from vigo_pipeline.engine.persontoken import make_first
    from vigo_pipeline.engine.receive.folder import INN

    pipeline, speil = _opened()
    # The home has its key from when the database is first connected to.
    pipeline.engine.dispose()
    if not is_in_use(speil):
        # The other machines are given it: one that they made would be another.
        make_first(pipeline.oppsett)
    lagt = put_all(speil, Segl.of(pipeline.oppsett.hjem).id, pipeline.deletions())
    hvor = f"{amount(lagt.antall, 'fil')} fra {pipeline.oppsett.hjem}"
    typer.echo(f"{hvor} er i lageret, og det er i bruk.")
    if lagt.nyere:
        hvor = f"{amount(len(lagt.nyere), 'fil')} har lageret i en annen utgave"
        typer.echo(f"{hvor}, fra en annen maskin, og den står: «vigo lager hent».")
    if (pipeline.oppsett.hjem / INN).exists():
        typer.echo(
            f"{pipeline.oppsett.hjem / INN} leses ikke lenger: kjør «vigo lager slipp» på den, og "
            "ta den bort."
        )
    if lagt.andre:
        hvor = f"{amount(len(lagt.andre), 'fil')} i lageret"
        typer.echo(f"{hvor} er ikke i hjemmet, og står: «vigo lager hent».")


def bring() -> None:
    """Hent alt som er i lageret, også kopiene av det som er lest, og ta bort det som er slettet."""
    pipeline = open_pipeline("mottatt")
    _demand(pipeline)
    typer.echo(f"{pipeline.oppsett.hjem} har alt som er i lageret.")


def drop(
    mappe: Annotated[Path, typer.Argument(help="Mappe med filer, lagt opp som inn/.")],
) -> None:
    """Legg filer fra avgiverne i lageret: mappa er lagt opp som inn/, skoleår/runde/avgiver."""
    from vigo_pipeline.engine.bucket.bring import put_dropped

    if not mappe.is_dir():
        raise typer.BadParameter(f"{mappe} er ingen mappe", param_hint="MAPPE")
    pipeline, speil = _opened()
    # What persons stand in goes to no bucket but the installation's own.
    pipeline.own_store()
    typer.echo(f"{amount(put_dropped(speil, mappe), 'fil')} er lagt i inn/ i lageret.")


def _opened() -> tuple["Pipeline", "Mirror"]:
    pipeline = open_pipeline("ingenting")
    return pipeline, _demand(pipeline)


def _demand(pipeline: "Pipeline") -> "Mirror":
    if pipeline.speil is None:
        raise typer.BadParameter("VIGO_LAGER er ikke satt: filene ligger i hjemmet alene")
    return pipeline.speil


add(lager_app, put, "legg")
add(lager_app, bring, "hent")
add(lager_app, drop, "slipp")
