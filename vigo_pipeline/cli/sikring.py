"""Commands that take a backup of the installation, and restore one."""

from pathlib import Path
from typing import Annotated

import typer

from vigo_pipeline.cli.ending import FAILED
from vigo_pipeline.cli.valg import open_pipeline

KopiValg = Annotated[
    Path, typer.Option(help="Mappa med kopien; en kopi får en tom mappe for seg selv.")
]


def sikkerhetskopi(
    kopi: KopiValg,
    noekkel: Annotated[
        Path, typer.Option(help="Den offentlige nøkkelen i OpenPGP som kopien krypteres til.")
    ],
    fingeravtrykk: Annotated[str, typer.Option(help="Fingeravtrykket til den, helt.")],
) -> None:
    """Ta en kryptert kopi av databasen og mappene; bare den private nøkkelen åpner den."""
    from datetime import UTC, datetime

    from pydantic import ValidationError

    from vigo_pipeline.engine.backup.take import take
    from vigo_pipeline.engine.send.channel_file import Kryptering
    from vigo_pipeline.engine.send.openpgp import Krypto

    try:
        oppsett = Kryptering(noekkel=noekkel, fingeravtrykk=fingeravtrykk)
    except ValidationError:
        raise typer.BadParameter(
            "Fingeravtrykket er 40 eller 64 heksadesimale tegn.", param_hint="--fingeravtrykk"
        ) from None
    krypto = Krypto.read(oppsett, datetime.now(UTC))
    tatt = take(open_pipeline(), kopi, krypto)
    typer.echo(
        f"{len(tatt.stykker)} filer i {kopi}, kryptert til {tatt.noekkel}. "
        f"Hovedbokas hode er {tatt.hode or 'tomt'}."
    )


def gjenopprett(
    kopi: KopiValg,
    privat_noekkel: Annotated[
        Path, typer.Option(help="Den private nøkkelen i OpenPGP; bare eieren kan lese fila.")
    ],
    passord: Annotated[
        Path | None, typer.Option(help="Fil med passordet til nøkkelen, når den har et.")
    ] = None,
) -> None:
    """Gjenopprett en kopi i et hjem (VIGO_HOME) og en database som er tomme, og prøv den."""
    import os

    from vigo_pipeline.engine.backup.give_back import give_back
    from vigo_pipeline.engine.settings import Innstillinger
    from vigo_pipeline.engine.verify import Utvalg, verify_all

    oppsett = Innstillinger.from_env(os.environ)
    give_back(kopi, oppsett, privat_noekkel, passord)
    svar = verify_all(open_pipeline(), Utvalg())
    for feil in svar.feil:
        typer.echo(feil)
    typer.echo(f"{svar.antall} leveranser er like, {len(svar.feil)} feil.")
    raise typer.Exit(FAILED if svar.feil else 0)
