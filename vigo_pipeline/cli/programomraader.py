"""The command of the yearly list of programområdekoder."""

import typer

from vigo_pipeline.cli.valg import SkoleaarValg, open_pipeline


def programomraader(skoleaar: SkoleaarValg) -> None:
    """List programområdekoder som er i bruk og ukjente, godkjente og ubrukte, eller snart utgår."""
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine.kodeverk.programomraader import as_text, write

    aar = Skoleaar.parse(skoleaar)
    rader, fil = write(open_pipeline(), aar)
    typer.echo(as_text(rader, aar))
    typer.echo(f"Hele lista: {fil}")
