"""What the commands share: each option once, in one spelling, and the pipeline they work on."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vigo_pipeline.cli import forslag
from vigo_pipeline.cli.framdrift import line
from vigo_pipeline.domain.mask import mask
from vigo_pipeline.engine import day

if TYPE_CHECKING:
    from vigo_pipeline.engine.pipeline import Hent, Pipeline
    from vigo_pipeline.engine.settings import Innstillinger


def valid_skoleaar(tekst: str | list[str] | None) -> str | list[str] | None:
    """Refuse what is no skoleår, with what was perhaps meant; a blank one is none."""
    from vigo_pipeline.domain.skoleaar import Skoleaar, UgyldigSkoleaar

    for aar in [tekst] if isinstance(tekst, str) else tekst or ():
        try:
            _ = aar and Skoleaar.parse(aar)
        except UgyldigSkoleaar as feil:
            raise typer.BadParameter(str(feil)) from None
    return tekst


def read_day(tekst: str) -> date:
    """Return a day.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return day.read_day(tekst)
    except day.UnclearDay as feil:
        raise typer.BadParameter(str(feil)) from None


FlytValg = Annotated[
    str, typer.Argument(help="Flyten, for eksempel oktober.", autocompletion=forslag.flyter)
]
LeveranseValg = Annotated[
    str,
    typer.Argument(help="Leveransen, for eksempel ssbelev.", autocompletion=forslag.leveranser),
]
LeveranserValg = Annotated[
    str,
    typer.Argument(
        help="Leveransen, for eksempel ssbelev, eller flyten, for eksempel oktober: da alle i den.",
        autocompletion=forslag.begge,
    ),
]
SkoleaarValg = Annotated[
    str,
    typer.Option(
        help="Skoleåret, for eksempel 2025-2026.",
        callback=valid_skoleaar,
        autocompletion=forslag.skoleaar,
    ),
]
SkoleaarListe = Annotated[
    list[str],
    typer.Argument(
        help="Ett skoleår eller flere, for eksempel 2025-2026.",
        callback=valid_skoleaar,
        autocompletion=forslag.skoleaar,
    ),
]
RundeValg = Annotated[
    str,
    typer.Option(
        help="Runden, for eksempel 1-levering eller endelig.", autocompletion=forslag.runder
    ),
]
SamlingValg = Annotated[
    str,
    typer.Option(
        help="Innsamlingen, for eksempel juni; flyten heter det samme.",
        autocompletion=forslag.flyter,
    ),
]
DagKrav = Annotated[date, typer.Option(help="Dagen, for eksempel 2025-10-31.", parser=read_day)]
# Left out it is today.
DagValg = Annotated[
    date | None, typer.Option(help="Dagen, for eksempel 2025-10-31.", parser=read_day)
]
FylkeValg = Annotated[str, typer.Option(help="Fylket, for eksempel 03.")]
MerknadValg = Annotated[
    str | None,
    typer.Option(help="En merknad, uten fødselsnummer.", callback=lambda t: t and mask(t)),
]
MappeValg = Annotated[Path | None, typer.Option(help="Mappa det skrives i.")]
# What people write may hold a person: masked before anything else sees it.
HVEM, GRUNN = "Den som bestemmer; står i hovedboka.", "Hvorfor; står i hovedboka."
HvemValg = Annotated[str, typer.Option(help=HVEM, callback=mask)]
GrunnValg = Annotated[str, typer.Option(help=GRUNN, callback=mask)]
FrammeValg = Annotated[
    bool,
    typer.Option("--framme/--ikke-framme", help="Om det som er uvisst, kom fram."),
]
MottakerValg = Annotated[
    str,
    typer.Option(help="Mottakeren, når leveransen går til flere, for eksempel SSB.", callback=mask),
]
AndelValg = Annotated[float, typer.Option(help="Andel av landet, 0.001 til 1.")]
FeilValg = Annotated[bool, typer.Option("--feil", help="Plant feil; fasiten er fasit*.csv.")]
NettValg = Annotated[bool, typer.Option("--nett", help="Svar i en nettleser i stedet.")]
AdresseValg = Annotated[
    str,
    typer.Option(help="Adressen som andre når --nett på, bak en innlogging (VIGO_INNLOGGET)."),
]
JsonValg = Annotated[
    bool, typer.Option("--json", help="Skriv svaret som JSON, for et program som leser det.")
]


def _version(vis: bool) -> None:
    if vis:
        from importlib.metadata import version

        typer.echo(f"vigo {version('vigo-pipeline')}")
        raise typer.Exit


def for_all(
    versjon: Annotated[
        bool,
        typer.Option("--version", help="Vis versjonen.", callback=_version, is_eager=True),
    ] = False,
    feilsoek: Annotated[
        bool,
        typer.Option(
            "--feilsøk",
            "--feilsoek",
            help="Vis sporet etter en feil, maskert; kan stå hvor som helst.",
        ),
    ] = False,
) -> None:
    """Take what holds for every command; ``ending`` has read ``--feilsøk`` before this."""


def is_unmade(hjem: Path) -> bool:
    """Say whether nothing has been made in a home, where the settings name no database.

    One that has a database and has lost the key of its seal is opened, and the loss told.
    """
    return not any((hjem / n).exists() for n in ("segl.noekkel", "postgres/PG_VERSION"))


def open_pipeline(hent: "Hent" = "alt") -> "Pipeline":
    """The pipeline of the installed specs and the settings of the environment.

    ``hent``: which files are brought first, where machines share an object store.
    """
    from vigo_pipeline.engine.pipeline import Pipeline
    from vigo_pipeline.engine.register import Register
    from vigo_pipeline.engine.settings import Innstillinger

    pipeline = Pipeline(Register.installed(), Innstillinger.from_env(os.environ), logg=line)
    pipeline.bring_first(hent)
    return pipeline


def demand_no_store(oppsett: "Innstillinger", hva: str) -> None:
    """Refuse what is done in a home that shares its files with nobody.

    Raises:
        StoreInUse: it has an object store.
    """
    from vigo_pipeline.engine.errors import StoreInUse

    if oppsett.lager:
        raise StoreInUse(f"{hva} (VIGO_LAGER)")
