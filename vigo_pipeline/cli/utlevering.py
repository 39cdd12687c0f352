"""Commands that take a delivery, or those of a flow, from control to receipt."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.valg import (
    FrammeValg,
    GrunnValg,
    HvemValg,
    LeveranserValg,
    LeveranseValg,
    MerknadValg,
    MottakerValg,
    RundeValg,
    SkoleaarValg,
    open_pipeline,
)
from vigo_pipeline.contract.enhet import amount
from vigo_pipeline.domain.mask import mask

if TYPE_CHECKING:
    from vigo_pipeline.contract.spesifikasjon import Leveranse
    from vigo_pipeline.engine.pipeline import Pipeline
    from vigo_pipeline.engine.send.channel import Sendt
    from vigo_pipeline.engine.store import Partisjon


def godkjenn(
    leveranse: LeveranserValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    merknad: MerknadValg = None,
) -> None:
    """Godkjenn en publisert leveranse og dem den hører sammen med, eller alle i en flyt.

    Den som kjørte kontrollen, kan ikke godkjenne.
    """
    from vigo_pipeline.engine.send.approval import approve

    pipeline, speker, partisjon = _together(leveranse, skoleaar, runde)
    for spek in speker:
        gjort = approve(pipeline, spek, partisjon, hvem=hvem, merknad=merknad or "")
        m = gjort.pakke.manifest
        tekst = f"godkjent av {hvem}: {amount(m.rader)}" if gjort.ny else "godkjent fra før"
        typer.echo(f"{spek.stamme} {partisjon} nr. {m.nr} er {tekst}.")


def send(leveranse: LeveranserValg, skoleaar: SkoleaarValg, runde: RundeValg) -> None:
    """Send det som er godkjent, til hver mottaker: en leveranse med følge, eller alle i en flyt.

    Uten en kanal i VIGO_KANALER legges den i utboksen.
    """
    from vigo_pipeline.engine.send.approval import send as put_in_outbox

    pipeline, speker, partisjon = _together(leveranse, skoleaar, runde)
    for spek in speker:
        for gjort in put_in_outbox(pipeline, spek, partisjon, hvem=pipeline.oppsett.bruker):
            typer.echo(f"{spek.stamme} {partisjon} {_sent(gjort)}")


def _sent(gjort: "Sendt") -> str:
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
    leveranse: LeveranserValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    kvittering: Annotated[str, typer.Option(help="Mottakerens referanse.", callback=mask)],
    mottaker: MottakerValg = "",
) -> None:
    """Noter en mottakers kvittering for det som sist ble sendt: én leveranse, eller hele flyten."""
    from vigo_pipeline.engine.send.receipt import acknowledge

    pipeline, speker, partisjon = _find(leveranse, skoleaar, runde)
    for spek in speker:
        gjort = acknowledge(
            pipeline, spek, partisjon, hvem=hvem, kvittering=kvittering, mottaker=mottaker
        )
        foer = "" if gjort.ny else " fra før"
        typer.echo(f"{spek.stamme} {partisjon} er kvittert av {gjort.mottaker}{foer}.")
        if gjort.utboks == "hentet":
            typer.echo("Fila ligger ikke lenger i utboksen, så den er ikke sammenlignet.")


def kvitteringer() -> None:
    """Hent kvitteringene som mottakerne har lagt der VIGO_KANALER sier, og før dem."""
    from vigo_pipeline.engine.send.receipts import fetch

    svar = fetch(open_pipeline())
    for tatt in svar.tatt:
        typer.echo(tatt.i_skallet)
    if not svar.tatt and not svar.feil:
        typer.echo("Ingen nye kvitteringer.")
    for lenke in svar.lenker:
        typer.echo(f"Lenke blant kvitteringene fra {lenke}")
    for ukjent in svar.ukjente:
        if ukjent not in svar.tatt:
            typer.echo(f"Ligger der fortsatt: {ukjent.i_skallet}")
    if svar.ukjente:
        typer.echo(
            f"{len(svar.ukjente)} som ligger der, hører ikke til noe som er sendt. Spør mottakeren "
            "hva det er, og be dem ta det bort; det er tatt vare på her."
        )
    if svar.feil:
        raise svar.feil[0]
    raise typer.Exit(FAILED if svar.ukjente else 0)


def avklar(
    leveranse: LeveranseValg,
    skoleaar: SkoleaarValg,
    runde: RundeValg,
    hvem: HvemValg,
    framme: FrammeValg,
    grunn: GrunnValg,
) -> None:
    """Si om det som er uvisst etter en brutt sending, kom fram; mottakeren er spurt.

    Grunnen sier hvem hos mottakeren som har svart.
    """
    from vigo_pipeline.engine.send.settle import passages, settle

    pipeline, (spek, *_), partisjon = _find(leveranse, skoleaar, runde)
    ganger = passages(pipeline, spek, partisjon)
    filer = settle(pipeline, ganger, framme=framme, hvem=hvem, grunn=grunn)
    for navn in filer:
        typer.echo(f"{navn}: {'framme' if framme else 'ikke framme'}.")
    typer.echo("Kjør «vigo send», som sender resten." if filer else "Ingenting er uvisst.")


def _find(navn: str, skoleaar: str, runde: str) -> "tuple[Pipeline, list[Leveranse], Partisjon]":
    """Return a delivery alone, or those of a flow.

    Raises:
        UnknownFlow: it is neither, or a flow that nothing is delivered from.
        UnknownPartition: it has no such round.
    """
    from vigo_pipeline.engine.partitions import check_partition
    from vigo_pipeline.engine.register import UnknownFlow
    from vigo_pipeline.engine.store import Partisjon

    pipeline, partisjon = open_pipeline("ingenting"), Partisjon(skoleaar, runde)
    speker = pipeline.register.leveranser_av(navn)
    if not speker:
        raise UnknownFlow(f"Fra flyten {navn} leveres ingenting, så det er ingenting å sende.")
    check_partition(pipeline, speker[0].samling, partisjon)
    pipeline.bring(speker[0].samling, partisjon)
    return pipeline, speker, partisjon


def _together(
    navn: str, skoleaar: str, runde: str
) -> "tuple[Pipeline, list[Leveranse], Partisjon]":
    """Return deliveries as ``_find`` does, with those they are judged and sent together with."""
    pipeline, speker, partisjon = _find(navn, skoleaar, runde)
    alle = {s: None for spek in speker for s in (spek.stamme, *spek.sammen_med)}
    return pipeline, [pipeline.register.leveranse(s) for s in alle], partisjon
