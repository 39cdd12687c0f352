"""The command that writes the card of one person; the number is never on the command line."""

import select
import sys
from getpass import getpass
from io import UnsupportedOperation
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import GRUNN, HVEM, open_pipeline
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.errors import VigoError

# More than a number on a line is never read of another program.
HOEYST = 4096


class OnTheCommandLine(VigoError):
    """Something was written where a number would be seen by others. Never says what."""


class OneAtATime(VigoError):
    """More than one person is asked about. Never says who."""


def refuse(skrevet: list[str] | None) -> None:
    """Refuse what stands on the command line, before anything else is said of it."""
    if skrevet:
        raise OnTheCommandLine(
            "Skriv ikke nummeret på kommandolinja: der ser andre det, og det blir stående i "
            "historikken. Slett linja fra historikken, kjør «vigo person» uten det, og skriv "
            "nummeret når kommandoen ber om det. Eller bruk --kjennetegn."
        )


def without_number(skrevet: str) -> str:
    """Refuse an option with what may be a number; it is on the command line as the rest is."""
    if mask(skrevet) != skrevet:
        refuse([skrevet])
    return skrevet


KjennetegnValg = Annotated[
    str,
    typer.Option(
        help="Kjennetegnet i stedet for nummeret: p-bcdfghjklmnp.",
        callback=without_number,
        is_eager=True,
    ),
]
HvemSpoer = Annotated[str, typer.Option(help=HVEM, callback=without_number, is_eager=True)]
GrunnTilDet = Annotated[str, typer.Option(help=GRUNN, callback=without_number, is_eager=True)]
# What else stands on the command line.
Resten = Annotated[
    list[str] | None, typer.Argument(hidden=True, metavar="", callback=refuse, is_eager=True)
]


def person(
    hvem: HvemSpoer, grunn: GrunnTilDet, kjennetegn: KjennetegnValg = "", _: Resten = None
) -> None:
    """Skriv kortet for én person til den begrensede mappa; nummeret skrives etterpå."""
    from vigo_pipeline.engine.innsyn.hvem import ask
    from vigo_pipeline.reports.personkort.kort import write

    fnr = number(kjennetegn)
    pipeline = open_pipeline("mottatt")
    spurt = ask(pipeline, hvem, grunn, fnr=fnr, token=kjennetegn)
    side = write(pipeline, spurt, grunn)
    typer.echo(f"Kortet for {spurt.token} (begrenset tilgang): {side}")


def number(kjennetegn: str) -> str:
    """Return the number from a person, to whom it is not shown, or from another program.

    Blank where somebody is asked about by token.

    Raises:
        OneAtATime: there are two numbers, or a number and a token.
    """
    if sys.stdin is None:
        return ""
    if sys.stdin.isatty():
        return "" if kjennetegn else getpass("Fødselsnummer (vises ikke): ")
    if kjennetegn and not _is_written():
        return ""
    # Bytes: what is not text at all is told in words, as other things that are no number.
    lest = sys.stdin.buffer.read(HOEYST).decode("utf-8-sig", "replace")
    numre = {"".join(linje.split()) for linje in lest.splitlines()} - {""}
    if kjennetegn and numre:
        raise OneAtATime(
            "Det står et kjennetegn på kommandolinja, og noe på standard inn også. Hvem spørres "
            "det om? Gi bare ett av dem; i et skript lukkes standard inn med «< /dev/null»."
        )
    if len(numre) > 1:
        raise OneAtATime(
            "Det kom mer enn én linje på standard inn. Kortet er for én person: kjør «vigo "
            "person» én gang for hvert nummer, med nummeret alene på linja."
        )
    return numre.pop() if numre else ""


def _is_written() -> bool:
    """Say whether standard input has something, or is at its end; an open one may be silent."""
    try:
        return bool(select.select([sys.stdin], [], [], 0)[0])
    except UnsupportedOperation:
        # Nobody waits for what is in memory.
        return True
