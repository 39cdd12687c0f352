"""The file of VIGO_LAGER: which S3-compatible object store an installation keeps its files in."""

from functools import cached_property
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from vigo_pipeline.contract.strict import Strict
from vigo_pipeline.contract.toml_file import as_model, read_toml
from vigo_pipeline.engine.addresses import web_address
from vigo_pipeline.engine.errors import VigoError
from vigo_pipeline.engine.net_guard import is_this_machine
from vigo_pipeline.engine.store import is_open


class InvalidStore(VigoError):
    """The file of the object store cannot be used."""


class Lager(Strict):
    """An object store.

    ``endepunkt``: its address, ``https://…``. ``boette``: the bucket, which is there beforehand.
    ``mappe``: what every name in it begins with, where others use it too. ``noekkel_id`` and
    ``noekkel``: the files with the access key and its secret. ``ca``: the certificate of who
    vouches for the server, where the machine does not know it.
    """

    endepunkt: str
    boette: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    mappe: str = Field(default="", pattern=r"^([A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)*)?$")
    region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]+$")
    noekkel_id: Path
    noekkel: Path
    ca: Path | None = None

    @field_validator("endepunkt")
    @classmethod
    def _is_address(cls, tekst: str) -> str:
        deler = urlsplit(adresse := web_address(tekst))
        if deler.path:
            raise ValueError("adressen er bare tjeneren; bøtta og mappa står for seg")
        if deler.scheme != "https" and not is_this_machine(deler.hostname or ""):
            raise ValueError("adressen begynner med https://: personene går over linja")
        return adresse

    @model_validator(mode="after")
    def _has_files(self) -> Self:
        for felt in ("noekkel_id", "noekkel", "ca"):
            fil = getattr(self, felt)
            if fil is not None and not fil.is_file():
                raise ValueError(f"{felt}: skriv stien til ei fil som finnes")
        return self

    @cached_property
    def vert(self) -> str:
        """Return the server, with its port, as messages name it."""
        return urlsplit(self.endepunkt).netloc

    def keys(self) -> tuple[str, str]:
        """Return the access key and its secret.

        Raises:
            InvalidStore: others than the owner can read the secret, or a file is empty.
        """
        if is_open(self.noekkel.stat()):
            raise InvalidStore(
                f"{self.noekkel} kan leses av andre på maskinen. Kjør «chmod 600 {self.noekkel}»."
            )
        par = self.noekkel_id.read_text("utf-8").strip(), self.noekkel.read_text("utf-8").strip()
        if not all(par):
            raise InvalidStore(f"{self.noekkel_id} eller {self.noekkel} er tom.")
        return par


def read(fil: Path) -> Lager:
    """Return what the file of the object store says.

    Raises:
        WrongSpec: it is not there, or a key in it is wrong; each is named.
    """
    data = read_toml(fil)
    filer = ("noekkel_id", "noekkel", "ca")
    stier = {n: fil.parent / data[n] for n in filer if isinstance(data.get(n), str)}
    return as_model(fil, data | stier, Lager)
