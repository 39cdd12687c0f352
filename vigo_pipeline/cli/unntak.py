"""Commands for waivers: give, withdraw, list."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import (
    HvemValg,
    LeveranseValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
)
from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.judge.waivers import give, in_force, withdraw
from vigo_pipeline.engine.pipeline import check_partition
from vigo_pipeline.engine.store import Partisjon

unntak_app = typer.Typer(no_args_is_help=True, help="Waivers from rules that shut the gate.")


@unntak_app.command("gi")
def give_waiver(
    leveranse: LeveranseValg,
    regel: Annotated[str, typer.Argument(help="The rule, for example FULL-003.")],
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    fylke: Annotated[str, typer.Option(help="The fylke whose rows it covers.")],
    antall: Annotated[int, typer.Option(help="At most so many rows.")],
    til: Annotated[str, typer.Option(help="The last day it holds, 2026-08-31.")],
    hvem: HvemValg,
    grunn: Annotated[str, typer.Option(help="Why; stands in the manifest.", callback=mask)],
) -> None:
    """Give a waiver in one round; run the control again for it to count."""
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    spek = pipeline.register.leveranse(leveranse)
    check_partition(pipeline, spek.flyt, partisjon)
    nr = give(
        pipeline,
        spek,
        partisjon,
        regel=regel,
        fylke=fylke,
        maks_antall=antall,
        gjelder_til=read_day(til),
        hvem=hvem,
        grunn=grunn,
    )
    typer.echo(f"Unntak nr. {nr} er gitt. Kjør kontrollen på nytt, så teller det.")


@unntak_app.command("trekk")
def withdraw_waiver(
    nr: Annotated[int, typer.Argument(help="The waiver's number.")], hvem: HvemValg
) -> None:
    """Withdraw a waiver: the gate no longer opens by it."""
    withdraw(open_pipeline(), nr, hvem=hvem)
    typer.echo(f"Unntak nr. {nr} er trukket.")


@unntak_app.command("liste")
def list_waivers(leveranse: LeveranseValg, skoleaar: SkoleaarValg, runde: RundeValg) -> None:
    """List the waivers that hold today."""
    pipeline = open_pipeline()
    spek = pipeline.register.leveranse(leveranse)
    for u in in_force(pipeline, spek, Partisjon(skoleaar, runde)):
        typer.echo(
            f"nr. {u.nr}  {u.regel} i {u.fylke}: inntil {u.maks_antall} rader til "
            f"{u.gjelder_til:%d.%m.%Y}, gitt av {u.hvem}: {u.grunn}"
        )
