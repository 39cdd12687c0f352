"""The command that makes synthetic files."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.valg import (
    AndelValg,
    FeilValg,
    RundeValg,
    SamlingValg,
    SkoleaarValg,
    demand_no_store,
)

if TYPE_CHECKING:
    from vigo_pipeline.syntetisk.omfang import Oppsummering


def syntetisk(
    mappe: Annotated[
        Path | None,
        typer.Argument(help="Mappa som inn/ skrives i; ellers installasjonens."),
    ] = None,
    skoleaar: SkoleaarValg = "2025-2026",
    samling: SamlingValg = "oktober",
    runde: RundeValg = "",
    andel: AndelValg = 0.01,
    froe: Annotated[int, typer.Option(help="Samme frø gir samme filer.")] = 1,
    hele_aaret: Annotated[
        bool, typer.Option("--hele-aaret", help="Hver runde av hver innsamling.")
    ] = False,
    feil: FeilValg = False,
    regel: Annotated[
        list[str] | None,
        typer.Option(help="Plant bare én feil, som bryter denne regelen. Kan gis flere ganger."),
    ] = None,
) -> None:
    """Lag syntetiske filer: alle personer er oppdiktet, og de er de samme hele skoleåret.

    Uten --runde lages den første.
    """
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine import code_lists
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.syntetisk.generator import first_round, generate, generate_year
    from vigo_pipeline.syntetisk.omfang import Omfang
    from vigo_pipeline.syntetisk.vern import demand_no_real_data, remember

    for navn, gitt in (("--runde", runde), ("--regel", regel)):
        if hele_aaret and gitt:
            raise typer.BadParameter("gjelder én runde", param_hint=navn)
    oppsett = Innstillinger.from_env(os.environ)
    if mappe is None:
        demand_no_store(
            oppsett, "Skriv ei mappe å lage filene i, og kjør «vigo lager slipp» på inn/ i den"
        )
    hvor = oppsett.inn.resolve() if mappe is None else mappe.resolve()
    demand_no_real_data(hvor, oppsett)
    code_lists.use(oppsett.hjem)
    aar, omfang = Skoleaar.parse(skoleaar), Omfang(andel=andel)
    if hele_aaret:
        alle = generate_year(hvor, skoleaar=aar, seed=froe, omfang=omfang, feil=feil)
    else:
        alle = [
            generate(
                hvor,
                skoleaar=aar,
                samling=samling,
                runde=runde or first_round(samling),
                seed=froe,
                omfang=omfang,
                feil=dict.fromkeys(regel, 1) if regel else feil or None,
            )
        ]
    remember(hvor)
    for svar in alle:
        _tell(svar)
    hjem = "" if hvor == oppsett.inn.resolve() else f"VIGO_HOME={shlex.quote(str(hvor))} "
    typer.echo(_next(hjem, alle))


def _next(hjemme: str, alle: list["Oppsummering"]) -> str:
    """Return the command that runs what was made, in a home that reads it."""
    aar = alle[0].skoleaar
    if len(alle) > 1:
        return f"Neste: {hjemme}vigo aaret {aar}"
    return f"Neste: {hjemme}vigo kjoer {alle[0].samling} --skoleaar {aar} --runde {alle[0].runde}"


def _tell(svar: "Oppsummering") -> None:
    """Say what was made: counts of what there is, never a person."""
    from vigo_pipeline.contract.enhet import amount
    from vigo_pipeline.contract.spesifikasjon import in_words

    antall = [f"{svar.personer} syntetiske personer"] if svar.personer else []
    antall += [f"{svar.elevkurs} elevkurs"] if svar.elevkurs else []
    antall += [f"{svar.fag} fag"] if svar.fag else []
    hva = f"{in_words(antall)} i " if antall else ""
    hvor = f"{hva}{amount(svar.filer, 'fil')}" if svar.filer else "ingenting å melde"
    typer.echo(f"{svar.samling} {svar.runde}: {hvor}: {svar.mappe}")
    if svar.fasit is not None:
        typer.echo(f"{sum(svar.feil.values())} plantede feil, fasit: {svar.fasit}")
    if svar.ikke_plantet:
        uten = in_words(svar.ikke_plantet)
        typer.echo(f"Ikke plantet, for ingen rad i filene kan bryte regelen: {uten}.")
