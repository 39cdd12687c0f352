"""The channel of each receiver, from the TOML file that VIGO_KANALER names.

Keys and passwords are files of their own. The TOML has only where they lie, so it can be read by
whoever sets up a receiver.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.setting_values import FINGERAVTRYKK

_VERT = r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$"
_VERTSNOEKKEL = r"^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*$"


def _fingerprint(tekst: str) -> str:
    return tekst.replace(" ", "").lower()


Fingeravtrykk = Annotated[str, Field(pattern=f"^{FINGERAVTRYKK}$"), AfterValidator(_fingerprint)]


class InvalidChannels(VigoError):
    """The file of channels cannot be used."""


class Kryptering(Strict):
    """The receiver's public key, pinned, and ours when it is signed. Paths, never keys."""

    model_config = ConfigDict(hide_input_in_errors=True)

    noekkel: Path
    fingeravtrykk: Fingeravtrykk
    signer_med: Path | None = None
    signer_passord: Path | None = None


class Felt(Strict):
    """What a receipt's fields are called. Without ``sha256`` and ``utfall`` it is of nothing."""

    model_config = ConfigDict(hide_input_in_errors=True)

    fil: str = "fil"
    sha256: str = "sha256"
    leveranse_nr: str = "leveranse_nr"
    utfall: str = "utfall"
    referanse: str = "referanse"
    merknad: str = "merknad"


class Kvitteringer(Strict):
    """Where a receiver puts its receipts, and what a receipt says of what, as JSON.

    ASSUMED, all of it: no receiver has published what its receipts are. ``mappe``: their folder.
    ``felt``: what the receipt's fields are called there. ``mottatt``, ``avvist``: what ``utfall``
    may say.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    mappe: str = Field(min_length=1)
    felt: Felt = Felt()
    mottatt: tuple[str, ...] = Field(default=("mottatt",), min_length=1)
    avvist: tuple[str, ...] = Field(default=("avvist",), min_length=1)


class Mappe(Strict):
    """The outbox: what a receiver has that is not named."""

    model_config = ConfigDict(hide_input_in_errors=True)

    type: Literal["mappe"] = "mappe"
    kvitteringer: Kvitteringer | None = None


class Sftp(Strict):
    """A server of SFTP. ``vertsnoekler``: its public keys, pinned; two while one is replaced.

    ``mappe``: where files are put. ``forsoek``: how often it is tried, with ``ventetid`` seconds
    after the first time and twice as many after each. ``tidsgrense``: seconds without a sign.
    ``opptelling``: a record of counts goes along.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    type: Literal["sftp"]
    vert: str = Field(pattern=_VERT)
    port: int = Field(default=22, ge=1, le=65535)
    bruker: str = Field(min_length=1, max_length=100)
    noekkel: Path
    noekkel_passord: Path | None = None
    vertsnoekler: tuple[Annotated[str, Field(pattern=_VERTSNOEKKEL)], ...] = Field(min_length=1)
    mappe: str = "."
    forsoek: int = Field(default=4, ge=1, le=20)
    ventetid: float = Field(default=10, ge=0, le=600)
    tidsgrense: float = Field(default=60, gt=0, le=600)
    opptelling: bool = False
    kvitteringer: Kvitteringer | None = None
    kryptering: Kryptering


Oppsett = Annotated[Mappe | Sftp, Field(discriminator="type")]


class _Fil(Strict):
    model_config = ConfigDict(hide_input_in_errors=True)

    kanal: dict[str, Oppsett] = Field(default_factory=dict)


def read_channels(sti: Path | None, kjente: Iterable[str]) -> dict[str, Mappe | Sftp]:
    """Return the channel of each receiver that has one; paths in it are from the file's folder.

    Args:
        sti: the file; none when there is none.
        kjente: the receivers that there are.

    Raises:
        InvalidChannels: the file is not there or not TOML, is not as it should be somewhere, or
            names a receiver that does not exist. Says where, and never what stands there.
    """
    if sti is None:
        return {}
    try:
        kanaler = _Fil(**tomllib.loads(sti.read_text("utf-8"))).kanal
    except ValidationError as feil:
        steder = ", ".join(sorted({".".join(map(str, e["loc"])) for e in feil.errors()}))
        raise InvalidChannels(
            f"VIGO_KANALER: {sti} er ikke slik den skal være ved {steder}. Hva som kan stå under "
            "[kanal.<mottaker>], står i docs/how-to/kanal.md."
        ) from None
    except (OSError, ValueError, RecursionError) as feil:
        raise InvalidChannels(
            f"VIGO_KANALER: {sti} kan ikke leses som TOML ({type(feil).__name__})."
        ) from None
    if ukjente := sorted(kanaler.keys() - set(kjente)):
        raise InvalidChannels(
            f"VIGO_KANALER: {', '.join(ukjente)} er ikke mottakere. "
            f"Mottakere: {', '.join(sorted(set(kjente)))}."
        )
    return {navn: _from_folder(kanal, sti.parent) for navn, kanal in kanaler.items()}


def _from_folder(kanal: Mappe | Sftp, mappe: Path) -> Mappe | Sftp:
    """Return a channel with each path from the folder of the file."""
    if isinstance(kanal, Mappe):
        if kanal.kvitteringer is None:
            return kanal
        sti = str(mappe / kanal.kvitteringer.mappe)
        svar = kanal.kvitteringer.model_copy(update={"mappe": sti})
        return kanal.model_copy(update={"kvitteringer": svar})
    kryptering = kanal.kryptering.model_copy(
        update=_paths(kanal.kryptering, mappe, "noekkel", "signer_med", "signer_passord")
    )
    egne = _paths(kanal, mappe, "noekkel", "noekkel_passord")
    return kanal.model_copy(update=egne | {"kryptering": kryptering})


def _paths(av: BaseModel, mappe: Path, *felt: str) -> dict[str, object]:
    return {f: mappe / sti for f in felt if (sti := getattr(av, f)) is not None}
