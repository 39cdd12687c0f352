"""Commands for waivers: give, withdraw, list."""

from datetime import date
from typing import Annotated

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.valg import (
    FylkeValg,
    GrunnValg,
    HvemValg,
    JsonValg,
    LeveranseValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
    read_day,
)
from vigo_pipeline.domain.mask import mask

unntak_app = command_line("Unntak fra regler som lukker porten.")


def give_waiver(
    leveranse: LeveranseValg,
    regel: Annotated[str, typer.Argument(help="Regelen, for eksempel FULL-003.")],
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    fylke: FylkeValg,
    antall: Annotated[
        int,
        typer.Option(
            help="Høyst så mange, av det regelen teller: rader, eller filer eller avgivere."
        ),
    ],
    gjelder_til: Annotated[
        date,
        typer.Option(help="Siste dag det gjelder.", parser=read_day),
    ],
    hvem: HvemValg,
    grunn: GrunnValg,
) -> None:
    """Gi et unntak i én runde; kjør kontrollen på nytt for at det skal telle.

    Grunnen står i manifestet.
    """
    from vigo_pipeline.engine.judge.waivers import give
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.store import Partisjon

    pipeline, partisjon = open_pipeline("ingenting"), Partisjon(skoleaar, runde)
    spek = pipeline.register.leveranse(leveranse)
    check_partition(pipeline, spek.samling, partisjon)
    pipeline.bring(spek.samling, partisjon)
    nr = give(
        pipeline,
        spek,
        partisjon,
        regel=regel,
        fylke=fylke,
        maks_antall=antall,
        gjelder_til=gjelder_til,
        hvem=hvem,
        grunn=grunn,
    )
    typer.echo(f"Unntak nr. {nr} er gitt. Kjør kontrollen på nytt, så teller det.")


def withdraw_waiver(
    nr: Annotated[int, typer.Argument(help="Nummeret på unntaket.")], hvem: HvemValg
) -> None:
    """Trekk et unntak: porten åpnes ikke lenger av det."""
    from vigo_pipeline.engine.judge.waivers import withdraw

    withdraw(open_pipeline("ingenting"), nr, hvem=hvem)
    typer.echo(f"Unntak nr. {nr} er trukket.")


def list_waivers(
    leveranse: LeveranseValg, skoleaar: SkoleaarValg, runde: RundeValg, som_json: JsonValg = False
) -> None:
    """List unntakene som gjelder i dag."""
    from vigo_pipeline.contract.enhet import RAD, amount
    from vigo_pipeline.engine.judge.waivers import in_force
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.store import Partisjon

    pipeline = open_pipeline("ingenting")
    spek = pipeline.register.leveranse(leveranse)
    partisjon = Partisjon(skoleaar, runde)
    check_partition(pipeline, spek.samling, partisjon)
    alle = in_force(pipeline, spek, partisjon)
    if som_json:
        felt = ("nr", "regel", "fylke", "maks_antall", "gjelder_til", "hvem", "grunn")
        svar.tell([{"gitt_av" if n == "hvem" else n: getattr(u, n) for n in felt} for u in alle])
        return
    regler = pipeline.register.regler("leveranser", spek.stamme, skoleaar)
    enhet = {r.id: r.enhet for r in regler}
    for u in alle:
        hva = amount(u.maks_antall, enhet.get(u.regel, RAD))
        typer.echo(
            mask(
                f"nr. {u.nr}  {u.regel} i {u.fylke}: inntil {hva} til "
                f"{u.gjelder_til:%d.%m.%Y}, gitt av {u.hvem}: {u.grunn}"
            )
        )
    if not alle:
        typer.echo("Ingen unntak gjelder.")


for navn, kommando in (("gi", give_waiver), ("trekk", withdraw_waiver), ("liste", list_waivers)):
    add(unntak_app, kommando, navn)
