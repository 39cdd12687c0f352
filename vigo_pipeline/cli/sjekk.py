"""The command that checks a school's files before they are sent."""

import gc
import os
from typing import Annotated

import typer

from vigo_pipeline.cli.sjekk_filer import check_files
from vigo_pipeline.cli.valg import (
    AdresseValg,
    JsonValg,
    NettValg,
    RundeValg,
    SamlingValg,
    SkoleaarValg,
)


def sjekk(
    filer: Annotated[
        list[str] | None,
        typer.Argument(metavar="FIL...", help="Filene eller mappene; - er standard inn."),
    ] = None,
    samling: SamlingValg = "",
    skoleaar: SkoleaarValg = "",
    runde: RundeValg = "",
    avgiver: Annotated[str, typer.Option(help="Hvem som leverer, for eksempel 03.")] = "",
    til: Annotated[
        str, typer.Option(help="Skriv funnene hit også: .html, .xlsx, .csv eller .json.")
    ] = "",
    som_json: JsonValg = False,
    mot: Annotated[
        str,
        typer.Option(help="Spør en Sentralbase også: adressen postgresql://…, eller VIGO_HOME."),
    ] = "",
    nett: NettValg = False,
    port: Annotated[int, typer.Option(help="Porten som --nett svarer på.")] = 8040,
    adresse: AdresseValg = "",
) -> None:
    """Sjekk filer før de sendes: samme lesing og samme regler, uten å sende eller lagre noe.

    Innsamling, skoleår, runde og avgiver gjettes når de ikke er oppgitt. Avslutter med 0 når
    ingenting er galt, 1 når noe bør ses på, og 2 når noe stenger eller sjekken ikke kan gjøres.
    --nett svarer bare på denne maskinen, når det ikke er en --adresse.
    """
    if nett:
        # It answers for long, unlike what it is started as.
        gc.enable()
        _serve(port, adresse)
        return
    if not filer:
        raise typer.BadParameter("Skriv hvilke filer som skal sjekkes, eller --nett.")
    raise typer.Exit(
        check_files(
            *(filer, samling, skoleaar, runde, avgiver), til=til, som_json=som_json, mot=mot
        )
    )


def _serve(port: int, adresse: str) -> None:
    from vigo_pipeline.nett.port import demand_free
    from vigo_pipeline.nett.tjener import ALLE, VERT
    from vigo_pipeline.sjekk.nett.app import serve

    demand_free(port, "vigo sjekk --nett --port ", ALLE if adresse else VERT)
    if adresse:
        from vigo_pipeline.engine.settings import Innstillinger
        from vigo_pipeline.nett.vern import Innlogging

        oppsett = Innstillinger.from_env(os.environ)
        bak = Innlogging.demand(adresse, oppsett.innlogget, oppsett.innlogget_fra)
        typer.echo(f"Svarer {bak.adresse} på port {port}, bak innloggingen. Ctrl-C avslutter.")
        serve(port, bak)
        return
    typer.echo(f"Åpne http://{VERT}:{port} i en nettleser. Ctrl-C avslutter.")
    serve(port)
