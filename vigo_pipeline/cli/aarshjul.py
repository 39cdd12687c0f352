"""The command that lists the deadlines of a skoleår, and writes them as calendars."""

import typer

from vigo_pipeline.cli import svar
from vigo_pipeline.cli.valg import JsonValg, MappeValg, SkoleaarValg


def aarshjul(
    skoleaar: SkoleaarValg = "",
    mappe: MappeValg = None,
    som_json: JsonValg = False,
) -> None:
    """Vis fristene i et skoleår, eller lag kalendere av dem.

    Uten --skoleaar vises skoleåret vi er i. Med --mappe skrives én .ics for hver målgruppe som
    sender eller mottar; den har skoleåret før, dette og neste, eller det som er valgt.
    """
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine.clock import today
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.reports.aarshjul.calendar import three_years, write_calendars
    from vigo_pipeline.reports.aarshjul.listing import as_text, listing

    if mappe is not None:
        aar = (skoleaar,) if skoleaar else three_years(today())
        for sti in write_calendars(Register.installed(), mappe, aar):
            typer.echo(f"Skrevet: {sti}")
        return
    linjer = listing(Skoleaar.parse(skoleaar) if skoleaar else Skoleaar.of(today()))
    if som_json:
        svar.tell(linjer)
    else:
        typer.echo(as_text(linjer))
