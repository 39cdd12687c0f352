"""Commands for the lines of the transfer to OT: look through them, and send them."""

from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.bokmaal import add, command_line
from vigo_pipeline.cli.valg import (
    FrammeValg,
    FylkeValg,
    GrunnValg,
    HvemValg,
    MerknadValg,
    SkoleaarValg,
    open_pipeline,
)
from vigo_pipeline.contract.enhet import amount

if TYPE_CHECKING:
    from vigo_pipeline.engine.overfoering.eksport import Eksport

ot_linjer_app = command_line("Linjer til oppfølgingstjenesten: se gjennom, og eksporter.")


def show(fylke: FylkeValg = "", skoleaar: SkoleaarValg = "") -> None:
    """Vis hvor mange linjer som venter og er eksportert.

    Med --fylke skrives også lista over linjene i fylket på nytt. Uten vises alle fylkene, med det
    som er eksportert i skoleåret (det vi er i, om ikke --skoleaar sier noe annet).
    """
    from vigo_pipeline.domain.skoleaar import Skoleaar
    from vigo_pipeline.engine.clock import today
    from vigo_pipeline.engine.overfoering.linjefil import write_lines
    from vigo_pipeline.engine.overfoering.linjetall import of_all, standing
    from vigo_pipeline.engine.send.ot_lines import on_the_way

    if fylke and skoleaar:
        raise typer.BadParameter("--skoleaar er for alle fylkene: ta bort --fylke.")
    pipeline = open_pipeline("felles")
    if not fylke:
        aar = Skoleaar.parse(skoleaar) if skoleaar else Skoleaar.of(today())
        typer.echo("\n".join(of_all(pipeline.engine, aar)))
        return
    for tekst in (*standing(pipeline.engine, fylke), *on_the_way(pipeline, fylke)):
        typer.echo(tekst)
    typer.echo(f"Linjene (begrenset tilgang): {write_lines(pipeline, [fylke])[0]}")


def put(
    numre: Annotated[list[int], typer.Argument(help="Numrene på linjene, slik de står i lista.")],
    fylke: FylkeValg,
    hvem: HvemValg,
    status: Annotated[str, typer.Option(help="klar eller holdt.")] = "",
    enhet: Annotated[str | None, typer.Option(help="OT-enheten, fem sifre.")] = None,
    merknad: MerknadValg = None,
) -> None:
    """Sett status, OT-enhet eller merknad på linjer som ikke er eksportert."""
    from vigo_pipeline.domain.otenhet import doubt
    from vigo_pipeline.engine.overfoering.gjennomgang import Endring, look_through

    endring = Endring.of(status, enhet, merknad)
    antall = look_through(open_pipeline("felles"), fylke, endring, hvem, numre)
    typer.echo(f"{amount(antall, 'linje')} er endret.")
    if tvil := doubt({enhet} if enhet else set()):
        typer.echo(tvil)


def looked_through(fylke: FylkeValg, hvem: HvemValg) -> None:
    """Si at resten av linjene i fylket er sett gjennom og kan sendes."""
    from vigo_pipeline.engine.overfoering.gjennomgang import Endring, look_through

    antall = look_through(open_pipeline("felles"), fylke, Endring.of("klar", None, None), hvem)
    klart = amount(antall, "linje")
    typer.echo(f"Klart til å sendes: {klart}. Send med «vigo ot-linjer eksporter».")


def send_lines(fylke: FylkeValg, hvem: HvemValg) -> None:
    """Eksporter linjene som er klare: én gang hver, med dagens dato.

    Har OT en kanal i VIGO_KANALER, sendes de over den.
    """
    from vigo_pipeline.engine.send.ot_lines import send_lines as send

    overfoert = send(open_pipeline("felles"), fylke, hvem)
    typer.echo(_told(overfoert.eksport, overfoert.eksport.nr in overfoert.veier))
    for nr, vei in overfoert.veier.items():
        typer.echo(f"Overføring {nr} er sendt: {vei}")


def avklar(fylke: FylkeValg, hvem: HvemValg, framme: FrammeValg, grunn: GrunnValg) -> None:
    """Si om det som er uvisst etter en brutt sending, kom fram; mottakeren er spurt.

    Grunnen sier hvem hos mottakeren som har svart.
    """
    from vigo_pipeline.engine.send.ot_lines import commands, passages
    from vigo_pipeline.engine.send.settle import settle

    pipeline = open_pipeline("felles")
    filer = settle(pipeline, passages(pipeline, fylke), framme=framme, hvem=hvem, grunn=grunn)
    for navn in filer:
        typer.echo(f"{navn}: {'framme' if framme else 'ikke framme'}.")
    videre = f"Kjør «{commands(fylke).send}», som sender resten."
    typer.echo(videre if filer else "Ingenting er uvisst.")


def _told(e: "Eksport", sendt: bool) -> str:
    hvor = ", sendt" if sendt else f" (begrenset tilgang): {e.fil}"
    deler = [
        f"Overføring {e.nr} fra fylke {e.fylke}: {amount(e.antall, 'linje')}{hvor}"
        if e.fil
        else f"Ingen nye linjer i fylke {e.fylke} ble eksportert."
    ]
    if e.uten_enhet:
        deler.append(
            f"Mangler OT-enhet, men er ellers klart: {amount(e.uten_enhet, 'linje')}. "
            "Sett den med «vigo ot-linjer sett … --enhet», eller velg fylkets med VIGO_OT_ENHETER "
            "og lag linjene på nytt."
        )
    if e.ikke_sett:
        deler.append(f"{amount(e.ikke_sett, 'linje')} er ikke sett gjennom.")
    if e.holdt:
        deler.append(f"{amount(e.holdt, 'linje')} er holdt tilbake.")
    return "\n".join(deler)


for navn, kommando in (
    ("vis", show),
    ("sett", put),
    ("gjennomgaatt", looked_through),
    ("eksporter", send_lines),
    ("avklar", avklar),
):
    add(ot_linjer_app, kommando, navn)
