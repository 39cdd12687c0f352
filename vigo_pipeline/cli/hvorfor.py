"""The command that says why something has not come further."""

from typing import Annotated

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.valg import (
    JsonValg,
    LeveranserValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
    valid_skoleaar,
)
from vigo_pipeline.domain.mask import mask

# As people say it, who ask of one thing often: ``vigo hvorfor ssbelev 2025-2026 endelig``.
AarOrd = Annotated[
    str,
    typer.Argument(metavar="skoleår", help="I stedet for --skoleaar.", callback=valid_skoleaar),
]
RundeOrd = Annotated[str, typer.Argument(metavar="runde", help="I stedet for --runde.")]


def hvorfor(
    hva: LeveranserValg,
    aar_ord: AarOrd = "",
    runde_ord: RundeOrd = "",
    skoleaar: SkoleaarValg = "",
    runde: RundeValg = "",
    som_json: JsonValg = False,
) -> None:
    """Si hvor langt noe er kommet, og hva det venter på: hva mangler, er stengt eller utdatert."""
    skoleaar, runde = skoleaar or aar_ord, runde or runde_ord
    if not (skoleaar and runde):
        raise typer.BadParameter("Skriv skoleåret og runden: --skoleaar 2025-2026 --runde endelig")
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.store import Partisjon
    from vigo_pipeline.reports.hvorfor import why_delivery, why_round

    pipeline, partisjon = open_pipeline("ingenting"), Partisjon(skoleaar, runde)
    leveranser = pipeline.register.leveranser_av(hva)
    flyt = hva if not leveranser else leveranser[0].samling
    check_partition(pipeline, flyt, partisjon)
    pipeline.bring(flyt, partisjon)
    deler = {lev.stamme: why_delivery(pipeline, lev, partisjon) for lev in leveranser}
    if not deler:
        deler = {hva: why_round(pipeline, pipeline.register.flyt(hva)[0], partisjon)}
    if som_json:
        svar.tell(
            [
                {"hva": navn, "skoleaar": skoleaar, "runde": runde, "svar": linjer}
                for navn, linjer in deler.items()
            ]
        )
    else:
        typer.echo(mask("\n\n".join("\n  ".join(linjer) for linjer in deler.values())))
