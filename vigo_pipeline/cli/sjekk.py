"""The command that checks a school's files before they are sent."""

import gc
import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.svar import tell
from vigo_pipeline.cli.valg import (
    AdresseValg,
    JsonValg,
    NettValg,
    RundeValg,
    SamlingValg,
    SkoleaarValg,
)
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from vigo_pipeline.sjekk.guess import Lesemaate
    from vigo_pipeline.sjekk.innsendt import Innsendt
    from vigo_pipeline.sjekk.kjent import Kjent

STANDARD_INN = "-"
# Bytes of a school or a few: to share them among cores costs more than it gives.
LITE = 4 << 20


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
    from vigo_pipeline.sjekk.lett import besvart, start

    # Before the rest is read in.
    start(uten_base=not mot)
    from vigo_pipeline.engine import code_lists
    from vigo_pipeline.engine.clock import today
    from vigo_pipeline.engine.duck_instances import one_core
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.sjekk.check import check, exit_code
    from vigo_pipeline.sjekk.guess import Valg

    oppsett = Innstillinger.from_env(os.environ)
    code_lists.use(oppsett.hjem)
    valg = Valg(samling=samling, skoleaar=skoleaar, runde=runde, avgiver=avgiver)
    # As where it is received: synthetic files have a clock of their own.
    dag = today() if oppsett.modus == "reell" else None
    kjent = _asked_of(mot) if mot else None
    innsendt = _read(filer)
    er_lite = sum(f.stoerrelse for f in innsendt.filer) <= LITE
    with one_core() if er_lite else nullcontext():
        svar = check(Register.installed(), oppsett, innsendt, valg, dag, kjent)
    if som_json:
        from vigo_pipeline.sjekk.data import as_data

        tell(as_data(svar, oppsett.nettsted_adresse).model_dump())
    else:
        from vigo_pipeline.sjekk.tekst import as_text

        for linje in as_text(svar, oppsett.nettsted_adresse):
            typer.echo(mask(linje))
    if til:
        from vigo_pipeline.sjekk.skriv import write

        write(Path(til), svar, oppsett.nettsted_adresse)
    besvart.append(True)
    raise typer.Exit(exit_code(svar))


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


def _asked_of(mot: str) -> "Callable[[Lesemaate, Collection[str]], Kjent]":
    from functools import partial

    from vigo_pipeline.sjekk.mot import known, open_named

    return partial(known, open_named(mot, os.environ))


def _read(filer: list[str]) -> "Innsendt":
    from vigo_pipeline.sjekk.innsendt import from_bytes, from_paths

    if filer == [STANDARD_INN]:
        return from_bytes({"standard-inn.txt": sys.stdin.buffer.read()})
    return from_paths([Path(f) for f in filer])
