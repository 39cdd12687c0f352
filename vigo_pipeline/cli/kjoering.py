"""Commands that run flows, and prove what they published."""

from typing import Annotated

import typer

from vigo_pipeline.cli.summary import headline, summarize
from vigo_pipeline.cli.valg import FlytValg, RundeValg, SkoleaarValg, open_pipeline
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.order import calendar
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.verify import Svar, Utvalg, verify_all
from vigo_pipeline.run import run_flow
from vigo_pipeline.syntetisk.generator import generate
from vigo_pipeline.syntetisk.omfang import Omfang
from vigo_pipeline.syntetisk.vern import demand_no_real_data, remember

FEIL = 2
# By whether the gate is shut: what somebody who tries the product does next.
NESTE = {
    False: (
        "Neste: «make dev» viser det samme i Dagster. «make run FEIL=1» planter feil, så porten "
        "stenger og kontrollrapportene sier hva skolen må rette."
    ),
    True: (
        "Neste: åpne kontrollrapporten over. Fasiten for det som er plantet, er fasit*.csv i "
        "hjemmemappa; «make run» lager filene på nytt uten feil."
    ),
}


def kjoer(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    alt: Annotated[
        bool, typer.Option("--alt", help="Lag alt på nytt, også det ingenting er endret i.")
    ] = False,
) -> None:
    """Kjør en flyt for én runde. Det som ville blitt likt, lages ikke på nytt.

    Avslutter med 0 når det ikke er noe å si, 1 ved advarsler, 2 når porten er lukket eller noe
    gikk galt.
    """
    pipeline = open_pipeline()
    pipeline.alt = alt
    raise typer.Exit(_run(pipeline, flyt, Partisjon(skoleaar, runde)))


def aaret(
    skoleaar: Annotated[list[str], typer.Argument(help="Ett skoleår eller flere, 2025-2026.")],
) -> None:
    """Kjør hver runde av hver innsamling i hele skoleår, i den rekkefølgen årshjulet har."""
    pipeline, koder = open_pipeline(), []
    for aar in skoleaar:
        for innsamling, partisjon in calendar(pipeline.register, aar):
            kjoering = run_flow(pipeline, innsamling.stamme, partisjon)
            koder.append(kjoering.exit_code)
            typer.echo(mask(headline(kjoering)))
    raise typer.Exit(max(koder))


def demo(
    bare_data: Annotated[bool, typer.Option("--bare-data", help="Lag bare filene.")] = False,
    andel: Annotated[float, typer.Option(help="Andel av landet.")] = 0.01,
    feil: Annotated[bool, typer.Option("--feil", help="Plant en feil av hvert slag.")] = False,
) -> None:
    """Lag elever og fag pr 01.10 for en liten del av landet, og kjør flyten oktober på det."""
    pipeline = open_pipeline()
    aar, runder = "2025-2026", pipeline.partitions("oktober")[0]
    demand_no_real_data(pipeline.oppsett.inn, pipeline.oppsett)
    for runde in runder:
        generate(
            pipeline.oppsett.inn,
            skoleaar=Skoleaar.parse(aar),
            runde=runde,
            seed=1,
            omfang=Omfang(andel=andel),
            feil=feil or None,
        )
    remember(pipeline.oppsett.inn)
    if bare_data:
        typer.echo(f"Syntetiske filer ligger i {pipeline.oppsett.inn / 'inn'}.")
        return
    kode = _run(pipeline, "oktober", Partisjon(aar, runder[0]))
    typer.echo(f"\n{NESTE[kode == FEIL]}")
    raise typer.Exit(0 if feil and kode == FEIL else kode)


def verifiser(
    leveranse: Annotated[
        str, typer.Argument(help="Leveransen, for eksempel ssbelev; ellers alle.")
    ] = "",
    skoleaar: SkoleaarValg = "",
    hode: Annotated[
        str,
        typer.Option(help="Et ledd i hovedboka som er notert et annet sted: står det der ennå?"),
    ] = "",
) -> None:
    """Etterprøv hovedboka, bygg det publiserte på nytt, og si fra om alle feil.

    Avslutter med 2 når det er noen.
    """
    pipeline = open_pipeline()
    if leveranse:
        pipeline.register.leveranse(leveranse)
    resultat = verify_all(pipeline, Utvalg(leveranse, skoleaar), _tell, hode)
    antall = f"{resultat.antall} leveranser bygd på nytt"
    if resultat.feil:
        typer.echo(f"{antall} og like. {len(resultat.feil)} feil, se over.")
        raise typer.Exit(FEIL)
    typer.echo(f"{antall}, alle like.")


def _tell(svar: Svar) -> None:
    typer.echo(mask(f"FEIL: {svar.tekst}" if svar.feil else svar.tekst))


def _run(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> int:
    kjoering = run_flow(pipeline, flyt, partisjon)
    typer.echo(mask(summarize(kjoering)))
    return kjoering.exit_code
