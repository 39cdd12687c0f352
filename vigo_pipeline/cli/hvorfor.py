"""The command that says why something has not come further."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import open_pipeline
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.pipeline import check_partition
from vigo_pipeline.engine.store import Partisjon
from vigo_pipeline.reports.hvorfor import why_delivery, why_round


def hvorfor(
    hva: Annotated[
        str, typer.Argument(help="Leveransen eller flyten, for eksempel ssbelev eller oktober.")
    ],
    skoleaar: Annotated[str, typer.Argument(help="Skoleåret, for eksempel 2025-2026.")],
    runde: Annotated[str, typer.Argument(help="Runden, for eksempel 1-levering eller endelig.")],
) -> None:
    """Si hvor langt noe er kommet, og hva det venter på: hva mangler, er stengt eller utdatert."""
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    if hva in pipeline.register.flyter:
        check_partition(pipeline, hva, partisjon)
        innsamling, leveranser = pipeline.register.flyt(hva)
        deler = [why_delivery(pipeline, lev, partisjon) for lev in leveranser]
        deler = deler or [why_round(pipeline, innsamling, partisjon)]
    else:
        leveranse = pipeline.register.leveranse(hva)
        check_partition(pipeline, leveranse.samling, partisjon)
        deler = [why_delivery(pipeline, leveranse, partisjon)]
    typer.echo(mask("\n\n".join("\n  ".join(linjer) for linjer in deler)))
