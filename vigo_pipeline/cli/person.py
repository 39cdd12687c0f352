"""The command that writes the card of one person; the number is never on the command line."""

import sys
from getpass import getpass
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import GrunnValg, HvemValg, open_pipeline
from vigo_pipeline.engine.errors import VigoError


class OnTheCommandLine(VigoError):
    """Something was written where a number would be seen by others. Never says what."""


def _refuse(skrevet: list[str] | None) -> None:
    """Refuse what stands on the command line, before anything else is said of it."""
    if skrevet:
        raise OnTheCommandLine(
            "Skriv ikke nummeret på kommandolinja: der ser andre det, og det blir stående i "
            "historikken. Slett linja fra historikken, kjør «vigo person» uten det, og skriv "
            "nummeret når kommandoen ber om det. Eller bruk --kjennetegn."
        )


def person(
    hvem: HvemValg,
    grunn: GrunnValg,
    kjennetegn: Annotated[
        str, typer.Option(help="Kjennetegnet i stedet for nummeret: p-bcdfghjklmnp.")
    ] = "",
    _: Annotated[
        list[str] | None,
        typer.Argument(hidden=True, metavar="", callback=_refuse, is_eager=True),
    ] = None,
) -> None:
    """Skriv kortet for én person til den begrensede mappa; nummeret skrives etterpå."""
    from vigo_pipeline.engine.innsyn.hvem import ask
    from vigo_pipeline.reports.personkort.kort import write

    pipeline = open_pipeline()
    fnr = "" if kjennetegn else _read_number()
    spurt = ask(pipeline, hvem, grunn, fnr=fnr, token=kjennetegn)
    side = write(pipeline, spurt)
    typer.echo(f"Kortet for {spurt.token} (begrenset tilgang): {side}")


def _read_number() -> str:
    """Return the number from a person, to whom it is not shown, or from another program."""
    if sys.stdin.isatty():
        return getpass("Fødselsnummer (vises ikke): ")
    return sys.stdin.readline()
