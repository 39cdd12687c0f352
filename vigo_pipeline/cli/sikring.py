"""Commands that take a backup of the installation, and restore one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.valg import demand_no_store, open_pipeline
from vigo_pipeline.contract.enhet import amount

if TYPE_CHECKING:
    from vigo_pipeline.engine.verify import Verifisering

KOPI = "Mappa med kopien. En ny kopi får en tom en; ellers en for dagen i VIGO_KOPI."


def sikkerhetskopi(
    kopi: Annotated[
        Path | None,
        typer.Option(help=KOPI),
    ] = None,
    noekkel: Annotated[
        Path | None,
        typer.Option(help="Den offentlige nøkkelen i OpenPGP. Ellers VIGO_KOPI_NOEKKEL."),
    ] = None,
    fingeravtrykk: Annotated[
        str | None,
        typer.Option(help="Fingeravtrykket til den, helt. Ellers VIGO_KOPI_FINGERAVTRYKK."),
    ] = None,
    etterproev: Annotated[
        bool,
        typer.Option(
            "--etterproev",
            help="Ta ingen kopi: gjenopprett den nyeste i et tomt hjem, prøv den, og slett det.",
        ),
    ] = False,
) -> None:
    """Ta en kryptert kopi av databasen og mappene; bare den private nøkkelen åpner den.

    --etterproev trenger den private nøkkelen: VIGO_KOPI_PRIVAT_NOEKKEL.
    """
    if etterproev:
        _try_out(kopi)
        return
    from datetime import UTC, datetime

    from vigo_pipeline.engine.backup.daily import Valg, take_of_day
    from vigo_pipeline.engine.oppbevaring.vedtak import note

    pipeline = open_pipeline("mottatt")
    valg = Valg(kopi, noekkel, fingeravtrykk)
    til, tatt = take_of_day(pipeline, pipeline.i_dag(), datetime.now(UTC), valg)
    note(pipeline)
    typer.echo(
        f"{amount(len(tatt.stykker), 'fil')} i {til}, kryptert til {tatt.noekkel}. "
        f"Hovedbokas hode er {tatt.hode or 'tomt'}."
    )


def _try_out(kopi: Path | None) -> None:
    from vigo_pipeline.engine.backup.try_out import try_out

    proevd = try_out(open_pipeline("ingenting"), kopi)
    typer.echo(f"{proevd.kopi} lar seg gjenopprette.")
    _end(proevd.funnet)


def _end(funnet: "Verifisering") -> None:
    """Tell what came of a control, and end as it did."""
    for feil in funnet.feil:
        typer.echo(feil)
    typer.echo(f"{funnet.antall} leveranser er like, {len(funnet.feil)} feil.")
    raise typer.Exit(FAILED if funnet.feil else 0)


def gjenopprett(
    kopi: Annotated[Path, typer.Option(help=KOPI)],
    privat_noekkel: Annotated[
        Path, typer.Option(help="Den private nøkkelen i OpenPGP; bare eieren kan lese fila.")
    ],
    passord: Annotated[
        Path | None, typer.Option(help="Fil med passordet til nøkkelen, når den har et.")
    ] = None,
) -> None:
    """Gjenopprett en kopi i et hjem (VIGO_HOME) og en database som er tomme, og prøv den.

    Den som er slettet etter at kopien ble tatt, slettes på nytt.
    """
    import os

    from vigo_pipeline.engine.backup.give_back import give_back
    from vigo_pipeline.engine.oppbevaring.vedtak import LISTE, again
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.engine.verify import Utvalg, verify_all

    oppsett = Innstillinger.from_env(os.environ)
    demand_no_store(
        oppsett,
        "Gjenopprett uten lager, og kjør så «vigo lager legg» med ei ny, tom bøtte: den gamle er "
        "nyere enn kopien",
    )
    hode = give_back(kopi, oppsett, privat_noekkel, passord).hode
    pipeline = open_pipeline("ingenting")
    funnet = verify_all(pipeline, Utvalg(), hode=hode)
    # First proved as it was: what is deleted again is entered in it.
    if (kopi.parent / LISTE).exists():
        antall = amount(again(pipeline, kopi.parent), "person")
        typer.echo(f"{antall} er slettet på nytt etter {LISTE}.")
    else:
        typer.echo(
            f"Ved siden av kopien ligger ingen {LISTE}. Er noen slettet etter vedtak siden den ble "
            "tatt, er de tilbake: slett dem igjen med «vigo slett-person»."
        )
    _end(funnet)
