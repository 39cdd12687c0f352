"""What `vigo ot --proev` does: try other choices on the data that is loaded, and write a page."""

from datetime import date

import typer

from vigo_pipeline.engine.overfoering.liste import choices_of_today
from vigo_pipeline.engine.overfoering.proev import try_out
from vigo_pipeline.engine.overfoering.spesifikasjon import Overfoering
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.reports.otproeve import as_text, write


def try_choices(
    pipeline: Pipeline,
    dato: date,
    vannmerke: int | None,
    *,
    mot: date | None,
    osmo: str,
    alder: int | None,
    behold: str,
) -> None:
    """Say how many come and go against today's choices; nobody is transferred."""
    spek = Overfoering.read(pipeline.register.assets / "overfoering_ot")
    naa = choices_of_today(pipeline, dato)
    kjente = [k.kode for k in spek.feilkilde]
    proevd = naa.with_changes(kjente, dato=mot, osmo=osmo, alder=alder, behold=behold)
    proeve = try_out(pipeline, spek, naa, proevd, vannmerke)
    for linje in as_text(spek, proeve):
        typer.echo(linje)
    ved = "" if vannmerke is None else f"ved-{vannmerke}"
    typer.echo(f"Som side, små tall skjult: {write(pipeline.oppsett, spek, proeve, ved)}")
