"""The command that hands out restricted reports: in a shell, or as a page behind a login."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import AdresseValg, MappeValg, NettValg, open_pipeline
from vigo_pipeline.engine.errors import VigoError

STANDARD_UT = "-"


class Lies(VigoError):
    """Something lies where a document was to be written."""


def hent(
    rapport: Annotated[
        str,
        typer.Argument(
            metavar="[RAPPORT]",
            help="Rapporten slik lista har den, eller begynnelsen på den: da vises de som er der.",
        ),
    ] = "",
    mappe: MappeValg = None,
    nett: NettValg = False,
    port: Annotated[int, typer.Option(help="Porten som --nett svarer på.")] = 8041,
    adresse: AdresseValg = "",
) -> None:
    """Hent en rapport med personer; hovedboka har hvem som hentet den, før den blir gitt.

    Uten en hel rapport vises de som finnes. Den legges i mappa du står i, eller i --mappe; «-» er
    standard ut.
    """
    if nett:
        from vigo_pipeline.engine.settings import Innstillinger
        from vigo_pipeline.nett.rapporter import demand_door, serve

        inngang = demand_door(Innstillinger.from_env(os.environ), adresse)
        typer.echo(f"Svarer {inngang.adresse} på port {port}, bak innloggingen. Ctrl-C avslutter.")
        serve(open_pipeline("ingenting"), port, inngang)
        return
    from vigo_pipeline.engine.innsyn.dokument import Dokument, NoSuchDocument, documents

    pipeline = open_pipeline("utlevering")
    try:
        dokument = Dokument.of(rapport)
    except NoSuchDocument:
        finnes = list(documents(pipeline.oppsett, rapport))
        if rapport and not finnes:
            raise
        for d in finnes:
            typer.echo(d.sti)
        if not finnes:
            typer.echo("Ingen rapporter med personer er laget.")
        return
    from vigo_pipeline.engine.innsyn.uthenting import hand_out, in_shell

    til = None if str(mappe) == STANDARD_UT else (mappe or Path()) / Path(dokument.sti).name
    if til is not None and til.exists():
        raise Lies(f"{til} finnes fra før. Flytt den, eller velg en annen mappe med --mappe.")
    innhold = hand_out(pipeline, dokument, in_shell())
    if til is None:
        sys.stdout.buffer.write(innhold)
        return
    from vigo_pipeline.engine.store import write_private

    write_private(til, innhold)
    typer.echo(f"{til} er hentet, og det er ført i hovedboka.")
