"""Commands that delete: what is past its time, and a person by decision."""

from typing import Annotated

import typer

from vigo_pipeline.cli.person import (
    GrunnTilDet,
    HvemSpoer,
    KjennetegnValg,
    Resten,
    number,
    without_number,
)
from vigo_pipeline.cli.valg import DagValg, open_pipeline
from vigo_pipeline.contract.enhet import amount

SlettValg = Annotated[
    bool, typer.Option("--slett", help="Slett. Uten den vises bare hva som ville gå.")
]


def rydd(dag: DagValg = None, slett: SlettValg = False) -> None:
    """Vis hva som er over tiden etter VIGO_OPPBEVARING, og slett det med --slett."""
    from vigo_pipeline.contract.oppbevaring import slagene
    from vigo_pipeline.engine.oppbevaring import valg, vedtak
    from vigo_pipeline.engine.oppbevaring.rydd import let_go, past

    pipeline = open_pipeline("mottatt")
    if (
        slett
        and pipeline.oppsett.kopi
        and (antall := vedtak.again(pipeline, pipeline.oppsett.kopi))
    ):
        typer.echo(f"{amount(antall, 'person')} som var slettet, var tilbake, og er slettet igjen.")
    bestemt = valg.read(pipeline.oppsett)
    naa = dag or pipeline.i_dag()
    over = let_go(pipeline, naa) if slett else past(pipeline, naa)
    for o in over:
        hva = f"{slagene()[o.slag].hva}, {o.naar}"
        typer.echo(f"{hva}: {amount(o.rader)}, {amount(o.filer, 'fil')}")
    if tilbake := vedtak.back_again(pipeline):
        typer.echo(f"{tilbake} som er slettet etter vedtak, er kommet inn igjen med nye filer.")
    if bestemt is None:
        typer.echo("Ingenting slettes: VIGO_OPPBEVARING er ikke satt.")
    elif not over:
        typer.echo(f"Ingenting er over tiden {naa:%d.%m.%Y}.")
    elif slett:
        typer.echo(f"Slettet etter «{bestemt.vedtak}». Manifester og summer står i hovedboka.")
    else:
        typer.echo("Ingenting er slettet. Kjør igjen med --slett.")


def slett_person(
    hvem: HvemSpoer,
    grunn: GrunnTilDet,
    vedtak: Annotated[
        str,
        typer.Option(
            help="Vedtaket, for eksempel sak 26/1234; står i hovedboka.",
            callback=without_number,
            is_eager=True,
        ),
    ],
    kjennetegn: KjennetegnValg = "",
    slett: SlettValg = False,
    _: Resten = None,
) -> None:
    """Slett én person fra hele hjemmet etter vedtak; nummeret skrives etterpå."""
    from vigo_pipeline.engine.oppbevaring import vedtak as vedtaket

    fnr = number(kjennetegn)
    pipeline = open_pipeline("mottatt")
    hva = {"hvem": hvem, "grunn": grunn, "vedtak": vedtak, "dag": pipeline.i_dag()}
    egen = vedtaket.plan(pipeline, fnr=fnr, token=kjennetegn, **hva)  # type: ignore[arg-type]
    spor = egen.spor
    typer.echo(f"{egen.sletting.person}:")
    filer = amount(len(spor.filer), "fil")
    leveranser = amount(len(spor.leveranser), "publisert leveranse")
    for tabell, antall in spor.tabeller.items():
        typer.echo(f"  {tabell}: {amount(antall)}")
    typer.echo(f"  {filer}, {leveranser}")
    for sendt in egen.sent(pipeline):
        typer.echo(f"  Sendt, og kan ikke slettes herfra: {sendt}")
    if not slett:
        typer.echo("Ingenting er slettet. Kjør igjen med --slett.")
        return
    vedtaket.carry_out(pipeline, egen)
    typer.echo(
        "Slettet, og står i hovedboka som kjennetegn. Skolen må ta personen bort i InSchool, "
        "ellers kommer den inn igjen. Sikkerhetskopier har den til de er over tiden."
    )
