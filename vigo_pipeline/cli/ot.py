"""Commands of oppfølgingstjenesten: the lists of a day, and the figures of a round."""

from datetime import date
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import DagKrav, RundeValg, SkoleaarValg, open_pipeline, read_day
from vigo_pipeline.domain.mask import mask


def ot(
    dag: DagKrav,
    vannmerke: Annotated[
        int | None,
        typer.Option(help="Slik Sentralbasen var ved denne innlesingen; ingen linjer lages."),
    ] = None,
    foedt: Annotated[str, typer.Option(help="Bare linjer for disse, 2007 eller 2006-2008.")] = "",
    rettstype: Annotated[str, typer.Option(help="Bare linjer for disse, U eller U,F.")] = "",
    avbrutt: Annotated[
        str, typer.Option(help="Bare linjer for disse, 2025-10-01:2025-10-31.")
    ] = "",
    kommune: Annotated[str, typer.Option(help="Bare linjer for disse, 4601 eller 4601,4602.")] = "",
    proev: Annotated[
        bool, typer.Option("--proev", help="Bare prøv valgene under; ingenting overføres.")
    ] = False,
    osmo: Annotated[str, typer.Option(help="Prøv: av, smal eller vid, eller vid,03=av.")] = "",
    mot_dag: Annotated[
        date | None, typer.Option(help="Prøv: en annen dag.", parser=read_day)
    ] = None,
    alder: Annotated[int | None, typer.Option(help="Prøv: en annen siste alder.")] = None,
    behold: Annotated[
        str, typer.Option(help="Prøv: behold dem en feilkilde tar bort, SOEKT_VOKSEN.")
    ] = "",
) -> None:
    """Lag OTs lister, én per fylke, og linjene som kan sendes; si hvor mange, og hvorfor."""
    from vigo_pipeline.domain.otenhet import Enheter, doubt
    from vigo_pipeline.engine.overfoering.count import as_text
    from vigo_pipeline.engine.overfoering.linjetall import made
    from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
    from vigo_pipeline.engine.overfoering.transfer import transfer
    from vigo_pipeline.engine.overfoering.utvalg import ALLE, Utvalg
    from vigo_pipeline.engine.overfoering.valg import WrongChoice

    utvalg = Utvalg.parse(foedt=foedt, rettstype=rettstype, avbrutt=avbrutt, kommune=kommune)
    andre = any((osmo, mot_dag, alder is not None, behold))
    if (andre and not proev) or (proev and utvalg != ALLE):
        raise WrongChoice(
            "--osmo, --mot-dag, --alder og --behold hører sammen med --proev, og utvalg gjør det "
            "ikke. Hva fylket overfører til vanlig, settes med VIGO_OT_OSMO."
        )
    pipeline = open_pipeline()
    if proev:
        from vigo_pipeline.cli.ot_proev import try_choices

        try_choices(pipeline, dag, vannmerke, mot=mot_dag, osmo=osmo, alder=alder, behold=behold)
        return
    utfoert = transfer(pipeline, dag, vannmerke, utvalg)
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    typer.echo(mask(as_text(spek, utfoert.telling)))
    typer.echo(f"Lister per fylke (begrenset tilgang): {utfoert.mappe}")
    typer.echo(f"Tall: {utfoert.oversikt}")
    for tekst in made(utfoert.laget):
        typer.echo(tekst)
    if utfoert.laget:
        if tvil := doubt({*Enheter.parse(pipeline.oppsett.ot_enheter).valgt.values()}):
            typer.echo(f"VIGO_OT_ENHETER: {tvil}")
        typer.echo("Se gjennom linjene og send dem: vigo ot-linjer --help")


def ot_tall(skoleaar: SkoleaarValg, runde: RundeValg) -> None:
    """Tell OT-dataene slik Udir gjør: ikke søkt, ikke kontakt, kjønn og endret aldersgruppe.

    Rundene er november og juni; «vigo kjoer ot» lager det som telles.
    """
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.reports.ottall import as_text, write

    tall, fil = write(open_pipeline(), Partisjon(skoleaar, runde))
    typer.echo(as_text(tall))
    typer.echo(f"Tall per fylke, små tall skjult: {fil}")
