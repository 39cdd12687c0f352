"""The command that tries a delivery, a rule or a collection on the data that is there."""

import os
from typing import Annotated

import typer

from vigo_pipeline.cli import forslag
from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.framdrift import progress
from vigo_pipeline.cli.valg import RundeValg, SamlingValg, SkoleaarValg, is_unmade, open_pipeline
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.mask import mask


def proev(
    hva: Annotated[
        str,
        typer.Argument(
            help="Leveransen, regelen eller innsamlingen: ssbelev, STAT-003, juni.",
            autocompletion=forslag.begge,
        ),
    ],
    skoleaar: SkoleaarValg = "",
    runde: RundeValg = "",
    samling: SamlingValg = "",
    rader: Annotated[int, typer.Option(help="Hvor mange rader som vises.")] = 3,
) -> None:
    """Prøv en leveranse, en regel eller en innsamling på dataene som ligger der. Skriver ingenting.

    Det «vigo valider» sier er galt i den, sies først, og da prøves ingenting.
    Uten --skoleaar og --runde gjelder runden som sist ble kjørt med noe nytt, og av en innsamling
    den siste med filer. Av en regel som flere flyter spør, prøves de som har runden, eller bare
    --samling. Viser de første radene, uten personer, og hva porten ville sagt. Avslutter med 0 når
    det ikke er noe å si, 1 ved advarsler, 2 når porten ville stengt eller noe er galt.
    """
    from vigo_pipeline.contract.fault import WrongSpec
    from vigo_pipeline.engine.query import QueryFailed
    from vigo_pipeline.engine.rules.evaluate import RuleFailed
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.reports.proeve.trials import Trial
    from vigo_pipeline.specs.part import faults_of

    oppsett = Innstillinger.from_env(os.environ)
    # To look for data makes no home.
    if not oppsett.database_url and is_unmade(oppsett.hjem):
        typer.echo(
            f"Feil: i {oppsett.hjem} er ingenting lastet. «vigo kjoer» laster det som er kommet; "
            "«vigo demo» lager noe.",
            err=True,
        )
        raise typer.Exit(FAILED)
    try:
        pipeline = open_pipeline()
        proeve = Trial(pipeline, Partisjon(skoleaar, runde), max(rader, 0), samling)
        with progress(f"Prøver {hva}", stille=True):
            # Data bring out only some of what is wrong: a branch that no row takes is not seen.
            galt = faults_of(pipeline.register, hva, samling)
            linjer = [] if galt else [*proeve.of(hva)]
    except (QueryFailed, RuleFailed, WrongSpec) as feil:
        _tell(feil)
        raise typer.Exit(FAILED) from None
    if galt:
        for f in galt:
            typer.echo(mask(f.told(pipeline.register.assets.parent)))
        typer.echo(f"{amount(len(galt), 'feil')}. {hva} er ikke prøvd.", err=True)
        raise typer.Exit(FAILED)
    for linje in (*linjer, "", "Dette er en prøve: ingenting er skrevet."):
        typer.echo(mask(linje))
    raise typer.Exit(proeve.kode)


def _tell(feil: Exception) -> None:
    """Say what is wrong as «vigo valider» does; what only data bring out has no line."""
    from vigo_pipeline.specs.check import check
    from vigo_pipeline.specs.whole import installed

    assets, expectations = installed()
    funnet = check(assets, expectations).feil
    for f in funnet:
        typer.echo(mask(f.told(assets.parent)))
    if not funnet:
        typer.echo(f"Feil: {mask(str(feil))}", err=True)
