"""Commands for code lists: fetch from the source, take in, show what is in force."""

from typing import Annotated

import typer

from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.framdrift import progress
from vigo_pipeline.cli.valg import HvemValg, open_pipeline

kodeverk_app = command_line("Kodeverk fra kilden: hent, se på forslaget, ta inn.")
ListeValg = Annotated[
    list[str] | None, typer.Argument(help="Listene, for eksempel skoler; ellers alle.")
]


def fetch(
    lister: ListeValg = None,
    kilde: Annotated[
        str, typer.Option(help="Adressen til en kopi; ellers VIGO_KODEVERKSBASE.")
    ] = "",
) -> None:
    """Hent listene fra kilden og foreslå hva som bør tas inn; listene som gjelder, står."""
    from vigo_pipeline.engine.addresses import web_address
    from vigo_pipeline.engine.kodeverk.propose import propose
    from vigo_pipeline.engine.kodeverk.source import Source
    from vigo_pipeline.engine.kodeverk.usage import usage
    from vigo_pipeline.reports import kodeverk as report

    pipeline = open_pipeline("felles")
    sted = Source(web_address(kilde) if kilde else pipeline.oppsett.kodeverksbase)
    bruk = usage(pipeline.engine, pipeline.register, pipeline.i_dag())
    with progress("Henter kodeverk") as si:
        forslag = propose(
            pipeline.oppsett.hjem, sted, bruk, pipeline.i_dag(), lister or (), logg=si
        )
    typer.echo(report.as_text(forslag))
    typer.echo(f"Alle kodene: {report.write(pipeline.oppsett, forslag)}")
    if forslag.ventende:
        typer.echo("Ta inn det som er rett: vigo kodeverk ta-inn --hvem <navn> [liste …]")
    if report.not_fetched(forslag):
        raise typer.Exit(1)


def take_in(hvem: HvemValg, lister: ListeValg = None) -> None:
    """Ta inn det som er foreslått; lister merket SE PÅ må nevnes ved navn."""
    from vigo_pipeline.contract import kodeverk
    from vigo_pipeline.engine.kodeverk import proposal

    pipeline = open_pipeline("felles")
    with pipeline.code_lists_alone():
        sett, tatt = proposal.take_in(
            pipeline.oppsett.hjem, lister or [], hvem=hvem, dag=pipeline.i_dag()
        )
    typer.echo(f"Tatt inn som nr. {sett.nr}: {', '.join(tatt)}. Kodeverk {kodeverk.version()}.")
    typer.echo("Dommer og godkjenninger som bygger på de gamle listene, gjelder ikke lenger.")
    if rest := proposal.kept(pipeline.oppsett.hjem).ventende:
        typer.echo(f"Foreslått og ikke tatt inn: {', '.join(rest)}")


def show() -> None:
    """Vis hva som er tatt inn, av hvem, og hva som er foreslått."""
    from vigo_pipeline.contract import kodeverk
    from vigo_pipeline.engine import code_lists

    hjem = open_pipeline("felles").oppsett.hjem
    typer.echo(f"Kodeverk {kodeverk.version()}.")
    sett = code_lists.latest(hjem)
    if sett is None:
        typer.echo("Ingenting er tatt inn: pakkas egne lister gjelder.")
    else:
        typer.echo(
            f"Tatt inn som nr. {sett.nr} {sett.dag:%d.%m.%Y} av {sett.hvem}, sist fra {sett.fra}: "
            f"{', '.join(sett.filer)}."
        )


add(kodeverk_app, fetch, "hent")
add(kodeverk_app, take_in, "ta-inn")
add(kodeverk_app, show, "vis")
