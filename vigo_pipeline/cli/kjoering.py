"""Commands that run flows, and prove what they published."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.framdrift import progress
from vigo_pipeline.cli.valg import (
    AndelValg,
    FeilValg,
    FlytValg,
    JsonValg,
    LeveranseValg,
    RundeValg,
    SkoleaarListe,
    SkoleaarValg,
    demand_no_store,
    open_pipeline,
)
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from vigo_pipeline.engine.pipeline import Pipeline
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.run import Kjoering

# By how it went, what somebody who tries the product does next.
NESTE = {
    "åpen": (
        "Neste: «make dev» viser det samme i Dagster. «make run FEIL=1» planter feil, så porten "
        "stenger og kontrollrapportene sier hva skolen må rette."
    ),
    "advarsel": (
        "Porten er åpen, og leveransene er publisert. Det som står som ADVARSEL over, stenger "
        "ingenting; kontrollrapporten sier hva skolen bør se på. Er det plantet feil her før "
        "(«make run FEIL=1»), står et navn og et skolenummer 2 igjen som da: VIGO beholder det "
        "det har, når fila ikke har noe annet å sette der. Helt uten dem: «make run "
        "VIGO_HOME=/tmp/ny». Neste: «make dev» viser det samme i Dagster."
    ),
    "stengt": (
        "Porten er stengt, så ingenting av det den stenger for, er publisert. Neste: åpne "
        "kontrollrapporten over, eller spør «.venv/bin/vigo hvorfor oktober --skoleaar {aar} "
        "--runde {runde}». Er det en regel du selv har skrevet, viser «.venv/bin/vigo proev» "
        "hvilke rader som bryter den."
    ),
    "plantet": (
        "Porten er stengt, slik den skal være når feil er plantet. Neste: åpne kontrollrapporten "
        "over. Fasiten for det som er plantet: {fasit}. «make run» lager filene på nytt uten feil."
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
    from vigo_pipeline.engine.register import UnknownFlow, is_no_flow
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.reports.status import after_run
    from vigo_pipeline.specs.whole import demand_whole

    demand_whole([flyt])
    pipeline, partisjon = open_pipeline("ingenting"), Partisjon(skoleaar, runde)
    pipeline.alt = alt
    leveranse = pipeline.register.leveranser.get(flyt)
    if leveranse and flyt not in pipeline.register.innsamlinger:
        raise UnknownFlow(
            f"{is_no_flow(leveranse)} Skriv: vigo kjoer {leveranse.samling} "
            f"--skoleaar {skoleaar} --runde {runde}"
        )
    kjoering = _run(pipeline, flyt, partisjon)
    if neste := after_run(pipeline, flyt, partisjon, kjoering.publisert).neste:
        typer.echo(f"Neste: {neste}")
    raise typer.Exit(kjoering.exit_code)


def aaret(skoleaar: SkoleaarListe) -> None:
    """Kjør hver runde det er kommet noe i, i hele skoleår, i den rekkefølgen årshjulet har.

    Ingenting godkjennes eller sendes.
    """
    from vigo_pipeline.cli.meldt import told_to_dagster
    from vigo_pipeline.engine.receive.drop import rounds_with_files
    from vigo_pipeline.run import headline, run_flow
    from vigo_pipeline.specs.whole import demand_whole

    demand_whole(())
    pipeline, koder = open_pipeline("inn"), [0]
    runder = [r for aar in skoleaar for r in rounds_with_files(pipeline, aar)]
    # A mistake in the last of them would stop a run that has gone on for minutes.
    demand_whole({innsamling.stamme for innsamling, _ in runder})
    with told_to_dagster(pipeline) as meld:
        for innsamling, partisjon in runder:
            runde = (innsamling.stamme, partisjon)
            with progress(f"{innsamling.stamme} {partisjon}") as pipeline.logg:
                kjoering = run_flow(pipeline, *runde, meld(*runde))
            koder.append(kjoering.exit_code)
            typer.echo(mask(headline(kjoering)))
    if not koder[1:]:
        typer.echo(f"Ingen filer er kommet i {', '.join(skoleaar)}. {_where_they_go(pipeline)}")
    raise typer.Exit(max(koder))


def demo(
    bare_data: Annotated[bool, typer.Option("--bare-data", help="Lag bare filene.")] = False,
    om_tomt: Annotated[bool, typer.Option("--om-tomt", help="Bare der ingen ligger.")] = False,
    andel: AndelValg = 0.01,
    feil: FeilValg = False,
) -> None:
    """Lag elever og fag pr 01.10 for en liten del av landet, og kjør flyten oktober på det.

    Avslutter med 0 også ved advarsler og når porten stenger: det er et svar, og står i klartekst.
    Med 2 når noe gikk galt.
    """
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine.receive.folder import INN
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.specs.whole import demand_whole
    from vigo_pipeline.syntetisk.generator import generate
    from vigo_pipeline.syntetisk.omfang import Omfang
    from vigo_pipeline.syntetisk.vern import demand_no_real_data, remember

    pipeline = open_pipeline("ingenting")
    demand_no_store(pipeline.oppsett, "Demoen lager filene i hjemmet, og der er ikke inn/ nå")
    aar, runder = "2025-2026", pipeline.partitions("oktober")[0]
    if om_tomt and any((pipeline.oppsett.inn / INN).glob("*/*")):
        typer.echo(f"Filene som ligger i {pipeline.oppsett.inn / INN}, brukes som de er.")
        return
    if not bare_data:
        demand_whole(["oktober"])
    demand_no_real_data(pipeline.oppsett.inn, pipeline.oppsett)
    laget = [
        generate(
            pipeline.oppsett.inn,
            skoleaar=Skoleaar.parse(aar),
            runde=runde,
            seed=1,
            omfang=Omfang(andel=andel),
            feil=feil or None,
        )
        for runde in runder
    ]
    remember(pipeline.oppsett.inn)
    if bare_data:
        typer.echo(f"Syntetiske filer ligger i {pipeline.oppsett.inn / INN}.")
        return
    kjoering = _run(pipeline, "oktober", Partisjon(aar, runder[0]))
    hvordan = ("åpen", "advarsel", "plantet" if feil else "stengt")[kjoering.exit_code]
    fasit = ", ".join(str(svar.fasit) for svar in laget if svar.fasit)
    typer.echo(f"\n{NESTE[hvordan].format(aar=aar, runde=runder[0], fasit=fasit)}")


def verifiser(
    leveranse: LeveranseValg = "",
    skoleaar: SkoleaarValg = "",
    hode: Annotated[
        str,
        typer.Option(help="Et ledd i hovedboka som er notert et annet sted: står det der ennå?"),
    ] = "",
    som_json: JsonValg = False,
) -> None:
    """Etterprøv hovedboka, bygg det publiserte på nytt, og si fra om alle feil.

    Uten leveranse eller skoleår prøves alle. Avslutter med 2 når det er feil.
    """
    from vigo_pipeline.contract.enhet import amount
    from vigo_pipeline.engine.verify import Svar, Utvalg, verify_all

    pipeline = open_pipeline()
    if leveranse:
        pipeline.register.leveranse(leveranse)
    svarene: list[Svar] = []
    with progress("Etterprøver hovedboka", stille=True) as si:

        def hear(ett: Svar) -> None:
            svarene.append(ett)
            si(ett.tekst)

        resultat = verify_all(pipeline, Utvalg(leveranse, skoleaar), hear, hode)
    if som_json:
        svar.tell({"bygd_paa_nytt": resultat.antall, "feil": list(resultat.feil)})
        raise typer.Exit(FAILED if resultat.feil else 0)
    for ett in svarene:
        typer.echo(mask(f"FEIL: {ett.tekst}" if ett.feil else ett.tekst))
    antall = f"{amount(resultat.antall, 'leveranse')} bygd på nytt"
    en = resultat.antall == 1
    if resultat.feil:
        typer.echo(f"{antall} og {'lik' if en else 'like'}. {len(resultat.feil)} feil, se over.")
        raise typer.Exit(FAILED)
    typer.echo(f"{antall}, {'lik' if en else 'alle like'}.")


def _where_they_go(pipeline: "Pipeline") -> str:
    """Return where files are put, by the folders that the collections name."""
    from vigo_pipeline.engine.receive.folder import INN

    rot = pipeline.oppsett.inn / INN
    return (
        f"Filene legges i {rot}/<skoleår>/<runde>/<avgiver> for elever og fag pr 01.10 (oktober), "
        f"ellers i {rot}/<skoleår>/<innsamling>/<runde>/<avgiver>; «vigo flyter» har navnene. "
        "«vigo status» sier om filer ligger i ei mappe som ingen leser."
    )


def _run(pipeline: "Pipeline", flyt: str, partisjon: "Partisjon") -> "Kjoering":
    from vigo_pipeline.cli.meldt import told_to_dagster
    from vigo_pipeline.cli.summary import summarize
    from vigo_pipeline.run import run_flow

    with told_to_dagster(pipeline) as meld, progress(f"{flyt} {partisjon}") as pipeline.logg:
        kjoering = run_flow(pipeline, flyt, partisjon, meld(flyt, partisjon))
    typer.echo(mask(summarize(kjoering)))
    return kjoering
