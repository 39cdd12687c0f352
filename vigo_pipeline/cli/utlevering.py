"""Commands that take a delivery from control to receipt."""

from typing import Annotated

import typer

from vigo_pipeline.cli.valg import (
    HvemValg,
    LeveranseValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
)
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.fnr import mask
from vigo_pipeline.engine.feillagt import misplaced, told
from vigo_pipeline.engine.flow import check_partition
from vigo_pipeline.engine.klokke import local
from vigo_pipeline.engine.pipeline import Pipeline
from vigo_pipeline.engine.publish.godkjenning import acknowledge, approve, send
from vigo_pipeline.engine.publish.stand import where_it_stands
from vigo_pipeline.engine.store import Partisjon


def godkjenn(
    leveranse: LeveranseValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    merknad: Annotated[str, typer.Option(help="A note, kept in the ledger.", callback=mask)] = "",
) -> None:
    """Approve a published delivery; who ran the control may not."""
    pipeline, spek, partisjon = _find(leveranse, skoleaar, runde)
    pakke = approve(pipeline, spek, partisjon, hvem=hvem, merknad=merknad)
    nr, rader = pakke.manifest.nr, pakke.manifest.rader
    typer.echo(f"{leveranse} {partisjon} nr. {nr} er godkjent av {hvem}: {rader} rader.")


def send_(leveranse: LeveranseValg, skoleaar: SkoleaarValg, runde: RundeValg) -> None:
    """Put an approved delivery in the outbox."""
    pipeline, spek, partisjon = _find(leveranse, skoleaar, runde)
    mappe = send(pipeline, spek, partisjon, hvem=pipeline.oppsett.bruker)
    typer.echo(f"{leveranse} {partisjon} ligger i utboksen til {spek.mottaker}: {mappe}")


def kvitter(
    leveranse: LeveranseValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    kvittering: Annotated[str, typer.Option(help="The receiver's reference.", callback=mask)],
) -> None:
    """Note the receiver's receipt for the delivery that was last sent."""
    pipeline, spek, partisjon = _find(leveranse, skoleaar, runde)
    acknowledge(pipeline, spek, partisjon, hvem=hvem, kvittering=kvittering)
    typer.echo(f"{leveranse} {partisjon} er kvittert.")


def status(skoleaar: SkoleaarValg) -> None:
    """Show how far each delivery of a skoleår has come, who did what, and files nobody reads."""
    pipeline = open_pipeline()
    for spek in pipeline.register.leveranser.values():
        for runde in pipeline.runder(spek.stamme):
            stand = where_it_stands(pipeline, spek, Partisjon(skoleaar, runde))
            typer.echo(f"{spek.stamme:<16} {runde:<12} {stand.tilstand:<12} {stand.merknad}")
            for h in reversed(stand.hendelser):
                tid, nr = f"{local(h.registrert):%d.%m.%Y %H:%M}", h.gjelder.leveranse_nr
                merknad = f": {h.merknad}" if h.merknad else ""
                typer.echo(f"  {tid}  nr. {nr} {h.hendelse} av {h.hvem}{merknad}")
    for linje in told(misplaced(pipeline, skoleaar)):
        typer.echo(linje)


def _find(leveranse: str, skoleaar: str, runde: str) -> tuple[Pipeline, Leveranse, Partisjon]:
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    spek = pipeline.register.leveranse(leveranse)
    check_partition(pipeline, spek.flyt, partisjon)
    return pipeline, spek, partisjon
