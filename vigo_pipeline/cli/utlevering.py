"""Commands that take a delivery from control to receipt."""

from collections.abc import Iterator
from typing import Annotated

import typer

from vigo_pipeline.cli.valg import HvemValg, LeveranseValg, RundeValg, SkoleaarValg, open_pipeline
from vigo_pipeline.contract.aarshjul import rounds_due
from vigo_pipeline.contract.spesifikasjon import Leveranse
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine.clock import local
from vigo_pipeline.engine.ledger.publications import strangers
from vigo_pipeline.engine.pipeline import Pipeline, check_partition
from vigo_pipeline.engine.receive.misplaced import misplaced, told
from vigo_pipeline.engine.send.approval import approve
from vigo_pipeline.engine.send.approval import send as put_in_outbox
from vigo_pipeline.engine.send.channel import Sendt
from vigo_pipeline.engine.send.handovers import UTE
from vigo_pipeline.engine.send.receipt import acknowledge
from vigo_pipeline.engine.send.settle import settle
from vigo_pipeline.engine.send.status import Stand, where_it_stands
from vigo_pipeline.engine.store import Partisjon


def godkjenn(
    leveranse: LeveranseValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    merknad: Annotated[
        str, typer.Option(help="En merknad, som står i hovedboka.", callback=mask)
    ] = "",
) -> None:
    """Godkjenn en publisert leveranse og dem den hører sammen med.

    Den som kjørte kontrollen, kan ikke godkjenne.
    """
    pipeline, speker, partisjon = _together(leveranse, skoleaar, runde)
    for spek in speker:
        gjort = approve(pipeline, spek, partisjon, hvem=hvem, merknad=merknad)
        m = gjort.pakke.manifest
        tekst = f"godkjent av {hvem}: {m.rader} rader" if gjort.ny else "godkjent fra før"
        typer.echo(f"{spek.stamme} {partisjon} nr. {m.nr} er {tekst}.")


def send(leveranse: LeveranseValg, skoleaar: SkoleaarValg, runde: RundeValg) -> None:
    """Send en godkjent leveranse til hver mottaker, sammen med dem den hører sammen med.

    Uten en kanal i VIGO_KANALER legges den i utboksen.
    """
    pipeline, speker, partisjon = _together(leveranse, skoleaar, runde)
    for spek in speker:
        for gjort in put_in_outbox(pipeline, spek, partisjon, hvem=pipeline.oppsett.bruker):
            typer.echo(f"{spek.stamme} {partisjon} {_sent(gjort)}")


def _sent(gjort: Sendt) -> str:
    if gjort.vei is not None:
        return f"er sendt til {gjort.mottaker}{'' if gjort.ny else ' fra før'}: {gjort.vei}"
    if gjort.ny:
        return f"ligger i utboksen til {gjort.mottaker}: {gjort.mappe}"
    foer = f"er sendt til {gjort.mottaker} fra før"
    return {
        "lik": f"{foer} og ligger i {gjort.mappe}.",
        "hentet": f"{foer} og hentet fra {gjort.mappe}. Det legges ikke dit igjen.",
        "endret": f"{foer}, men lå endret i {gjort.mappe}. Det er lagt rett igjen; spør "
        f"{gjort.mottaker} hva som kom fram.",
    }[gjort.utboks]


def kvitter(
    leveranse: LeveranseValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    kvittering: Annotated[str, typer.Option(help="Mottakerens referanse.", callback=mask)],
    mottaker: Annotated[
        str,
        typer.Option(help="Hvem kvitteringen er fra, når leveransen går til flere.", callback=mask),
    ] = "",
) -> None:
    """Noter en mottakers kvittering for leveransen som sist ble sendt."""
    pipeline, spek, partisjon = _find(leveranse, skoleaar, runde)
    gjort = acknowledge(
        pipeline, spek, partisjon, hvem=hvem, kvittering=kvittering, mottaker=mottaker
    )
    foer = "" if gjort.ny else " fra før"
    typer.echo(f"{leveranse} {partisjon} er kvittert av {gjort.mottaker}{foer}.")
    if gjort.utboks == "hentet":
        typer.echo("Fila ligger ikke lenger i utboksen, så den er ikke sammenlignet.")


def avklar(
    leveranse: LeveranseValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    framme: Annotated[
        bool,
        typer.Option("--framme/--ikke-framme", help="Om det som er uvisst, kom fram."),
    ],
    grunn: Annotated[str, typer.Option(help="Hvem hos mottakeren som sier det.", callback=mask)],
) -> None:
    """Si om det som er uvisst etter en brutt sending, kom fram; mottakeren er spurt."""
    pipeline, spek, partisjon = _find(leveranse, skoleaar, runde)
    filer = settle(pipeline, spek, partisjon, framme=framme, hvem=hvem, grunn=grunn)
    for navn in filer:
        typer.echo(f"{navn}: {'framme' if framme else 'ikke framme'}.")
    typer.echo("Kjør «vigo send», som sender resten." if filer else "Ingenting er uvisst.")


def status(skoleaar: SkoleaarValg) -> None:
    """Vis hvor langt leveransene er kommet, hvem som gjorde hva, og filer som ingen leser."""
    pipeline = open_pipeline()
    for spek in pipeline.register.leveranser.values():
        for runde in pipeline.runder(spek.stamme):
            stand = where_it_stands(pipeline, spek, Partisjon(skoleaar, runde))
            if not stand.hendelser and runde not in rounds_due(spek.samling):
                continue
            typer.echo(f"{spek.stamme:<16} {runde:<12} {stand.tilstand:<12} {stand.merknad}")
            for linje in _done(stand):
                typer.echo(f"  {linje}")
    for linje in told(misplaced(pipeline, skoleaar)):
        typer.echo(linje)
    for tekst in strangers(pipeline.engine, pipeline.oppsett.leveranser, skoleaar=skoleaar):
        typer.echo(f"OBS: {tekst}")


def _done(stand: Stand) -> Iterator[str]:
    """Yield what has been done to a delivery, first to last, and how far it is with each."""
    for h in reversed(stand.hendelser):
        tid, nr = f"{local(h.registrert):%d.%m.%Y %H:%M}", h.gjelder.leveranse_nr
        hva = f"sendt til {h.mottaker}" if h.hendelse == "sendt" and h.mottaker else h.hendelse
        if h.hendelse == "kvittert" and h.mottaker:
            hva = f"kvittert av {h.mottaker}, ført"
        merknad = f": {h.merknad}" if h.merknad else ""
        yield f"{tid}  nr. {nr} {hva} av {h.hvem}{merknad}"
    if len(stand.mottakere) > 1 and any(h in UTE for h in stand.mottakere.values()):
        hos = ", ".join(
            f"{m} {h if h in UTE else 'ikke sendt'}" for m, h in stand.mottakere.items()
        )
        yield f"Mottakere: {hos}"


def _together(
    leveranse: str, skoleaar: str, runde: str
) -> tuple[Pipeline, list[Leveranse], Partisjon]:
    """Return a delivery and those it is judged, approved and sent together with."""
    pipeline, spek, partisjon = _find(leveranse, skoleaar, runde)
    andre = [pipeline.register.leveranse(navn) for navn in spek.sammen_med]
    return pipeline, [spek, *andre], partisjon


def _find(leveranse: str, skoleaar: str, runde: str) -> tuple[Pipeline, Leveranse, Partisjon]:
    pipeline, partisjon = open_pipeline(), Partisjon(skoleaar, runde)
    spek = pipeline.register.leveranse(leveranse)
    check_partition(pipeline, spek.samling, partisjon)
    return pipeline, spek, partisjon
