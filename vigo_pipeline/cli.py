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
from vigo_pipeline.engine.flow import run_flow
from vigo_pipeline.engine.kodeverk_import import import_export
from vigo_pipeline.engine.masking import log_to_stderr, safe_text, safe_traceback
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.manifest import published
from vigo_pipeline.engine.publish.verify import verify
from vigo_pipeline.engine.register import Register
from vigo_pipeline.engine.settings import Innstillinger
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.engine.summary import summarize
from vigo_pipeline.engine.syntetisk.generator import generate
from vigo_pipeline.engine.syntetisk.omfang import Omfang

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
kodeverk_app = typer.Typer(no_args_is_help=True, help="Code lists.")
app.add_typer(kodeverk_app, name="kodeverk")

FAILED = 2
SkoleaarValg = Annotated[str, typer.Option(help="Skoleår, for example 2025-2026.")]
RundeValg = Annotated[str, typer.Option(help="Delivery round: 1-levering or endelig.")]
DeliveryValg = Annotated[
    str, typer.Option(help="A published delivery: 2025-2026|endelig, or 2025-2026|endelig|2.")
]


def _pipeline() -> Pipeline:
    return Pipeline(Register.installed(), Innstillinger.from_env(os.environ), logg=_progress)


def _progress(tekst: str) -> None:
    typer.echo(mask(f"  {tekst}"), err=True)


@app.command()
def kjor(
    flyt: Annotated[str, typer.Argument(help="The flow, for example ssbelev.")],
    skoleaar: SkoleaarValg,
    runde: RundeValg,
) -> None:
    """Run a flow for one round. Exit 0: nothing to say, 1: warnings, 2: shut gate or failure."""
    raise typer.Exit(_run(_pipeline(), flyt, Partisjon(skoleaar, runde)))


def _run(pipeline: Pipeline, flyt: str, partisjon: Partisjon) -> int:
    kjoering = run_flow(pipeline, flyt, partisjon)
    typer.echo(mask(summarize(kjoering, pipeline.oppsett)))
    return kjoering.exit_code


@app.command()
def syntetisk(
    mal: Annotated[Path, typer.Argument(help="Folder to write inn/ in.")] = Path(".vigo"),
    skoleaar: SkoleaarValg = "2025-2026",
    runde: RundeValg = "1-levering",
    andel: Annotated[float, typer.Option(help="Share of the nation, 0.001 to 1.")] = 0.01,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    feil: Annotated[
        bool, typer.Option("--feil", help="Plant defects; the key is fasit.csv.")
    ] = False,
) -> None:
    """Make a synthetic skoleår of InSchool files: every person is made up."""
    svar = generate(
        mal,
        skoleaar=Skoleaar.parse(skoleaar),
        runde=runde,
        seed=seed,
        omfang=Omfang(andel=andel),
        feil=True if feil else None,
    )
    typer.echo(
        f"{svar.personer} syntetiske personer, {svar.elevkurs} elevkurs og {svar.fag} fag "
        f"i {svar.filer} filer: {svar.mappe}"
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
