"""The command that shows who has asked about persons, and who has fetched what."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.person import KjennetegnValg, number
from vigo_pipeline.cli.valg import JsonValg, open_pipeline, read_day
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from vigo_pipeline.engine.innsyn.logg import Linje


def innsynslogg(
    person: Annotated[
        bool,
        typer.Option("--person", help="Bare det om én person; nummeret skrives etterpå."),
    ] = False,
    kjennetegn: KjennetegnValg = "",
    gjort_av: Annotated[
        str, typer.Option(help="Bare det som kan være gjort av en med dette navnet.", callback=mask)
    ] = "",
    fra_dag: Annotated[
        date | None, typer.Option(help="Fra og med denne dagen.", parser=read_day)
    ] = None,
    til_dag: Annotated[
        date | None, typer.Option(help="Til og med denne dagen.", parser=read_day)
    ] = None,
    som_json: JsonValg = False,
) -> None:
    """Vis hvem som har spurt om personer, og hvem som har hentet eller blitt nektet rapporter."""
    from vigo_pipeline.engine.innsyn.logg import read_log, tokens_of

    pipeline, tokener = open_pipeline("ingenting"), None
    if person or kjennetegn:
        tokener = tokens_of(pipeline, fnr=number(kjennetegn), token=kjennetegn)
    funnet = read_log(pipeline, tokener, gjort_av, fra_dag, til_dag)
    if som_json:
        svar.tell(funnet)
        return
    for linje in funnet.linjer:
        typer.echo(mask(as_text(linje)))
    if not funnet.linjer:
        typer.echo("Ingen har spurt, og ingen har hentet noe.")
    if funnet.uten_noekkel:
        typer.echo(
            f"{amount(funnet.uten_noekkel)} har kjennetegn laget med nøkler som er kastet: om de "
            "gjelder personen, kan ingen si."
        )


def as_text(linje: "Linje") -> str:
    """Return a row as a line."""
    hvem = f"{linje.hvem} ({linje.hvem_id})" if linje.hvem_id else linje.hvem
    hvor = f"på sida, fra {linje.fra}" if linje.fra else "i et skall"
    antall = amount(linje.personer, "person")
    hva = linje.fil or linje.slag
    tekst = f"{linje.naar:%d.%m.%Y %H:%M:%S}  {linje.utfall}  {hvem}, {hvor}: {hva}, {antall}"
    return f"{tekst}. {linje.grunn}" if linje.grunn else tekst
