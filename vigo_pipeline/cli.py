"""`vigo`: the same engine without Dagster."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.domain.skoleaar import Skoleaar
from vigo_pipeline.engine.endring.rapport import report
from vigo_pipeline.engine.endring.tekst import summary_of
from vigo_pipeline.engine.endring.velg import find
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.flow import check_partition, run_flow
from vigo_pipeline.engine.kodeverk_import import import_export
from vigo_pipeline.engine.lukking import close, open_for_correction
from vigo_pipeline.engine.masking import log_to_stderr, safe_text, safe_traceback
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.manifest import published
from vigo_pipeline.engine.publish.verify import verify
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.rekkefoelge import calendar
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.summary import headline, summarize
from vigo_pipeline.engine.syntetisk.generator import first_round, generate, generate_year
from vigo_pipeline.engine.syntetisk.omfang import Omfang, Oppsummering

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
kodeverk_app = typer.Typer(no_args_is_help=True, help="Code lists.")
app.add_typer(kodeverk_app, name="kodeverk")

FAILED = 2
SkoleaarValg = Annotated[str, typer.Option(help="Skoleår, for example 2025-2026.")]
RundeValg = Annotated[str, typer.Option(help="The round, for example 1-levering or endelig.")]
FlytValg = Annotated[str, typer.Argument(help="The flow, for example ssbelev.")]
HvemValg = Annotated[str, typer.Option(help="Who decides, kept in the ledger.")]
DeliveryValg = Annotated[
    str, typer.Option(help="A published delivery: 2025-2026|endelig, or 2025-2026|endelig|2.")
]


def _pipeline() -> Pipeline:
    return Pipeline(Register.installed(), Innstillinger.from_env(os.environ), logg=_progress)


def _progress(tekst: str) -> None:
    typer.echo(mask(f"  {tekst}"), err=True)


@app.command()
def kjor(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
) -> None:
    """Run a flow for one round. Exit 0: nothing to say, 1: warnings, 2: shut gate or failure."""
    raise typer.Exit(_run(_pipeline(), flyt, Partisjon(skoleaar, runde)))


@app.command()
def aaret(
    skoleaar: Annotated[list[str], typer.Argument(help="One skoleår or more, 2025-2026.")],
) -> None:
    """Run every round of every collection in whole skoleår, in the order of the årshjul."""
    pipeline, koder = _pipeline(), []
    for aar in skoleaar:
        for innsamling, partisjon in calendar(pipeline.register, aar):
            kjoering = run_flow(pipeline, innsamling.flyt, partisjon)
            koder.append(kjoering.exit_code)
            typer.echo(mask(headline(kjoering)))
    raise typer.Exit(max(koder))


def _run(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> int:
    kjoering = run_flow(pipeline, flyt, partisjon)
    typer.echo(mask(summarize(kjoering, pipeline.oppsett)))
    return kjoering.exit_code


@app.command()
def syntetisk(
    mal: Annotated[Path, typer.Argument(help="Folder to write inn/ in.")] = Path(".vigo"),
    skoleaar: SkoleaarValg = "2025-2026",
    samling: Annotated[str, typer.Option(help="The collection, for example juni.")] = "oktober",
    runde: Annotated[str, typer.Option(help="The round; the first when left out.")] = "",
    andel: Annotated[float, typer.Option(help="Share of the nation, 0.001 to 1.")] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    hele_aaret: Annotated[
        bool, typer.Option("--hele-aaret", help="Every round of every collection.")
    ] = False,
    feil: Annotated[
        bool, typer.Option("--feil", help="Plant defects in oktober; the key is fasit.csv.")
    ] = False,
) -> None:
    """Make synthetic InSchool files: every person is made up, the same ones all the skoleår."""
    aar, omfang = Skoleaar.parse(skoleaar), Omfang(andel=andel)
    if hele_aaret:
        if feil or runde:
            raise typer.BadParameter("gjelder én runde", param_hint="--feil og --runde")
        for svar in generate_year(mal, skoleaar=aar, seed=seed, omfang=omfang):
            _tell(svar)
        return
    _tell(
        generate(
            mal,
            skoleaar=aar,
            samling=samling,
            runde=runde or first_round(samling),
            seed=seed,
            omfang=omfang,
            feil=True if feil else None,
        )
    )


def _tell(svar: Oppsummering) -> None:
    """Say what was made: counts, never a person."""
    typer.echo(
        f"{svar.samling} {svar.runde}: {svar.personer} syntetiske personer, "
        f"{svar.elevkurs} elevkurs og {svar.fag} fag i {svar.filer} filer: {svar.mappe}"
    )
    if svar.fasit is not None:
        typer.echo(f"{sum(svar.feil.values())} plantede feil, fasit: {svar.fasit}")


@app.command()
def demo(
    bare_data: Annotated[bool, typer.Option("--bare-data", help="Only make the files.")] = False,
    andel: Annotated[float, typer.Option(help="Share of the nation.")] = 0.01,
) -> None:
    """Make a small synthetic skoleår and run the main job on it."""
    pipeline = _pipeline()
    aar, runder = "2025-2026", pipeline.partitions("ssbelev")[0]
    for runde in runder:
        generate(
            pipeline.oppsett.inn,
            skoleaar=Skoleaar.parse(aar),
            runde=runde,
            seed=1,
            omfang=Omfang(andel=andel),
        )
    if bare_data:
        typer.echo(f"Syntetiske filer ligger i {pipeline.oppsett.inn / 'inn'}.")
        return
    raise typer.Exit(_run(pipeline, "ssbelev", Partisjon(aar, runder[0])))


@app.command()
def verifiser(
    leveranse: Annotated[
        str, typer.Argument(help="A delivery, for example ssbelev; all when left out.")
    ] = "",
    skoleaar: SkoleaarValg = "",
) -> None:
    """Rebuild published deliveries from their manifests and compare bytes."""
    pipeline = _pipeline()
    stammer = [leveranse] if leveranse else sorted(pipeline.register.leveranser)
    antall = 0
    for stamme in stammer:
        runder, alle_aar = pipeline.partitions(pipeline.register.leveranse(stamme).flyt)
        for aar in [skoleaar] if skoleaar else alle_aar:
            for runde in runder:
                for mappe in published(pipeline.oppsett.leveranser, stamme, Partisjon(aar, runde)):
                    m = verify(pipeline, mappe)
                    typer.echo(f"{m.fil} {m.skoleaar} {m.runde} nr. {m.nr}: lik, {m.rader} rader.")
                    antall += 1
    typer.echo(f"{antall} leveranser bygd på nytt, alle like.")


@app.command()
def lukk(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
) -> None:
    """Close a round: from now on it is rebuilt and compared, never overwritten."""
    pipeline, partisjon = _pipeline(), Partisjon(skoleaar, runde)
    check_partition(pipeline, flyt, partisjon)
    vannmerke = pipeline.vannmerke(pipeline.register.flyt(flyt)[0].stamme, partisjon)
    close(pipeline.engine, flyt, partisjon, hvem=hvem, vannmerke=vannmerke)
    typer.echo(f"{flyt} {partisjon} er lukket.")


@app.command()
def rettelse(
    flyt: FlytValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    grunn: Annotated[str, typer.Option(help="Why; stands in the next delivery's manifest.")],
) -> None:
    """Open a closed round for a correction, which becomes the next numbered delivery."""
    pipeline, partisjon = _pipeline(), Partisjon(skoleaar, runde)
    check_partition(pipeline, flyt, partisjon)
    open_for_correction(pipeline.engine, flyt, partisjon, hvem=hvem, grunn=mask(grunn))
    typer.echo(f"{flyt} {partisjon} er åpnet for rettelse. Lukk den igjen når den er levert.")


@app.command()
def endring(
    leveranse: Annotated[str, typer.Argument(help="A delivery, for example ssbelev.")],
    fra: DeliveryValg,
    til: DeliveryValg,
) -> None:
    """Say what changed from one published delivery to another, in workbooks and a page."""
    pipeline = _pipeline()
    spec = pipeline.register.leveranse(leveranse)
    rapport = report(pipeline, spec, find(pipeline, spec, fra), find(pipeline, spec, til))
    typer.echo(mask(summary_of(rapport)))


@kodeverk_app.command("importer")
def importer(
    liste: Annotated[str, typer.Argument(help="The list, for example programomraader.")],
    fil: Annotated[Path, typer.Argument(help="The export.")],
    form: Annotated[str, typer.Option(help="grep, vigo or csv.")],
    per: Annotated[
        str, typer.Option(help="The export's date, YYYY-MM-DD: codes that are gone end then.")
    ],
) -> None:
    """Read a newer export into one of the project's code lists."""
    if not fil.is_file():
        raise typer.BadParameter(f"finner ikke fila {fil}", param_hint="FIL")
    endring = import_export(fil, liste, form, per=_day(per))
    typer.echo(
        f"{liste}: {len(endring.nye)} nye, {len(endring.endret)} endret, "
        f"{len(endring.avsluttet)} avsluttet."
    )


def _day(tekst: str) -> date:
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        raise typer.BadParameter("skriv datoen som 2026-01-31", param_hint="--per") from None


def main() -> None:
    """Run the command line; an error a person can act on is one message and exit code 2."""
    log_to_stderr()
    try:
        app()
    except (VigoError, ValueError, OSError) as feil:
        typer.echo(f"Feil: {safe_text(feil)}", err=True)
        sys.exit(FAILED)
    except Exception as feil:  # noqa: BLE001 -- ends here: Python's own exit code 1 would say open
        typer.echo(safe_traceback(feil), err=True)
        sys.exit(FAILED)
