"""Commands for waivers: give, withdraw, list."""

from typing import Annotated

import typer

from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.valg import HvemValg, LeveranseValg, RundeValg, SkoleaarValg, open_pipeline
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.day import read_day
from vigo_pipeline.engine.judge.waivers import give, in_force, withdraw
from vigo_pipeline.engine.pipeline import check_partition
from vigo_pipeline.engine.store import Partisjon

unntak_app = command_line("Unntak fra regler som lukker porten.")


def give_waiver(
    leveranse: LeveranseValg,
    regel: Annotated[str, typer.Argument(help="Regelen, for eksempel FULL-003.")],
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    fylke: Annotated[str, typer.Option(help="Fylket som radene hører til.")],
    antall: Annotated[int, typer.Option(help="Høyst så mange rader.")],
    til: Annotated[str, typer.Option(help="Siste dag det gjelder, 2026-08-31.")],
    hvem: HvemValg,
    grunn: Annotated[str, typer.Option(help="Hvorfor; står i manifestet.", callback=mask)],
) -> None:
    """Gi et unntak i én runde; kjør kontrollen på nytt for at det skal telle."""
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    spek = pipeline.register.leveranse(leveranse)
    check_partition(pipeline, spek.samling, partisjon)
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


def withdraw_waiver(
    nr: Annotated[int, typer.Argument(help="Nummeret på unntaket.")], hvem: HvemValg
) -> None:
    """Trekk et unntak: porten åpnes ikke lenger av det."""
    withdraw(open_pipeline(), nr, hvem=hvem)
    typer.echo(f"Unntak nr. {nr} er trukket.")


def list_waivers(leveranse: LeveranseValg, skoleaar: SkoleaarValg, runde: RundeValg) -> None:
    """List unntakene som gjelder i dag."""
    pipeline = open_pipeline()
    spek = pipeline.register.leveranse(leveranse)
    for u in in_force(pipeline, spek, Partisjon(skoleaar, runde)):
        typer.echo(
            f"nr. {u.nr}  {u.regel} i {u.fylke}: inntil {u.maks_antall} rader til "
            f"{u.gjelder_til:%d.%m.%Y}, gitt av {u.hvem}: {u.grunn}"
        )


for navn, kommando in (("gi", give_waiver), ("trekk", withdraw_waiver), ("liste", list_waivers)):
    add(unntak_app, kommando, navn)
