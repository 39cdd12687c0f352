"""Settings of one installation, from environment variables; the defaults run on a bare machine."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from vigo_pipeline.engine.errors import VigoError


class InvalidSetting(VigoError):
    """An environment variable has a value that is not allowed."""


Modus = Literal["test", "reell"]


class Innstillinger(BaseModel):
    """Where things are kept and which mode the pipeline runs in.

    ``modus``: ``reell`` refuses synthetic person numbers. ``ukjente_kolonner``: what to write in
    columns whose place is ASSUMED, ``antatt`` the assumed content, ``tom`` nothing.
    ``avgivere``: only these report; empty means all that the collection names. ``bruker``: who
    runs, kept in the ledger: who has run a control does not approve its delivery. ``innlogget``:
    the header in which the login in front of Dagster tells who it let in. ``celery``: the broker
    of the workers that do the steps of a Dagster run; without it a run does its own.
    ``mottakere``: the TOML file of who is told of deadlines. ``smtp_vert`` and the rest: the mail
    server.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hjem: Path
    inn: Path
    database_url: str | None = None
    modus: Modus = "test"
    ukjente_kolonner: Literal["antatt", "tom"] = "antatt"
    avgivere: tuple[str, ...] = ()
    foerste_skoledag: str | None = None
    bruker: str = "ukjent"
    innlogget: str | None = None
    celery: str | None = None
    mottakere: Path | None = None
    smtp_vert: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_sikkerhet: Literal["starttls", "tls", "ingen"] = "starttls"
    smtp_bruker: str | None = None
    smtp_passord: SecretStr | None = None
    smtp_fra: str | None = None

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Return the settings that the VIGO_ variables give.

        Raises:
            InvalidSetting: a variable has a value that is not allowed.
        """
        hjem = Path(env.get("VIGO_HOME", ".vigo")).resolve()
        facts: dict[str, object] = {
            "hjem": hjem,
            "inn": Path(env.get("VIGO_INN", str(hjem))).resolve(),
            "avgivere": tuple(a for a in env.get("VIGO_AVGIVERE", "").split(",") if a),
        }
        named = {
            "database_url": "VIGO_DATABASE_URL",
            "modus": "VIGO_MODUS",
            "ukjente_kolonner": "VIGO_UKJENTE_KOLONNER",
            "foerste_skoledag": "VIGO_FOERSTE_SKOLEDAG",
            "bruker": "VIGO_BRUKER",
            "innlogget": "VIGO_INNLOGGET",
            "celery": "VIGO_CELERY",
            "mottakere": "VIGO_MOTTAKERE",
            "smtp_vert": "VIGO_SMTP_VERT",
            "smtp_port": "VIGO_SMTP_PORT",
            "smtp_sikkerhet": "VIGO_SMTP_SIKKERHET",
            "smtp_bruker": "VIGO_SMTP_BRUKER",
            "smtp_passord": "VIGO_SMTP_PASSORD",
            "smtp_fra": "VIGO_SMTP_FRA",
        }
        facts |= {"bruker": env["USER"]} if env.get("USER") else {}
        facts |= {felt: env[navn] for felt, navn in named.items() if env.get(navn)}
        try:
            return cls(**facts)  # type: ignore[arg-type]  # pydantic checks each of them
        except ValidationError as error:
            feil = [f"{named[str(e['loc'][0])]}: {_allowed(e)}" for e in error.errors()]
            raise InvalidSetting(f"Ugyldig innstilling. {'; '.join(feil)}.") from None

    @property
    def artefakter(self) -> Path:
        """Return the folder of what passes between assets."""
        return self.hjem / "artefakter"

    @property
    def leveranser(self) -> Path:
        """Return the folder of published deliveries."""
        return self.hjem / "leveranser"

    @property
    def utboks(self) -> Path:
        """Return the folder of what has been sent: the transport to the receiver takes it there."""
        return self.hjem / "utboks"

    @property
    def rapporter(self) -> Path:
        """Return the folder of reports that many may read: counts only."""
        return self.hjem / "rapporter"

    @property
    def nettsted(self) -> Path:
        """Return the folder of the status site, which many may read."""
        return self.hjem / "nettsted"

    @property
    def begrenset(self) -> Path:
        """Return the folder that may hold persons: findings, changes per row, rejected files."""
        return self.hjem / "begrenset"


def _allowed(feil: ErrorDetails) -> str:
    if feil["loc"][0] == "smtp_port":
        return "skriv et portnummer fra 1 til 65535"
    lovlige = str(feil.get("ctx", {}).get("expected", feil["msg"]))
    return f"lovlige verdier er {lovlige.replace(' or ', ' og ')}"
