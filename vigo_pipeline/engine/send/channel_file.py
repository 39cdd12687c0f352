"""The channel of each receiver, from the TOML file that VIGO_KANALER names.

Keys and passwords are files of their own. The TOML has only where they lie, so it can be read by
whoever sets up a receiver.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictFloat,
    StrictInt,
)

from vigo_pipeline.contract.fault import WrongSpec
from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.setting_values import FINGERAVTRYKK

_VERT = r"^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)$"
_VERTSNOEKKEL = r"^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*$"


def _fingerprint(tekst: str) -> str:
    return tekst.replace(" ", "").lower()


Fingeravtrykk = Annotated[str, Field(pattern=f"^{FINGERAVTRYKK}$"), AfterValidator(_fingerprint)]


class InvalidChannels(VigoError):
    """The file of channels cannot be used."""


class _MedFiler(Strict):
    """What names files of keys and passwords."""

    _sted: str = PrivateAttr(default="")

    def where(self, felt: str) -> str:
        """Return what a field is called and where it stands, never what stands in it."""
        return f"«{felt}» {self._sted}".strip()

    def named(self, sted: str) -> Self:
        """Return it with words for where it stands."""
        ny = self.model_copy()
        ny._sted = sted
        return ny

    def within(self, tabell: str, mappe: Path, felt: Iterable[str]) -> Self:
        """Return it with the table that it stands in, and its paths from a folder."""
        stier = {f: mappe / sti for f in felt if (sti := getattr(self, f)) is not None}
        return self.model_copy(update=stier).named(f"i [{tabell}] i VIGO_KANALER")


class Kryptering(_MedFiler):
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


class Sftp(_MedFiler):
    """A server of SFTP. ``vertsnoekler``: its public keys, pinned; two while one is replaced.

    ``mappe``: where files are put. ``forsoek``: how often it is tried, with ``ventetid`` seconds
    after the first time and twice as many after each. ``tidsgrense``: seconds without a sign.
    ``opptelling``: a record of counts goes along.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    type: Literal["sftp"]
    vert: str = Field(pattern=_VERT)
    port: StrictInt = Field(default=22, ge=1, le=65535)
    bruker: str = Field(min_length=1, max_length=100)
    noekkel: Path
    noekkel_passord: Path | None = None
    vertsnoekler: tuple[Annotated[str, Field(pattern=_VERTSNOEKKEL)], ...] = Field(min_length=1)
    mappe: str = "."
    forsoek: StrictInt = Field(default=4, ge=1, le=20)
    ventetid: StrictFloat = Field(default=10, ge=0, le=600)
    tidsgrense: StrictFloat = Field(default=60, gt=0, le=600)
    opptelling: StrictBool = False
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
        # Somebody may have written a secret there.
        kanaler = as_model(sti, read_toml(sti), _Fil, vis_verdi=False).kanal
    except WrongSpec as feil:
        raise InvalidChannels(
            f"VIGO_KANALER: {feil}\nHva som kan stå under [kanal.<mottaker>], står i "
            "docs/how-to/kanal.md."
        ) from None
    if ukjente := sorted(kanaler.keys() - set(kjente)):
        raise InvalidChannels(
            f"VIGO_KANALER: {', '.join(ukjente)} er ikke mottakere. "
            f"Mottakere: {', '.join(sorted(set(kjente)))}."
        )
    return {navn: _from_folder(navn, kanal, sti.parent) for navn, kanal in kanaler.items()}


def _from_folder(navn: str, kanal: Mappe | Sftp, mappe: Path) -> Mappe | Sftp:
    """Return a channel with each path from the folder of the file."""
    if isinstance(kanal, Mappe):
        if kanal.kvitteringer is None:
            return kanal
        sti = str(mappe / kanal.kvitteringer.mappe)
        svar = kanal.kvitteringer.model_copy(update={"mappe": sti})
        return kanal.model_copy(update={"kvitteringer": svar})
    tabell = f"kanal.{navn}"
    kryptering = kanal.kryptering.within(
        f"{tabell}.kryptering", mappe, ("noekkel", "signer_med", "signer_passord")
    )
    egen = kanal.within(tabell, mappe, ("noekkel", "noekkel_passord"))
    return egen.model_copy(update={"kryptering": kryptering})
